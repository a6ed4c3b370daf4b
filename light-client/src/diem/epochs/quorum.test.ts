import { describe, expect, test } from "vitest";
import { concat } from "../../bytes.js";
import { decode, encode, map, struct, u64, versioned } from "../../codec/bcs.js";
import { sign } from "../../crypto/ed25519.js";
import { outcome } from "../../testing/outcome.js";
import { accountAddress } from "../address/account-address.js";
import { hashOfText, ledgerInfoAt } from "../testing/ledger.js";
import { epochStateOf, signLedgerInfo, validator, validators } from "../testing/validators.js";
import { ed25519Signature } from "../transactions/ed25519.js";
import { epochState, validatorConsensusInfo } from "./epoch-state.js";
import {
  type LedgerInfoWithSignatures,
  ledgerInfo,
  ledgerInfoSigningMessage,
  ledgerInfoWithSignatures,
} from "./ledger-info.js";
import { quorumOf, verifyQuorum } from "./quorum.js";

const set = validators(4);
const state = epochStateOf(1n, set);
const info = ledgerInfoAt(9, hashOfText("root"));
const signed = signLedgerInfo(info, set.slice(0, 3));
const check = (shown: LedgerInfoWithSignatures, epochState = state) => outcome(() => verifyQuorum(epochState, shown));

describe("a quorum", () => {
  test("is more than two thirds of the voting power", () => {
    expect([4n, 100n, 101n, 1n].map(quorumOf)).toEqual([3n, 67n, 68n, 1n]);
    expect(check(signed)).toBe("accepted");
    expect(check(signLedgerInfo(info, set))).toBe("accepted");
    expect(check(signLedgerInfo(info, set.slice(0, 2)))).toBe("proof/voting-power");
    expect(check({ ledgerInfo: info, signatures: [] })).toBe("proof/voting-power");
  });

  test("is counted in power, not in heads", () => {
    const weighted = [validator("heavy", 70n), ...validators(3)];
    const heavy = epochStateOf(1n, weighted);
    expect(check(signLedgerInfo(info, weighted.slice(0, 1)), heavy)).toBe("accepted");
    expect(check(signLedgerInfo(info, weighted.slice(1)), heavy)).toBe("proof/voting-power");
  });

  test("may be that of 256 validators, as many as Diem admits, who all sign; of no more is anything read", () => {
    const most = validators(256, 500);
    const all = signLedgerInfo(info, most);
    const read = decode(ledgerInfoWithSignatures, encode(ledgerInfoWithSignatures, all));
    expect(check(read, decode(epochState, encode(epochState, epochStateOf(1n, most))))).toBe("accepted");
    const larger = [...most, validator("one more")];
    const { verifier } = epochStateOf(1n, larger);
    const unbounded = struct({
      epoch: u64,
      verifier: struct({
        validators: map(accountAddress, validatorConsensusInfo),
        quorumVotingPower: u64,
        totalVotingPower: u64,
      }),
    });
    const signatures = encode(map(accountAddress, ed25519Signature), signLedgerInfo(info, larger).signatures);
    const signedByMore = concat(encode(versioned("LedgerInfo", ledgerInfo), info), signatures);
    expect(outcome(() => decode(ledgerInfoWithSignatures, signedByMore))).toBe("decode/length");
    expect(outcome(() => decode(epochState, encode(unbounded, { epoch: 1n, verifier })))).toBe("decode/length");
  });

  test("isn't reached by one signer counted more than once", () => {
    const [first, second] = signed.signatures;
    if (first === undefined || second === undefined) throw new RangeError("expected two signatures");
    expect(check({ ledgerInfo: info, signatures: [first, first, first] })).toBe("proof/unknown-author");
    expect(check({ ledgerInfo: info, signatures: [first, second, second] })).toBe("proof/unknown-author");
  });

  test("fails with a single invalid signature, even above the power needed", () => {
    const all = signLedgerInfo(info, set);
    for (const [i, [author]] of all.signatures.entries()) {
      const other = sign(
        set[i]?.seed ?? new Uint8Array(32),
        ledgerInfoSigningMessage(ledgerInfoAt(10, info.consensusDataHash)),
      );
      expect(check({ ...all, signatures: all.signatures.with(i, [author, other]) })).toBe("proof/signature");
    }
  });

  test("fails with a signer from outside, too many signatures, or another epoch", () => {
    const stranger = validator("stranger");
    expect(check(signLedgerInfo(info, [...set.slice(0, 3), stranger]))).toBe("proof/unknown-author");
    expect(check(signLedgerInfo(info, [...set, stranger]))).toBe("proof/too-many-signatures");
    expect(check(signed, epochStateOf(2n, set))).toBe("proof/epoch");
  });

  test("is never that of an empty or powerless set, or one whose sums are wrong", () => {
    const unsigned = { ledgerInfo: info, signatures: [] };
    expect(check(unsigned, epochStateOf(1n, []))).toBe("proof/validator-set");
    const zero = { ...epochStateOf(1n, []).verifier, quorumVotingPower: 0n };
    expect(check(unsigned, { epoch: 1n, verifier: zero })).toBe("proof/validator-set");
    expect(
      check(
        signed,
        epochStateOf(
          1n,
          validators(4).map((each) => ({ ...each, votingPower: 0n })),
        ),
      ),
    ).toBe("proof/validator-set");
    expect(check(signed, { epoch: 1n, verifier: { ...state.verifier, quorumVotingPower: 1n } })).toBe(
      "proof/validator-set",
    );
    expect(check(signed, { epoch: 1n, verifier: { ...state.verifier, totalVotingPower: 5n } })).toBe(
      "proof/validator-set",
    );
  });
});
