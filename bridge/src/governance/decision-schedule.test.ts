import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { ASSET_HUB } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import fc from "fast-check";
import { expect, it } from "vitest";
import { exampleConfig, filled, XUS } from "../testing/config.js";
import {
  after,
  decided,
  type Governance,
  GUARDIAN_SEEDS,
  governedBridge,
  PAUSE,
  RESUME,
  settleIn,
  sign,
  THAW,
  UNGOVERNED,
  work,
  worldAfter,
} from "../testing/guardians.js";
import { assertReaching } from "../testing/reaching.js";
import { refusal } from "../testing/refusal.js";
import type { Action } from "./decision.js";
import { limitsOf } from "./limits.js";
import { inForceAt } from "./operating.js";
import type { SignedDecision } from "./signed-decision.js";

const NEW_SEEDS = [filled(32, 20), filled(32, 21)];
const FREEZER = filled(32, 0x21);
const maximum = (value: bigint): Action => ({ type: "limits", value: { ...limitsOf(XUS), maximum: value } });
const ACTIONS: readonly Action[] = [
  PAUSE,
  RESUME,
  THAW,
  maximum(9_000n),
  maximum(11_000n),
  { type: "profile", value: ASSET_HUB },
  { type: "guardians", value: { keys: NEW_SEEDS.map(publicKeyOf), threshold: 2, freezer: FREEZER } },
  { type: "measurement", value: { measurement: { tee: "simulated", value: filled(32, 3) }, isAllowed: true } },
  { type: "handover", value: { transcript: filled(32, 4) } },
];

type Event =
  | { readonly type: "decide"; readonly actions: readonly Action[]; readonly frozen: boolean }
  | { readonly type: "pass"; readonly hours: bigint }
  | { readonly type: "replay" | "forge" | "rollBack" | "forget"; readonly choice: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record<Event & { type: "decide" }>({
      type: fc.constant("decide"),
      actions: fc.array(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 3 }),
      frozen: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record<Event & { type: "pass" }>({ type: fc.constant("pass"), hours: fc.bigInt(1n, 30n) }),
  },
  {
    weight: 4,
    arbitrary: fc.record<Extract<Event, { choice: number }>>({
      type: fc.constantFrom("replay", "forge", "rollBack", "forget"),
      choice: fc.nat(),
    }),
  },
);

/** A bridge's life with an adversary who keeps all that was ever signed, and every ledger that ever was. */
interface Life {
  /** Each with what was true of pauses, counted by hand. */
  readonly past: { readonly governance: Governance; readonly paused: boolean }[];
  readonly signed: SignedDecision[];
}

const nowIn = ({ past }: Life) => {
  const last = past.at(-1);
  if (last === undefined) throw new Error("expected a ledger");
  return last;
};

const seedsIn = ({ ledger, decisions }: Governance, frozen = false): readonly Uint8Array[] => {
  const { guardians } = inForceAt(governedBridge({ ledger, decisions }), ledger.time + 3_600_000n, frozen);
  return guardians.freezer === exampleConfig.guardians.freezer ? GUARDIAN_SEEDS : NEW_SEEDS;
};

const pausedBy = (before: boolean, frozen: boolean, actions: readonly Action[]): boolean => {
  let paused = before || (frozen && !actions.includes(RESUME));
  for (const action of actions) paused = action === PAUSE || (action !== RESUME && paused);
  return paused;
};

const decideIn = (life: Life, { actions, frozen }: Event & { type: "decide" }): void => {
  const { governance, paused } = nowIn(life);
  const world = worldAfter(governance);
  if (frozen) world.parachain.setAsset(XUS.assetId, { status: "frozen" });
  const signed = decided(governance, ...actions).map((one) => sign(one, seedsIn(governance, frozen)));
  const refused = refusal(() => {
    const next = after(governance, settleIn(world, governance, signed));
    life.past.push({ governance: next, paused: pausedBy(paused, frozen, actions) });
    life.signed.push(...signed);
  });
  expect([undefined, "refused/not-paused", "refused/not-frozen"]).toContain(refused);
};

const chosen = <T>(items: readonly T[], choice: number): T | undefined => items[choice % Math.max(1, items.length)];

const attack = (life: Life, { type, choice }: Extract<Event, { choice: number }>): string | undefined => {
  const { governance } = nowIn(life);
  const world = worldAfter(governance);
  const old = chosen(life.past.slice(0, -1), choice)?.governance;
  switch (type) {
    case "replay": {
      const signed = chosen(life.signed, choice);
      return signed && `${refusal(() => settleIn(world, governance, [signed]))}`;
    }
    case "forge": {
      const [decision] = decided(governance, PAUSE);
      const warrant = chosen(life.signed, choice)?.warrant;
      return decision && warrant && `${refusal(() => settleIn(world, governance, [{ decision, warrant }]))}`;
    }
    case "rollBack": {
      const signed = old && decided(old, PAUSE).map((one) => sign(one, seedsIn(old)));
      return old && signed && `${refusal(() => settleIn(world, old, signed))}`;
    }
    case "forget": {
      const signed = decided(governance, PAUSE).map((one) => sign(one, seedsIn(governance)));
      const forgetful = old && { ...governance, decisions: old.decisions };
      // Hours that pass leave the chain as it was.
      if (forgetful === undefined || forgetful.decisions.length === governance.decisions.length) return undefined;
      return `${refusal(() => settleIn(world, forgetful, signed))}`;
    }
  }
};

/** What the schedules are there to try. */
const ATTACKED = [
  "replay refused/decision-number",
  "forge proof/guardian-signature",
  "rollBack refused/not-in-force",
  "forget refused/decisions",
];

it("under any schedule only the newest chain goes on, and nothing that was decided is replayed or forgotten", () => {
  const reached = new Set<string>();
  const property = fc.property(fc.array(event, { minLength: 10, maxLength: 40 }), (events) => {
    const life: Life = { past: [{ governance: UNGOVERNED, paused: false }], signed: [] };
    for (const what of events) {
      const { governance, paused } = nowIn(life);
      if (what.type === "decide") decideIn(life, what);
      else if (what.type === "pass") life.past.push({ governance: work(governance, what.hours), paused });
      else {
        const refused = attack(life, what);
        if (refused !== undefined) reached.add(`${what.type} ${refused}`);
        expect(refused).not.toBe("undefined");
      }
      const now = nowIn(life);
      const { ledger } = now.governance;
      expect(inForceAt(governedBridge(now.governance), ledger.time).paused).toBe(now.paused);
      expect(ledger.decisions.count).toBe(BigInt(now.governance.decisions.length));
    }
  });
  assertReaching(property, 60, () => ATTACKED.filter((attack) => !reached.has(attack)));
});
