import { describe, expect, test } from "vitest";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { type AccumulatorConsistencyProof, accumulatorConsistencyProof } from "../proofs/accumulator-append.js";
import { buildChain, endOf } from "../testing/chain.js";
import { hashOfText, ledgerInfoAt } from "../testing/ledger.js";
import { accepted, flips, sequenceMutations } from "../testing/mutations.js";
import { signLedgerInfo, validators } from "../testing/validators.js";
import { epochChangeProof } from "./epoch-change.js";
import { type LedgerInfoWithSignatures, ledgerInfoWithSignatures } from "./ledger-info.js";
import {
  ratchet,
  type StateProof,
  type TrustedState,
  trustedState,
  trustedStateOf,
  trustedVersion,
} from "./trusted-state.js";
import { waypointOf } from "./waypoint.js";

const chain = buildChain(5);
const [genesisInfo, ...laterEnds] = chain.epochEnds;
if (genesisInfo === undefined) throw new RangeError("expected a genesis ledger info");
const genesis = trustedStateOf(waypointOf(genesisInfo.ledgerInfo));
const initialAccumulator = chain.accumulator(0);
const consistency = (from: number, to: number): AccumulatorConsistencyProof => ({
  subtrees: chain.consistency(from, to),
});
const latest = chain.ledgerInfo(5, 23);

const fromGenesis: StateProof = {
  latest,
  epochChangeProof: { ledgerInfos: chain.epochEnds, more: false },
  consistencyProof: consistency(0, 23),
  initialAccumulator,
};

/** The state after the end of an epoch, accumulator included. */
const stateAfter = (epoch: number): TrustedState =>
  ratchet(genesis, {
    latest: chain.epochEnds[epoch] ?? genesisInfo,
    epochChangeProof: { ledgerInfos: chain.epochEnds.slice(0, epoch + 1), more: false },
    consistencyProof: consistency(0, endOf(epoch)),
    initialAccumulator,
  }).state;

const none = { ledgerInfos: [], more: false };

