import { encode } from "@pdiem/light-client/codec/codec";
import { ed25519 as native } from "@pdiem/light-client/crypto/ed25519-native";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, type Validator, validators } from "@pdiem/light-client/diem/testing/validators";
import { headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { child, prove, scheduled, type Voters, voters } from "@pdiem/light-client/polkadot/testing/chain";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { afterEach, describe, expect, it, vi } from "vitest";
import { changed } from "../testing/proof-bundle.js";
import { advance } from "./advance.js";
import { olderLedgerInfo, olderRelayHeader } from "./older-facts.js";
import type { OwnSets } from "./own-sets.js";
import { NO_DIEM_PROOFS, type ProofBundle } from "./proof-bundle.js";
import { authoritySetHash, epochStateHash } from "./set-hash.js";
import { verifyBundleAhead } from "./verify-ahead.js";

afterEach(() => vi.restoreAllMocks());

/** Counts the checks made on this thread, and those on others, by keys that come up from now on. */
const countChecks = () => {
  const { verifier } = native;
  const count = { here: 0, ahead: 0 };
  vi.spyOn(native, "verifier").mockImplementation((publicKey) => {
    const { verify, verifyAhead } = verifier(publicKey);
    return {
      verify: (...check) => {
        count.here += 1;
        return verify(...check);
      },
      verifyAhead: (...check) => {
        count.ahead += 1;
        verifyAhead?.(...check);
      },
    };
  });
  return count;
};

const QUORUM = 3;
let made = 0;

/**
 * Own chains at epoch 2 and set 4, which have left epoch 1 and set 3. Their keys come up in no
 * other test.
 */
const newChains = () => {
  made += 1;
  const base = 70_000 + made * 100;
  const setOf = (epoch: number): readonly Validator[] => validators(4, base + epoch * 10);
  const votersOf = (setId: bigint): Voters => voters(4, setId, `ahead ${made}, set ${setId}`);
  const block = child(undefined, [], `ahead ${made}`);
  const [left, present] = [epochStateOf(1n, setOf(1)), epochStateOf(2n, setOf(2))];
  const [leftVoters, presentVoters] = [votersOf(3n), votersOf(4n)];
  const authoritiesOf = ({ setId, authorities }: Voters) => ({ setId, authorities });
  const own: OwnSets = {
    lightClients: {
      diem: {
        type: "epochState",
        value: {
          waypoint: { version: 20n, value: hashOfText(`${made}`) },
          epochState: present,
          accumulator: undefined,
        },
      },
      relay: { ...authoritiesOf(presentVoters), finalized: { number: block.number, hash: headerHash(block) } },
    },
    setHistory: {
      time: 1n,
      diem: [{ hash: epochStateHash(left), leftAt: 1n }],
      relay: [{ hash: authoritySetHash(authoritiesOf(leftVoters)), leftAt: 1n }],
    },
  };
  const signed = (epoch: number, version: number, next?: number) => {
    const nextState = next === undefined ? undefined : epochStateOf(BigInt(next), setOf(next));
    const unsigned = ledgerInfoAt(version, hashOfText(`${made} ${version}`), BigInt(epoch), nextState);
    return signLedgerInfo(unsigned, setOf(epoch).slice(0, QUORUM));
  };
  const next = votersOf(5n);
  const last = child(block, [scheduled({ nextAuthorities: next.authorities, delay: 0 })], `ahead ${made}`);
  const newest = child(last, [], `ahead ${made}`);
  const ahead: ProofBundle = {
    diem: {
      ...NO_DIEM_PROOFS,
      epochChanges: encode(epochChangeProof, { ledgerInfos: [signed(2, 30, 3), signed(3, 40, 4)], more: false }),
      ledgerInfo: encode(ledgerInfoWithSignatures, signed(4, 45)),
    },
    parachain: {
      finality: [
        { proof: prove(presentVoters, last), header: undefined },
        { proof: prove(next, newest), header: undefined },
      ],
      earlier: undefined,
      headProof: [],
      storageProof: [],
    },
  };
  const older = child(undefined, [], `ahead ${made}, older`);
  const behind: ProofBundle = {
    diem: { ...NO_DIEM_PROOFS, ledgerInfo: encode(ledgerInfoWithSignatures, signed(1, 15)), signers: left },
    parachain: {
      finality: [],
      earlier: {
        step: { proof: prove(leftVoters, older), header: undefined },
        signers: authoritiesOf(leftVoters),
      },
      headProof: [],
      storageProof: [],
    },
  };
  return { own, ahead, behind };
};

describe("a bundle's signatures, checked ahead", () => {
  it("are all that moving over epochs and authority sets has to check", async () => {
    const { own, ahead } = newChains();
    const count = countChecks();
    await verifyBundleAhead(own, ahead);
    expect(count).toEqual({ here: 0, ahead: 5 * QUORUM });
    const { lightClients, ledgerInfo, relayHeader } = advance(own.lightClients, ahead);
    expect([lightClients.relay.setId, ledgerInfo?.signedBy?.epoch, relayHeader?.signedBy?.setId]).toEqual([5n, 4n, 5n]);
    expect(count).toEqual({ here: 0, ahead: 5 * QUORUM });
  });

  it("are those of earlier sets as well, where the own chains have left these", async () => {
    const { own, behind } = newChains();
    const count = countChecks();
    await verifyBundleAhead(own, behind);
    expect(count).toEqual({ here: 0, ahead: 2 * QUORUM });
    expect(olderLedgerInfo(own, behind.diem)?.signedBy?.epoch).toBe(1n);
    expect(olderRelayHeader(own, behind.parachain)?.signedBy?.setId).toBe(3n);
    expect(count).toEqual({ here: 0, ahead: 2 * QUORUM });
  });

  it("cost nothing where strangers have made them", async () => {
    const { own } = newChains();
    const strangers = newChains();
    const count = countChecks();
    await verifyBundleAhead(own, strangers.behind);
    expect(count).toEqual({ here: 0, ahead: 0 });
    expect(outcome(() => olderLedgerInfo(own, strangers.behind.diem))).toBe("proof/foreign-set");
    expect(outcome(() => olderRelayHeader(own, strangers.behind.parachain))).toBe("proof/foreign-set");
    await verifyBundleAhead(own, strangers.ahead);
    expect(count).toEqual({ here: 0, ahead: 0 });
  });

  it("are left to be refused by what checks them: one that is invalid has no word said of it", async () => {
    const { own, ahead } = newChains();
    const { ledgerInfo } = ahead.diem;
    const shown = { ...ahead, diem: { ...ahead.diem, ledgerInfo: changed(ledgerInfo, ledgerInfo.length - 1) } };
    await verifyBundleAhead(own, shown);
    expect(outcome(() => advance(own.lightClients, shown))).toBe("proof/signature");
    expect(advance(own.lightClients, ahead).ledgerInfo?.signedBy?.epoch).toBe(4n);
  });

  it("are checked of one chain where the other's proofs are garbage", async () => {
    const garbage = Uint8Array.of(1, 2, 3);
    const [first, second] = [newChains(), newChains()];
    const count = countChecks();
    await verifyBundleAhead(first.own, { ...first.ahead, diem: { ...first.ahead.diem, epochChanges: garbage } });
    expect(count.ahead).toBe(2 * QUORUM);
    const { parachain } = second.ahead;
    const finality = [{ proof: garbage, header: garbage }, ...parachain.finality];
    await verifyBundleAhead(second.own, { ...second.ahead, parachain: { ...parachain, finality } });
    expect(count.ahead).toBe((2 + 3) * QUORUM);
  });

  it("are passed over where they come too late to move anything", async () => {
    const { own, ahead } = newChains();
    const { lightClients } = advance(own.lightClients, ahead);
    const moved = { ...own, lightClients };
    const before = structuredClone(moved);
    await verifyBundleAhead(moved, ahead);
    expect(moved).toEqual(before);
    expect(advance(lightClients, ahead).lightClients).toEqual(lightClients);
  });
});
