import { describe, expect, test } from "vitest";
import { decode, encode, vector } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { buildChain, endOf } from "../testing/chain.js";
import { ledgerInfoAt } from "../testing/ledger.js";
import { accepted, flips } from "../testing/mutations.js";
import { epochStateOf, signLedgerInfo, validators } from "../testing/validators.js";
import { type EpochChangeProof, epochChangeProof, type LedgerInfoVerifier, verifyEpochChange } from "./epoch-change.js";
import { type LedgerInfoWithSignatures, ledgerInfoWithSignatures } from "./ledger-info.js";
import { waypointOf } from "./waypoint.js";

const chain = buildChain(5);
const epochState = (epoch: number): LedgerInfoVerifier => ({ type: "epochState", value: chain.epochState(epoch) });
const [genesisInfo] = chain.epochEnds;
if (genesisInfo === undefined) throw new RangeError("expected a genesis ledger info");
const genesis: LedgerInfoVerifier = { type: "waypoint", value: waypointOf(genesisInfo.ledgerInfo) };
const proofOf = (ledgerInfos: readonly LedgerInfoWithSignatures[]): EpochChangeProof => ({ ledgerInfos, more: false });
const check = (trusted: LedgerInfoVerifier, ledgerInfos: readonly LedgerInfoWithSignatures[]) =>
  outcome(() => verifyEpochChange(trusted, proofOf(ledgerInfos)));

describe("an epoch change proof", () => {
  test("holds a node's page, 100 epochs, and not one more", () => {
    const set = validators(4);
    const endOfEpoch = (epoch: number): LedgerInfoWithSignatures => {
      const next = epochStateOf(BigInt(epoch + 1), set);
      return signLedgerInfo(ledgerInfoAt(epoch, new Uint8Array(32), BigInt(epoch), next), set.slice(0, 3));
    };
    const first = endOfEpoch(0);
    const later = Array.from({ length: 100 }, (_, i) => endOfEpoch(i + 1));
    const page = decode(epochChangeProof, encode(epochChangeProof, proofOf(later)));
    const trusted: LedgerInfoVerifier = { type: "epochState", value: epochStateOf(1n, set) };
    const ends = verifyEpochChange(trusted, page);
    expect([ends.length, ends.at(-1)?.nextEpochState.epoch]).toEqual([100, 101n]);
    const more = encode(vector(ledgerInfoWithSignatures), [first, ...later]);
    expect(outcome(() => decode(epochChangeProof, Uint8Array.of(...more, 0)))).toBe("decode/length");
    expect(() => encode(epochChangeProof, proofOf([first, ...later]))).toThrow(RangeError);
  });

  test("leads from genesis' waypoint, or from any epoch, to the last set", () => {
    for (const trusted of [genesis, epochState(1), epochState(3)]) {
      const ends = verifyEpochChange(trusted, proofOf(chain.epochEnds));
      const end = ends.at(-1) ?? ends[0];
      expect(end.nextEpochState).toEqual(chain.epochState(5));
      expect(end.verified.ledgerInfo.commitInfo.version).toBe(BigInt(endOf(4)));
    }
  });

  test("is refused when empty or wholly in the past", () => {
    expect(check(epochState(1), [])).toBe("proof/epoch-change-empty");
    expect(check(epochState(5), chain.epochEnds)).toBe("proof/epoch-change-stale");
  });

  test("is refused with an epoch left out, repeated or in another order", () => {
    const ends = chain.epochEnds;
    expect(check(epochState(1), ends.toSpliced(2, 1))).toBe("proof/epoch");
    expect(check(epochState(1), ends.toSpliced(2, 0, ...ends.slice(2, 3)))).toBe("proof/epoch");
    expect(check(epochState(1), ends.toSpliced(1, 2, ...ends.slice(1, 3).reverse()))).toBe("proof/epoch");
    expect(check(epochState(1), ends.slice(2))).toBe("proof/epoch");
    expect(check(genesis, ends.slice(1))).toBe("proof/waypoint-version");
  });

  test("is refused with a ledger info that doesn't end its epoch", () => {
    expect(check(epochState(1), [chain.ledgerInfo(1, 5)])).toBe("proof/no-next-epoch");
  });

  test("is refused where signers skip an epoch or go back in versions", () => {
    const signers = validators(4, 1);
    const skipping = ledgerInfoAt(5, new Uint8Array(32), 1n, epochStateOf(3n, signers));
    expect(check(epochState(1), [signLedgerInfo(skipping, signers)])).toBe("proof/next-epoch");
    const back = ledgerInfoAt(5, new Uint8Array(32), 2n, epochStateOf(3n, signers));
    expect(check(epochState(1), [...chain.epochEnds.slice(0, 2), signLedgerInfo(back, validators(4, 2))])).toBe(
      "proof/epoch-order",
    );
  });

  test("fails with any byte of what it relies on flipped", () => {
    const proof = proofOf(chain.epochEnds.slice(1, 2));
    const honest = encode(epochChangeProof, proof).slice();
    const withoutMore = honest.subarray(0, -1);
    const run = (bytes: Uint8Array) =>
      verifyEpochChange(epochState(1), decode(epochChangeProof, Uint8Array.of(...bytes, 0)));
    run(withoutMore);
    expect(accepted(flips(withoutMore), run)).toEqual([]);
  });
});