describe("ratcheting", () => {
  test("leads from a waypoint to the latest ledger info, and keeps the accumulator", () => {
    const { state, change, verified, isLatest } = ratchet(genesis, fromGenesis);
    expect([change, isLatest, trustedVersion(state)]).toEqual(["epoch", true, 23n]);
    expect(verified.ledgerInfo.commitInfo.executedStateId).toEqual(latest.ledgerInfo.commitInfo.executedStateId);
    expect(state).toEqual({
      type: "epochState",
      value: {
        waypoint: waypointOf(latest.ledgerInfo),
        epochState: chain.epochState(5),
        accumulator: chain.accumulator(23),
      },
    });
    expect(decode(trustedState, encode(trustedState, state))).toEqual(state);
  });

  test("works without an accumulator too, and then keeps none", () => {
    const { consistencyProof: _, ...plain } = fromGenesis;
    const { state } = ratchet(genesis, plain);
    expect(state.type === "epochState" && state.value.accumulator).toBeUndefined();
    expect(ratchet(state, { latest: chain.ledgerInfo(5, 24), epochChangeProof: none }).change).toBe("version");
  });

  test("follows versions within an epoch, and sees when nothing changed", () => {
    const { state } = ratchet(genesis, fromGenesis);
    const next = chain.ledgerInfo(5, 24);
    const step = ratchet(state, { latest: next, epochChangeProof: none, consistencyProof: consistency(23, 24) });
    expect([step.change, trustedVersion(step.state)]).toEqual(["version", 24n]);
    const same = ratchet(step.state, { latest: next, epochChangeProof: none });
    expect([same.change, same.state]).toEqual(["noChange", step.state]);
  });

  test("tells the epochs that it led past, with the times that they ended at", () => {
    const passedFrom = (state: TrustedState) =>
      ratchet(state, { ...fromGenesis, consistencyProof: undefined, initialAccumulator: undefined }).passed;
    const passed = [1, 2, 3, 4].map((epoch) => ({
      epochState: chain.epochState(epoch),
      endedAt: chain.epochEnds[epoch]?.ledgerInfo.commitInfo.timestampUsecs,
    }));
    expect(passedFrom(genesis)).toEqual(passed);
    const withoutAccumulator = ratchet(genesis, {
      latest: chain.epochEnds[2] ?? genesisInfo,
      epochChangeProof: { ledgerInfos: chain.epochEnds.slice(0, 3), more: false },
    }).state;
    expect(passedFrom(withoutAccumulator)).toEqual(passed.slice(2));
    const { state } = ratchet(genesis, { ...fromGenesis, consistencyProof: undefined, initialAccumulator: undefined });
    expect(ratchet(state, { latest: chain.ledgerInfo(5, 24), epochChangeProof: none }).passed).toEqual([]);
  });

  test("checks no signature of the past again, but all of the present", () => {
    const { state } = ratchet(genesis, fromGenesis);
    const unsigned = { ...chain.ledgerInfo(5, 24), signatures: [] };
    const proof = { latest: unsigned, epochChangeProof: none, consistencyProof: consistency(23, 24) };
    expect(outcome(() => ratchet(state, proof))).toBe("proof/voting-power");
  });

  test("goes page by page, and never vouches for a latest ledger info that it couldn't verify", () => {
    const forged = signLedgerInfo(ledgerInfoAt(23, hashOfText("forged"), 5n), []);
    const { state, verified, isLatest, passed } = ratchet(genesis, {
      latest: forged,
      epochChangeProof: { ledgerInfos: chain.epochEnds.slice(0, 3), more: true },
      consistencyProof: consistency(0, endOf(2)),
      initialAccumulator,
    });
    expect([isLatest, verified.ledgerInfo.commitInfo.version]).toEqual([false, BigInt(endOf(2))]);
    expect(state).toEqual(stateAfter(2));
    expect(passed.map(({ epochState }) => epochState.epoch)).toEqual([1n, 2n]);
    const rest = { ledgerInfos: chain.epochEnds.slice(2), more: false };
    const page = { epochChangeProof: rest, consistencyProof: consistency(endOf(2), 23) };
    expect(outcome(() => ratchet(state, { ...page, latest: forged }))).toBe("proof/voting-power");
    expect(ratchet(state, { ...page, latest }).isLatest).toBe(true);
  });

  test("doesn't take a page's end for the way to the latest epoch unless the server says that there is more", () => {
    const epochChangeProof = { ledgerInfos: chain.epochEnds.slice(0, 3), more: false };
    expect(outcome(() => ratchet(genesis, { latest, epochChangeProof }))).toBe("proof/epoch-gap");
  });

  test("PROTOCOL 6: verifies older ledger infos of the present epoch, and never goes back", () => {
    const { state } = ratchet(genesis, fromGenesis);
    const older = chain.ledgerInfo(5, 22);
    const { verified, ...step } = ratchet(state, { latest: older, epochChangeProof: none });
    expect(step).toEqual({ state, change: "noChange", isLatest: true, passed: [] });
    expect(verified.ledgerInfo.commitInfo.executedStateId).toEqual(older.ledgerInfo.commitInfo.executedStateId);
    expect(verified.signedBy).toEqual(chain.epochState(5));
    const pages = { latest: older, epochChangeProof: { ledgerInfos: chain.epochEnds, more: false } };
    expect(ratchet(state, pages).verified).toEqual(verified);
    const unsigned = { latest: { ...older, signatures: older.signatures.slice(1) }, epochChangeProof: none };
    expect(outcome(() => ratchet(state, unsigned))).toBe("proof/voting-power");
    const former = { latest: chain.ledgerInfo(4, endOf(4) - 1), epochChangeProof: none };
    expect(outcome(() => ratchet(state, former))).toBe("proof/stale");
    expect(outcome(() => ratchet(trustedStateOf({ ...waypointOf(latest.ledgerInfo) }), pages))).toBe("proof/stale");
  });

  test("PROTOCOL 6: says whose signatures were verified, and none where only the waypoint vouches", () => {
    const { state, verified } = ratchet(genesis, fromGenesis);
    expect(verified.signedBy).toEqual(chain.epochState(5));
    expect(ratchet(state, { latest, epochChangeProof: none }).verified.signedBy).toEqual(chain.epochState(5));
    const page = { latest, epochChangeProof: { ledgerInfos: chain.epochEnds.slice(0, 4), more: true } };
    expect(ratchet(genesis, page).verified.signedBy).toEqual(chain.epochState(3));
    const ended = stateAfter(4);
    const again = ratchet(ended, { latest: chain.epochEnds[4] ?? genesisInfo, epochChangeProof: none });
    expect([again.change, again.verified.signedBy]).toEqual(["noChange", undefined]);
    const first = { latest: genesisInfo, epochChangeProof: { ledgerInfos: [genesisInfo], more: false } };
    expect(ratchet(genesis, first).verified.signedBy).toBeUndefined();
  });

  test("refuses epochs whose versions go back, even where a quorum signed them", () => {
    const { state } = ratchet(trustedStateOf(waypointOf(genesisInfo.ledgerInfo)), {
      latest: chain.ledgerInfo(2, 9),
      epochChangeProof: { ledgerInfos: chain.epochEnds.slice(0, 2), more: false },
    });
    const early = ledgerInfoAt(8, hashOfText("root"), 2n, chain.epochState(3));
    const page = { ledgerInfos: [signLedgerInfo(early, validators(4, 2))], more: true };
    expect(outcome(() => ratchet(state, { latest, epochChangeProof: page }))).toBe("proof/epoch-order");
    const first = signLedgerInfo(ledgerInfoAt(endOf(2), hashOfText("root"), 3n), validators(4, 3));
    const ends = { ledgerInfos: chain.epochEnds.slice(2, 3), more: false };
    expect(outcome(() => ratchet(state, { latest: first, epochChangeProof: ends }))).toBe("proof/epoch-order");
  });

  test("takes another ledger info at the trusted version, but none of another history, where it keeps the accumulator", () => {
    const { state } = ratchet(genesis, fromGenesis);
    const { commitInfo } = latest.ledgerInfo;
    const later = {
      ...latest.ledgerInfo,
      commitInfo: { ...commitInfo, timestampUsecs: commitInfo.timestampUsecs + 1n },
    };
    const step = ratchet(state, { latest: signLedgerInfo(later, validators(4, 5)), epochChangeProof: none });
    expect([step.change, step.state]).toEqual(["noChange", state]);
    expect(step.verified.ledgerInfo.commitInfo.timestampUsecs).toBe(commitInfo.timestampUsecs + 1n);
    const fork = signLedgerInfo(ledgerInfoAt(23, hashOfText("fork"), 5n), validators(4, 5));
    expect(outcome(() => ratchet(state, { latest: fork, epochChangeProof: none }))).toBe("proof/consistency");
    const otherEnd = signLedgerInfo(ledgerInfoAt(endOf(4), hashOfText("fork"), 4n), validators(4, 4));
    expect(outcome(() => ratchet(stateAfter(4), { latest: otherEnd, epochChangeProof: none }))).toBe("proof/waypoint");
  });

  test("within what a waypoint covers vouches for nothing else, as no signature is checked again", () => {
    const end = chain.epochEnds[4] ?? genesisInfo;
    const otherRound = { ...end.ledgerInfo, commitInfo: { ...end.ledgerInfo.commitInfo, round: 99n } };
    const unsigned = { latest: signLedgerInfo(otherRound, []), epochChangeProof: none };
    const { verified } = ratchet(stateAfter(4), unsigned);
    expect(Object.keys(verified.ledgerInfo.commitInfo)).not.toContain("round");
    const { state } = ratchet(genesis, fromGenesis);
    const bare = { latest: { ...latest, signatures: latest.signatures.slice(1) }, epochChangeProof: none };
    expect(ratchet(state, bare)).toMatchObject({ change: "noChange", verified: { signedBy: undefined } });
  });

  test("refuses a fork signed by the same validators, where it keeps the accumulator", () => {
    const fork = signLedgerInfo(ledgerInfoAt(23, hashOfText("fork"), 5n), validators(4, 5));
    const proof = { ...fromGenesis, latest: fork };
    expect(outcome(() => ratchet(genesis, proof))).toBe("proof/consistency");
  });

  test("needs a consistency proof once it keeps the accumulator, and an initial one to begin with", () => {
    const { state } = ratchet(genesis, fromGenesis);
    expect(outcome(() => ratchet(state, { latest: chain.ledgerInfo(5, 24), epochChangeProof: none }))).toBe(
      "proof/consistency",
    );
    expect(outcome(() => ratchet(genesis, { ...fromGenesis, initialAccumulator: undefined }))).toBe(
      "proof/initial-accumulator",
    );
    const wrong = { ...fromGenesis, initialAccumulator: { frozenSubtreeRoots: [hashOfText("x")], numLeaves: 1n } };
    expect(outcome(() => ratchet(genesis, wrong))).toBe("proof/initial-accumulator");
    // The same root, as of a tree with more leaves.
    const larger = { ...fromGenesis, initialAccumulator: { ...initialAccumulator, numLeaves: 2n } };
    expect(outcome(() => ratchet(genesis, larger))).toBe("proof/initial-accumulator");
  });

  test("keeps nothing of the bytes that the proof came in", () => {
    const latestBytes = encode(ledgerInfoWithSignatures, latest).slice();
    const changes = encode(epochChangeProof, fromGenesis.epochChangeProof).slice();
    const subtrees = encode(accumulatorConsistencyProof, consistency(0, 23)).slice();
    const { state, verified } = ratchet(genesis, {
      latest: decode(ledgerInfoWithSignatures, latestBytes),
      epochChangeProof: decode(epochChangeProof, changes),
      consistencyProof: decode(accumulatorConsistencyProof, subtrees),
      initialAccumulator,
    });
    for (const bytes of [latestBytes, changes, subtrees]) bytes.fill(0);
    expect(state).toEqual(ratchet(genesis, fromGenesis).state);
    expect(verified).toEqual(ratchet(genesis, fromGenesis).verified);
  });

  test("leaves the state that it started from as it was", () => {
    const before = encode(trustedState, stateAfter(2)).slice();
    const state = decode(trustedState, before.slice());
    ratchet(state, {
      latest,
      epochChangeProof: { ledgerInfos: laterEnds, more: false },
      consistencyProof: consistency(endOf(2), 23),
    });
    expect(encode(trustedState, state)).toEqual(before);
  });
});

