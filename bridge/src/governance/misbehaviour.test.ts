import { trustedStateOf } from "@pdiem/light-client/diem/epochs/trusted-state";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { child, justify, type Voters, voters } from "@pdiem/light-client/polkadot/testing/chain";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { authoritySetHash, epochStateHash } from "../facts/set-hash.js";
import { EMPTY_SET_HISTORY } from "../facts/set-history.js";
import { authoritiesOf, checkpointIn, trusting, validatorsOf } from "../testing/checkpoints.js";
import { exampleConfig } from "../testing/config.js";
import { afterBatch, decide, decideIn } from "../testing/decisions.js";
import { decided, type Governed, PAUSE, RESUME, sign, UNGOVERNED, worldAfter } from "../testing/guardians.js";
import { governanceInForce } from "./in-force.js";
import { countingSets, type KnownSets, NO_SETS, presentSets } from "./known-sets.js";
import { culpritsOf, type MisbehaviourEvidence, misbehaviourHash, verifyMisbehaviour } from "./misbehaviour.js";
import type { SignedDecision } from "./signed-decision.js";

const VALIDATORS = validators(4);
const VOTERS = voters(4, 3n);
const SETS: KnownSets = { diem: [epochStateOf(1n, VALIDATORS)], relay: [VOTERS] };

const diemFork = (version: number, epoch = 1n): MisbehaviourEvidence => ({
  type: "diem",
  value: {
    first: signLedgerInfo(ledgerInfoAt(version, hashOfText("one"), epoch), VALIDATORS),
    second: signLedgerInfo(ledgerInfoAt(version, hashOfText("other"), epoch), VALIDATORS),
    history: undefined,
  },
});
const relayFork = (lower: Voters = VOTERS, higher: Voters = VOTERS): MisbehaviourEvidence => ({
  type: "relay",
  value: {
    lower: { setId: lower.setId, justification: justify(lower, child(undefined), 3) },
    higher: { setId: higher.setId, justification: justify(higher, child(undefined, [], "fork"), 3) },
    headers: [],
  },
});
const noticeOf = (evidence: MisbehaviourEvidence, before = UNGOVERNED): SignedDecision => ({
  decision: decided(before, {
    type: "misbehaviour",
    value: { culprits: culpritsOf(evidence), evidence: misbehaviourHash(evidence) },
  }),
  warrant: { type: "evidence", value: evidence },
});
const take = (signed: SignedDecision, before = UNGOVERNED, sets = SETS) =>
  decideIn(worldAfter(before), before, signed, sets);
const refusalOf = (...given: Parameters<typeof take>) => outcome(() => take(...given));
const pausedBy = (evidence: MisbehaviourEvidence, before = UNGOVERNED, sets = SETS): Governed =>
  afterBatch(before, take(noticeOf(evidence, before), before, sets));

