import { encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { anchorOf } from "../ledger/anchor.js";
import { journalEntry } from "../ledger/journal-entry.js";
import { exampleConfig, filled, HOUR, ISSUER, XDX, XUS } from "../testing/config.js";
import { afterBatch, decide, decideIn } from "../testing/decisions.js";
import {
  decided,
  EXAMPLE_ID,
  type Governed,
  GUARDIAN_SEEDS,
  governed,
  PAUSE,
  QUORUM_SEEDS,
  RESUME,
  sign,
  THAW,
  UNGOVERNED,
  work,
  worldAfter,
} from "../testing/guardians.js";
import type { World } from "../testing/world.js";
import type { Action, ActionOf } from "./action.js";
import type { Decision } from "./decision.js";
import { governanceHash, governanceState } from "./governance-state.js";
import { governanceInForce } from "./in-force.js";
import { takeDecision } from "./take-decision.js";

const NEW_SEEDS = [filled(32, 20), filled(32, 21), filled(32, 22)];
const OTHERS = { keys: NEW_SEEDS.map(publicKeyOf), threshold: 2, freezer: filled(32, 0x21) };
const guardians: Action = { type: "guardians", value: OTHERS };
const BOTH_SEEDS = [...QUORUM_SEEDS, ...NEW_SEEDS.slice(0, 2)];
const lower: Action = {
  type: "windows",
  value: { currency: "XUS", mint: 12_000n, release: 12_000n, refund: 12_000n },
};
const handover: Action = { type: "handover", value: { transcript: filled(32, 1) } };
const freezer: Action = { type: "freezer", value: filled(32, 0x0e) };

const freeze =
  (...assets: readonly number[]) =>
  ({ parachain }: World) => {
    for (const asset of assets) parachain.setAsset(asset, { status: "frozen" });
  };
const batchOf = (
  before: Governed,
  actions: readonly Action[],
  change: (world: World) => void = () => undefined,
  seeds = QUORUM_SEEDS,
) => {
  const world = worldAfter(before);
  change(world);
  return decideIn(world, before, sign(decided(before, ...actions), seeds));
};
const refusalOf = (...given: Parameters<typeof batchOf>) => outcome(() => batchOf(...given));
const typesOf = ({ calls }: { readonly calls: readonly { readonly type: string }[] }) => calls.map(({ type }) => type);
const stateOf = ({ ledger, governance }: Governed) => governanceInForce(exampleConfig, ledger, governance);

describe("a decision batch", () => {
  it("moves the anchor, tells state and decision, and changes nothing else of the ledger", () => {
    const batch = batchOf(UNGOVERNED, [lower, PAUSE]);
    const state = batch.entry.governance?.state;
    expect(typesOf(batch)).toEqual(["cancelApproval", "approveTransfer", "remark"]);
    expect(batch.calls[0]).toMatchObject({ delegate: anchorOf(EXAMPLE_ID, UNGOVERNED.ledger) });
    expect(batch.calls[1]).toMatchObject({ delegate: anchorOf(EXAMPLE_ID, batch.ledger) });
    expect(batch.calls[2]).toEqual({ type: "remark", remark: encode(journalEntry, batch.entry) });
    expect(batch.entry.governance?.decision).toEqual(sign(decided(UNGOVERNED, lower, PAUSE)));
    expect(state).toMatchObject({ count: 1n, paused: true });
    expect(batch.ledger).toEqual({
      ...UNGOVERNED.ledger,
      time: UNGOVERNED.ledger.time + HOUR,
      nonce: UNGOVERNED.ledger.nonce + 1,
      governance: state && governanceHash(state),
    });
  });

  it("waits for no interval, whatever failed before, but counts what failed", () => {
    const world = worldAfter(UNGOVERNED, 1n);
    world.parachain.setAccount(ISSUER, { nonce: UNGOVERNED.ledger.nonce + 3 });
    const { ledger, nonce } = decideIn(world, UNGOVERNED, sign(decided(UNGOVERNED, PAUSE)));
    expect({ nonce, failures: ledger.failures }).toEqual({ nonce: UNGOVERNED.ledger.nonce + 3, failures: 3 });
    const behind = (one: World) => one.parachain.setAccount(ISSUER, { nonce: UNGOVERNED.ledger.nonce - 1 });
    expect(refusalOf(UNGOVERNED, [PAUSE], behind)).toBe("refused/nonce-behind");
  });

  it("makes no active time pass", () => {
    expect(decide(UNGOVERNED, [lower]).ledger.active).toBe(UNGOVERNED.ledger.active);
  });

  it("is of the ledger in force and its own governance state alone", () => {
    const paused = decide(UNGOVERNED, [PAUSE]);
    const signed = sign(decided(paused, RESUME));
    expect(outcome(() => decideIn(worldAfter(UNGOVERNED), paused, signed))).toBe("refused/not-in-force");
    const forgetful = { ...paused, governance: UNGOVERNED.governance };
    expect(outcome(() => decideIn(worldAfter(paused), forgetful, signed))).toBe("refused/governance");
  });
});

describe("PROTOCOL 6: thawing", () => {
  it("begins a batch at a frozen block, for each frozen asset, and pauses unless thaw and resume are decided", () => {
    const all = freeze(XUS.assetId, XDX.assetId);
    const thawed = batchOf(UNGOVERNED, [lower], all);
    expect(thawed.calls.slice(0, 3)).toMatchObject([
      { type: "thawAsset", asset: XUS.assetId },
      { type: "thawAsset", asset: XDX.assetId },
      { type: "cancelApproval" },
    ]);
    expect(stateOf(afterBatch(UNGOVERNED, thawed)).paused).toBe(true);
    const resumed = batchOf(UNGOVERNED, [THAW, RESUME], freeze(XDX.assetId));
    expect(typesOf(resumed)[0]).toBe("thawAsset");
    expect(stateOf(afterBatch(UNGOVERNED, resumed)).paused).toBe(false);
  });

  it("leaves out an asset of which Root has made somebody else Admin, so that decisions go on", () => {
    const taken = ({ parachain }: World) =>
      parachain.setAsset(XDX.assetId, { status: "frozen", admin: filled(32, 1), owner: filled(32, 1) });
    expect(typesOf(batchOf(UNGOVERNED, [PAUSE], taken))).toEqual(["cancelApproval", "approveTransfer", "remark"]);
    expect(batchOf(UNGOVERNED, [freezer], taken).calls.slice(0, 3)).toMatchObject([
      { type: "cancelApproval" },
      { type: "setTeam", asset: XUS.assetId },
      { type: "approveTransfer" },
    ]);
  });
});

describe("PROTOCOL 6: another Freezer account", () => {
  it("is made so of every asset in the same batch, at a frozen block behind the thaw", () => {
    const team = { issuer: ISSUER, admin: ISSUER, freezer: freezer.value };
    const batch = batchOf(UNGOVERNED, [freezer]);
    expect(batch.calls.slice(1, 3)).toEqual([
      { type: "setTeam", asset: XUS.assetId, ...team },
      { type: "setTeam", asset: XDX.assetId, ...team },
    ]);
    expect(typesOf(batchOf(UNGOVERNED, [freezer], freeze(XUS.assetId))).slice(0, 3)).toEqual([
      "thawAsset",
      "cancelApproval",
      "setTeam",
    ]);
  });
});

describe("PROTOCOL 6: other guardians", () => {
  it("must have signed the decision that brings them, too", () => {
    expect(refusalOf(UNGOVERNED, [guardians])).toBe("proof/guardian-threshold");
    expect(refusalOf(UNGOVERNED, [guardians], undefined, NEW_SEEDS)).toBe("proof/guardian-threshold");
    expect(refusalOf(UNGOVERNED, [PAUSE], undefined, BOTH_SEEDS)).toBe("proof/unknown-guardian");
    expect(refusalOf(UNGOVERNED, [guardians], undefined, BOTH_SEEDS)).toBe("accepted");
  });

  it("decide from the end of their delay on, and their predecessors until then", () => {
    const waiting = afterBatch(UNGOVERNED, batchOf(UNGOVERNED, [guardians], undefined, BOTH_SEEDS));
    const hours = exampleConfig.decisionDelay / HOUR + 1n;
    const [early, due] = [work(waiting, hours - 1n), work(waiting, hours)];
    expect(refusalOf(early, [PAUSE])).toBe("accepted");
    expect(refusalOf(early, [PAUSE], undefined, NEW_SEEDS)).toBe("proof/unknown-guardian");
    expect(refusalOf(due, [PAUSE])).toBe("proof/unknown-guardian");
    expect(refusalOf(due, [PAUSE], undefined, NEW_SEEDS.slice(0, 1))).toBe("proof/guardian-threshold");
    expect(refusalOf(due, [PAUSE], undefined, NEW_SEEDS)).toBe("accepted");
    expect(stateOf(afterBatch(due, batchOf(due, [PAUSE], undefined, NEW_SEEDS))).guardians).toEqual(OTHERS);
  });
});

describe("PROTOCOL 6: a decision", () => {
  const pause = decided(UNGOVERNED, PAUSE);
  const now = UNGOVERNED.ledger.time + HOUR;
  const refusedWith = (change: Partial<Decision>) =>
    outcome(() => decideIn(worldAfter(UNGOVERNED), UNGOVERNED, sign({ ...pause, ...change })));

  it("is taken at the state that it was signed over alone, so never twice", () => {
    expect(refusedWith({})).toBe("accepted");
    expect(refusedWith({ governance: filled(32, 1) })).toBe("refused/decision-governance");
    const paused = decide(UNGOVERNED, [PAUSE]);
    expect(outcome(() => decideIn(worldAfter(paused), paused, sign(pause)))).toBe("refused/decision-governance");
    const settled = work(UNGOVERNED, 1n);
    expect(outcome(() => decideIn(worldAfter(settled), settled, sign(pause)))).toBe("accepted");
  });

  it("is valid until the time that it says, 24 h ahead of the block at most", () => {
    expect(refusedWith({ until: now })).toBe("accepted");
    expect(refusedWith({ until: now - 1n })).toBe("refused/decision-expired");
    expect(refusedWith({ until: now + 24n * HOUR })).toBe("accepted");
    expect(refusedWith({ until: now + 24n * HOUR + 1n })).toBe("refused/decision-until");
  });

  it("needs the threshold of the guardians in force", () => {
    expect(refusalOf(UNGOVERNED, [PAUSE], undefined, GUARDIAN_SEEDS.slice(2))).toBe("proof/guardian-threshold");
    expect(refusalOf(UNGOVERNED, [PAUSE], undefined, [])).toBe("proof/guardian-threshold");
    expect(refusalOf(UNGOVERNED, [PAUSE], undefined, GUARDIAN_SEEDS)).toBe("accepted");
  });
});

/** What the audit of the first edition found, asserted the other way round. */
describe("regressions: guardians' decisions", () => {
  const waiting = decide(UNGOVERNED, [handover]);
  const due = waiting.governance.delayed[0]?.due ?? 0n;

  it("no delay runs while a freeze keeps users in, and what had begun to run begins anew", () => {
    const later = worldAfter(waiting, 100n * exampleConfig.decisionDelay);
    freeze(XUS.assetId)(later);
    const decision = { ...decided(waiting, THAW, RESUME), until: later.parachain.time };
    const resumed = afterBatch(waiting, decideIn(later, waiting, sign(decision)));
    expect(resumed.ledger.active).toBe(waiting.ledger.active);
    expect(stateOf(resumed)).toMatchObject({ paused: false, delayed: [], handovers: [] });
  });

  it("lowered windows cancel what runs, and lengthen what is decided with or after them", () => {
    expect(stateOf(decide(waiting, [lower])).delayed).toEqual([]);
    const supply = ({ parachain }: World) => parachain.setAsset(XUS.assetId, { supply: 600_000n });
    const dueOf = (before: Governed, ...actions: readonly Action[]) =>
      decide(before, actions, supply).governance.delayed.at(-1)?.due;
    const { decisionDelay } = exampleConfig;
    expect(dueOf(UNGOVERNED, handover)).toBe(decisionDelay + 41n * HOUR);
    expect(dueOf(UNGOVERNED, lower, handover)).toBe(decisionDelay + 51n * HOUR);
    expect(dueOf(decide(UNGOVERNED, [lower]), handover)).toBe(decisionDelay + 51n * HOUR);
  });

  it("a raised minimum keeps nobody in before everyone could leave", () => {
    const raised: Action = { type: "bounds", value: { currency: "XUS", minimum: 5_000n, maximum: 10_000n } };
    const decidedBoth = decide(UNGOVERNED, [raised, handover]);
    const [bounds, key] = decidedBoth.governance.delayed;
    expect(bounds?.due).toBe(key?.due);
    const before = stateOf({ ...decidedBoth, ledger: { ...decidedBoth.ledger, active: due - 1n } });
    expect(before).toMatchObject({ limits: UNGOVERNED.governance.limits, handovers: [] });
  });

  it("however many were taken, the state stays as small and the next can be signed", () => {
    let state = UNGOVERNED.governance;
    const sizes = new Set<number>();
    for (let i = 0; i < 2_000; i++) {
      const transcript = filled(32, 1 + (i % 200));
      const point = { active: BigInt(i) * HOUR, isFrozen: false, supplies: [0n, 0n] };
      state = takeDecision(exampleConfig, state, { actions: [{ type: "handover", value: { transcript } }] }, point);
      if (i > 200) sizes.add(encode(governanceState, state).length);
    }
    expect(state.count).toBe(2_000n);
    expect(sizes.size).toBe(1);
    expect(state.handovers).toHaveLength(16);
    expect(refusalOf(governed(state), [PAUSE])).toBe("accepted");
  });

  it("a resumption can't be had without what was signed with it", () => {
    const paused = decide(UNGOVERNED, [PAUSE]);
    const [resume, both] = [decided(paused, RESUME), decided(paused, RESUME, lower)];
    const { warrant } = sign(both);
    const torn = { decision: resume, warrant };
    expect(outcome(() => decideIn(worldAfter(paused), paused, torn))).toBe("proof/guardian-signature");
    expect(stateOf(decide(paused, [RESUME, lower]))).toMatchObject({
      paused: false,
      limits: { currencies: [{ release: 12_000n }, {}] },
    });
  });

  it("no slip in what is decided makes the decision that mends it unsignable", () => {
    const window: ActionOf<"windows"> = {
      type: "windows",
      value: { currency: "XUS", mint: 16_000n, release: 16_000n, refund: 16_000n },
    };
    const bounds: Action = { type: "bounds", value: { currency: "XUS", minimum: 100n, maximum: 16_000n } };
    const smaller = { ...window.value, mint: 15_000n, release: 15_000n, refund: 15_000n };
    const replaced = decide(decide(UNGOVERNED, [window, bounds]), [{ ...window, value: smaller }]);
    const late = { ...replaced, ledger: { ...replaced.ledger, active: 2n ** 60n } };
    expect(stateOf(late).delayed).toEqual([]);
    expect(stateOf(late).limits.currencies[0]).toMatchObject({ maximum: 10_000n, release: 15_000n });
    expect(refusalOf(late, [PAUSE])).toBe("accepted");
  });
});