describe("a state proof", () => {
  const state = stateAfter(4);
  const proof = { epochChangeProof: none, consistencyProof: consistency(endOf(4), 23) };

  test("fails with any byte of the latest ledger info flipped", () => {
    const honest = encode(ledgerInfoWithSignatures, latest).slice();
    const run = (bytes: Uint8Array) => ratchet(state, { ...proof, latest: decode(ledgerInfoWithSignatures, bytes) });
    run(honest);
    expect(accepted(flips(honest), run)).toEqual([]);
  });

  test("fails with any byte of its consistency proof flipped, any subtree added, dropped, repeated or swapped", () => {
    const honest = encode(accumulatorConsistencyProof, proof.consistencyProof).slice();
    const run = (consistencyProof: AccumulatorConsistencyProof) =>
      ratchet(state, { ...proof, latest, consistencyProof });
    expect(accepted(flips(honest), (bytes) => run(decode(accumulatorConsistencyProof, bytes)))).toEqual([]);
    const { subtrees } = proof.consistencyProof;
    expect(accepted(sequenceMutations(subtrees, hashOfText("x")), (other) => run({ subtrees: other }))).toEqual([]);
  });

  test("fails with any signature dropped from just a quorum", () => {
    const dropped: LedgerInfoWithSignatures[] = latest.signatures.map((_, i) => ({
      ...latest,
      signatures: latest.signatures.toSpliced(i, 1),
    }));
    expect(accepted(dropped, (other) => ratchet(state, { ...proof, latest: other }))).toEqual([]);
  });
});