describe("PROTOCOL 8: evidence of misbehaviour", () => {
  it("pauses the bridge without any guardian's signature, and travels with the batch", () => {
    for (const [evidence, misbehaved] of [
      [diemFork(9), { diem: 1n, relay: undefined }],
      [relayFork(), { diem: undefined, relay: 3n }],
    ] as const) {
      const batch = take(noticeOf(evidence));
      expect(batch.entry.governance?.decision).toEqual(noticeOf(evidence));
      const { ledger, governance } = afterBatch(UNGOVERNED, batch);
      expect(governanceInForce(exampleConfig, ledger, governance)).toMatchObject({ paused: true, misbehaved });
    }
  });

  it("counts once for each set, and no more for older ones: leaked keys can't stop the bridge again and again", () => {
    const resumed = decide(pausedBy(diemFork(9)), [RESUME]);
    expect(refusalOf(noticeOf(diemFork(10), resumed), resumed)).toBe("refused/known-misbehaviour");
    expect(refusalOf(noticeOf(relayFork(), resumed), resumed)).toBe("accepted");
    const sets: KnownSets = { ...SETS, diem: [0n, 2n].map((epoch) => epochStateOf(epoch, VALIDATORS)) };
    expect(refusalOf(noticeOf(diemFork(10, 0n), resumed), resumed, sets)).toBe("refused/known-misbehaviour");
    expect(refusalOf(noticeOf(diemFork(10, 2n), resumed), resumed, sets)).toBe("accepted");
  });

  it("counts once for whoever has one set's keys, whichever other set's blocks they contradict", () => {
    const [before, leaked, since] = [voters(4, 2n, "before"), voters(4, 3n), voters(4, 4n, "since")];
    const sets: KnownSets = { diem: [], relay: [before, leaked, since] };
    const resumed = decide(pausedBy(relayFork(before, leaked), UNGOVERNED, sets), [RESUME]);
    for (const [lower, higher] of [
      [leaked, since],
      [since, leaked],
      [leaked, leaked],
      [before, before],
    ] as const)
      expect(refusalOf(noticeOf(relayFork(lower, higher), resumed), resumed, sets)).toBe("refused/known-misbehaviour");
    expect(refusalOf(noticeOf(relayFork(since, since), resumed), resumed, sets)).toBe("accepted");
  });

  it("is refused of other sets, and unless it proves what the decision says", () => {
    expect(refusalOf(noticeOf(diemFork(9, 2n)))).toBe("proof/unknown-set");
    expect(refusalOf(noticeOf(relayFork(voters(4, 4n))))).toBe("proof/unknown-set");
    expect(refusalOf(noticeOf(diemFork(9)), UNGOVERNED, NO_SETS)).toBe("proof/unknown-set");
    const { decision } = noticeOf(diemFork(9));
    expect(refusalOf({ decision, warrant: { type: "evidence", value: diemFork(10) } })).toBe("proof/evidence");
    const blamed = decided(UNGOVERNED, {
      type: "misbehaviour",
      value: { culprits: [{ type: "diem", value: 7n }], evidence: misbehaviourHash(diemFork(9)) },
    });
    expect(refusalOf({ decision: blamed, warrant: { type: "evidence", value: diemFork(9) } })).toBe("proof/evidence");
    const first = signLedgerInfo(ledgerInfoAt(9, hashOfText("one")), VALIDATORS);
    const same: MisbehaviourEvidence = { type: "diem", value: { first, second: first, history: undefined } };
    expect(refusalOf(noticeOf(same))).toBe("proof/no-conflict");
  });

  it("can't stand in for signatures, nor signatures for it, nor for anything beside it", () => {
    const warrant = { type: "evidence", value: diemFork(9) } as const;
    expect(refusalOf({ decision: decided(UNGOVERNED, PAUSE), warrant })).toBe("proof/warrant");
    const { decision } = noticeOf(diemFork(9));
    expect(refusalOf(sign(decision))).toBe("proof/warrant");
    const more = { ...decision, actions: [...decision.actions, PAUSE] };
    expect(refusalOf({ decision: more, warrant })).toBe("proof/warrant");
    expect(refusalOf(sign(more))).toBe("proof/warrant");
  });

  it("names both sets where each has signed one of two forks, and has a hash of its own", () => {
    const [old, next] = [voters(4, 3n), voters(4, 4n, "next")];
    const both = [3n, 4n].map((value) => ({ type: "relay", value }));
    expect(culpritsOf(relayFork(old, next))).toEqual(both);
    expect(culpritsOf(relayFork(next, old))).toEqual(both);
    verifyMisbehaviour({ diem: [], relay: [next, old] }, relayFork(next, old));
    expect(new Set([diemFork(9), diemFork(10), relayFork()].map(misbehaviourHash).map(String)).size).toBe(3);
  });
});

describe("PROTOCOL 6: sets whose misbehaviour counts", () => {
  const own = { lightClients: trusting(5n, 8n), setHistory: EMPTY_SET_HISTORY };
  const setHistory = {
    time: 1n,
    diem: [{ hash: epochStateHash(validatorsOf(4n)), leftAt: 0n }],
    relay: [{ hash: authoritySetHash(authoritiesOf(7n)), leftAt: 0n }],
  };
  const grown = { ...own, setHistory };
  const told: KnownSets = {
    diem: [3n, 4n, 6n].map(validatorsOf),
    relay: [6n, 7n, 9n].map(authoritiesOf),
  };
  const idsOf = ({ diem, relay }: KnownSets) => [diem.map(({ epoch }) => epoch), relay.map(({ setId }) => setId)];

  it("are the enclave's own chains' alone", () => {
    expect(idsOf(countingSets(own, undefined, told))).toEqual([[5n], [8n]]);
    expect(idsOf(countingSets(grown, undefined, told))).toEqual([
      [5n, 4n],
      [8n, 7n],
    ]);
    const foreign = { diem: [epochStateOf(4n, VALIDATORS)], relay: [{ ...VOTERS, setId: 7n }] };
    expect(idsOf(countingSets(grown, undefined, foreign))).toEqual([[5n], [8n]]);
  });

  it("are none before the checkpoint's, whose keys may have leaked", () => {
    expect(idsOf(countingSets(grown, checkpointIn(5n, 8n, 1n), told))).toEqual([[5n], [8n]]);
    expect(idsOf(countingSets(grown, checkpointIn(4n, 8n, 1n), told))).toEqual([[5n, 4n], [8n]]);
  });

  it("are none of Diem's where a light client is at a waypoint", () => {
    const lightClients = { ...own.lightClients, diem: trustedStateOf(exampleConfig.diem.waypoint) };
    expect(presentSets(lightClients).diem).toEqual([]);
  });
});
