import { noticeMisbehaviour } from "@pdiem/bridge-client/guardians/decision-file";
import { utf8 } from "@pdiem/light-client/bytes";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { child, justify, type Voters, voters } from "@pdiem/light-client/polkadot/testing/chain";
import { describe, expect, it } from "vitest";
import { initialHeads } from "../facts/light-client-state.js";
import { exampleConfig } from "../testing/config.js";
import {
  after,
  decide,
  decided,
  governedBridge,
  PAUSE,
  RESUME,
  settleIn,
  sign,
  UNGOVERNED,
  worldAfter,
} from "../testing/guardians.js";
import { refusal } from "../testing/refusal.js";
import type { Action } from "./decision.js";
import {
  culpritsOf,
  type KnownSets,
  knownSets,
  type Misbehaviour,
  misbehaviourHash,
  verifyMisbehaviour,
} from "./misbehaviour.js";
import { inForceAt } from "./operating.js";
import type { SignedDecision } from "./signed-decision.js";

const VALIDATORS = validators(4);
const VOTERS = voters(4, 3n);
const SETS: KnownSets = { diem: [epochStateOf(1n, VALIDATORS)], relay: [VOTERS] };

const diemFork = (version: number, epoch = 1n): Misbehaviour => ({
  type: "diem",
  value: {
    first: signLedgerInfo(ledgerInfoAt(version, hashOfText("one"), epoch), VALIDATORS),
    second: signLedgerInfo(ledgerInfoAt(version, hashOfText("other"), epoch), VALIDATORS),
  },
});

const relayFork = (lower: Voters = VOTERS, higher: Voters = VOTERS): Misbehaviour => ({
  type: "relay",
  value: {
    lower: { setId: lower.setId, justification: justify(lower, child(undefined), 3) },
    higher: { setId: higher.setId, justification: justify(higher, child(undefined, [], "fork"), 3) },
    headers: [],
  },
});

const noticeOf = (evidence: Misbehaviour, governance = UNGOVERNED): SignedDecision => {
  const { decisions, time } = governance.ledger;
  return noticeMisbehaviour({ decisions, until: time + 7_200_000n }, evidence);
};
const settle = (signed: readonly SignedDecision[], governance = UNGOVERNED, sets = SETS) =>
  settleIn(worldAfter(governance), governance, signed, sets);
const refusalOf = (...given: Parameters<typeof settle>) => refusal(() => settle(...given));

describe("evidence of misbehaviour", () => {
  it("pauses the bridge without any guardian's signature, and travels with the batch", () => {
    for (const evidence of [diemFork(9), relayFork()]) {
      const batch = settle([noticeOf(evidence)]);
      expect(batch.step.decisions).toEqual([noticeOf(evidence)]);
      const paused = after(UNGOVERNED, batch);
      expect(inForceAt(governedBridge(paused), paused.ledger.time)).toMatchObject({
        paused: true,
        misbehaved: culpritsOf(evidence),
      });
    }
  });

  it("counts once for each set, so that keys which leaked can't stop the bridge again and again", () => {
    const resumed = decide(after(UNGOVERNED, settle([noticeOf(diemFork(9))])), RESUME);
    expect(refusalOf([noticeOf(diemFork(10), resumed)], resumed)).toBe("refused/known-misbehaviour");
    expect(refusalOf([noticeOf(relayFork(), resumed)], resumed)).toBeUndefined();
    const next: KnownSets = { ...SETS, diem: [epochStateOf(2n, VALIDATORS)] };
    expect(refusalOf([noticeOf(diemFork(10, 2n), resumed)], resumed, next)).toBeUndefined();
    const twice = noticeOf(diemFork(10));
    const second = { ...twice, decision: { ...twice.decision, number: 1n } };
    expect(refusalOf([noticeOf(diemFork(9)), second])).toBe("refused/known-misbehaviour");
  });

  it("counts once for whoever has one set's keys, whichever other set's blocks they contradict", () => {
    const [before, leaked, since] = [voters(4, 2n, "before"), voters(4, 3n), voters(4, 4n, "since")];
    const sets: KnownSets = { diem: [], relay: [before, leaked, since] };
    const resumed = decide(after(UNGOVERNED, settle([noticeOf(relayFork(before, leaked))], UNGOVERNED, sets)), RESUME);
    for (const [lower, higher] of [
      [leaked, since],
      [since, leaked],
      [leaked, leaked],
      [before, before],
    ] as const)
      expect(refusalOf([noticeOf(relayFork(lower, higher), resumed)], resumed, sets)).toBe(
        "refused/known-misbehaviour",
      );
    expect(refusalOf([noticeOf(relayFork(since, since), resumed)], resumed, sets)).toBeUndefined();
  });

  it("is refused of sets that aren't known, and unless it proves what the decision says", () => {
    expect(refusalOf([noticeOf(diemFork(9, 2n))])).toBe("proof/unknown-set");
    expect(refusalOf([noticeOf(relayFork(voters(4, 4n)))])).toBe("proof/unknown-set");
    expect(refusalOf([noticeOf(diemFork(9))], UNGOVERNED, { ...SETS, diem: [] })).toBe("proof/unknown-set");
    const { decision } = noticeOf(diemFork(9));
    expect(refusalOf([{ decision, warrant: { type: "evidence", value: diemFork(10) } }])).toBe("proof/evidence");
    const blamed: Action = {
      type: "misbehaviour",
      value: { culprits: [{ type: "diem", value: 7n }], evidence: misbehaviourHash(diemFork(9)) },
    };
    const warrant = { type: "evidence", value: diemFork(9) } as const;
    expect(refusalOf([{ decision: { ...decision, action: blamed }, warrant }])).toBe("proof/evidence");
    const signed = signLedgerInfo(ledgerInfoAt(9, hashOfText("one")), VALIDATORS);
    expect(refusalOf([noticeOf({ type: "diem", value: { first: signed, second: signed } })])).toBe("proof/no-conflict");
  });

  it("can't stand in for signatures, nor signatures for it", () => {
    const [pause] = decided(UNGOVERNED, PAUSE);
    if (pause === undefined) throw new Error("expected a decision");
    expect(refusalOf([{ decision: pause, warrant: { type: "evidence", value: diemFork(9) } }])).toBe("proof/warrant");
    expect(refusalOf([sign(noticeOf(diemFork(9)).decision)])).toBe("proof/warrant");
  });

  it("has a hash of its own for each two histories", () => {
    const hashes = [diemFork(9), diemFork(10), relayFork()].map(misbehaviourHash);
    expect(new Set(hashes.map(String)).size).toBe(3);
  });
});

describe("known sets", () => {
  it("are those that light clients go by, at a waypoint none of Diem's", () => {
    const heads = initialHeads(exampleConfig);
    expect(knownSets(heads).diem).toEqual([]);
    expect(knownSets(heads, heads).relay.map(({ setId }) => setId)).toEqual([3n, 3n]);
    const epochState = epochStateOf(1n, VALIDATORS);
    const value = { waypoint: { version: 1n, value: utf8("x") }, epochState, accumulator: undefined };
    expect(knownSets({ ...heads, diem: { type: "epochState", value } }).diem).toEqual([epochState]);
  });

  it("are both the culprits where each has signed one of two forks", () => {
    const [old, next] = [voters(4, 3n), voters(4, 4n, "next")];
    const both = [3n, 4n].map((value) => ({ type: "relay", value }));
    expect(culpritsOf(relayFork(old, next))).toEqual(both);
    expect(culpritsOf(relayFork(next, old))).toEqual(both);
    verifyMisbehaviour({ diem: [], relay: [next, old] }, relayFork(next, old));
  });
});
