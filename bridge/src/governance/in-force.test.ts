import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BridgeConfig } from "../config/bridge-config.js";
import { exampleConfig, filled, HOUR, XDX, XUS } from "../testing/config.js";
import { governed, UNGOVERNED } from "../testing/guardians.js";
import type { Action } from "./action.js";
import { foldDue } from "./fold-due.js";
import { type DelayedAction, type GovernanceState, initialGovernance, MAX_HANDOVERS } from "./governance-state.js";
import { governanceInForce } from "./in-force.js";

const START = initialGovernance(exampleConfig);
const OTHERS = { keys: [filled(32, 20), filled(32, 21)].map(publicKeyOf), threshold: 2, freezer: filled(32, 0x21) };
const MEASUREMENT = { tee: "simulated", value: filled(32, 30) };

const bounds = (minimum: bigint, maximum: bigint): Action => ({
  type: "bounds",
  value: { currency: "XUS", minimum, maximum },
});
const windows = (amount: bigint, currency = "XUS"): Action => ({
  type: "windows",
  value: { currency, mint: amount, release: amount, refund: amount },
});
const measure = (isAllowed: boolean, measurement = MEASUREMENT): Action => ({
  type: "measurement",
  value: { measurement, isAllowed },
});
const handover = (byte: number): Action => ({ type: "handover", value: { transcript: filled(32, byte) } });
const waiting = (...actions: readonly (readonly [Action, bigint])[]): GovernanceState => ({
  ...START,
  delayed: actions.map(([action, due]) => ({ action, from: 0n, due })),
});
const folded = (state: GovernanceState, active = HOUR, config: BridgeConfig = exampleConfig) =>
  foldDue(config, state, active);

describe("PROTOCOL 6: what is due", () => {
  it("is in force from its time on, by the ledger's active time alone", () => {
    const state = waiting([handover(1), HOUR]);
    expect(folded(state, HOUR - 1n)).toEqual(state);
    expect(folded(state, HOUR)).toEqual({ ...START, handovers: [filled(32, 1)] });
    const { ledger, governance } = governed(state);
    const at = (active: bigint) => governanceInForce(exampleConfig, { ...ledger, active }, governance);
    expect(at(HOUR - 1n).handovers).toEqual([]);
    expect(at(HOUR).handovers).toEqual([filled(32, 1)]);
  });

  it("changes limits of one currency, guardians, measurements and batches", () => {
    const batch = { calls: 64, bytes: 65_536 };
    const state = folded(
      waiting(
        [bounds(200n, 9_000n), 1n],
        [windows(20_000n, "XDX"), 1n],
        [{ type: "guardians", value: OTHERS }, 1n],
        [measure(true), 1n],
        [{ type: "batch", value: batch }, 1n],
      ),
    );
    const [xus, xdx] = START.limits.currencies;
    expect(state).toEqual({
      ...START,
      guardians: OTHERS,
      measurements: [...START.measurements, MEASUREMENT],
      limits: {
        batch,
        currencies: [
          { ...xus, minimum: 200n, maximum: 9_000n },
          { ...xdx, mint: 20_000n, release: 20_000n, refund: 20_000n },
        ],
      },
    });
    expect(XDX.windows.mint.amount).toBe(15_000n);
  });

  it("is enacted in the order in which it is due, whatever was decided first", () => {
    const raise = [windows(30_000n), 5n] as const;
    const larger = [bounds(100n, 30_000n), 10n] as const;
    for (const state of [waiting(raise, larger), waiting(larger, raise)])
      expect(folded(state).limits.currencies[0]).toMatchObject({ maximum: 30_000n, release: 30_000n });
  });

  it("ends the same however time passes", () => {
    const some = fc.constantFrom(
      ...[bounds(100n, 30_000n), bounds(5_000n, 10_000n), bounds(200n, 9_000n), windows(9_500n), windows(30_000n)],
      ...[measure(true), measure(false), measure(false, { tee: "simulated", value: filled(32, 10) })],
      ...[handover(1), handover(2)],
    );
    const delayed = fc.array(fc.tuple(some, fc.bigInt(0n, 9n)), { maxLength: 8 });
    fc.assert(
      fc.property(delayed, fc.bigInt(0n, 9n), (actions, step) => {
        const state = waiting(...actions);
        expect(folded(folded(state, step), 9n)).toEqual(folded(state, 9n));
      }),
    );
  });
});

describe("PROTOCOL 6: what breaks the configuration's rules when it is due", () => {
  const genuine: BridgeConfig = { ...exampleConfig, measurements: [{ tee: "sgx", value: filled(32, 10) }] };

  it.each<[string, Action]>([
    ["a maximum above a window", bounds(100n, 15_001n)],
    ["a minimum below the fees", bounds(27n, 10_000n)],
    ["a maximum below twice the minimum", bounds(5_001n, 10_000n)],
    ["windows below the maximum", windows(9_999n)],
    ["a currency that isn't bridged", windows(20_000n, "ABC")],
    ["too small a batch", { type: "batch", value: { calls: 63, bytes: 65_536 } }],
    ["a threshold of none", { type: "guardians", value: { ...OTHERS, threshold: 0 } }],
    ["the last measurement's end", measure(false, { tee: "simulated", value: filled(32, 10) })],
    ["a genuine TEE beside simulated ones", measure(true, { tee: "sgx", value: filled(32, 30) })],
  ])("lapses: %s", (_, action) => {
    expect(folded(waiting([action, 1n], [handover(1), 2n]))).toEqual({ ...START, handovers: [filled(32, 1)] });
  });

  it("lapses by the rules of a bridge that isn't simulated, too", () => {
    const one = { ...OTHERS, threshold: 1 };
    const due = waiting([{ type: "guardians", value: one }, 1n]);
    expect(folded(due).guardians).toEqual(one);
    expect(folded(due, HOUR, genuine).guardians).toEqual(START.guardians);
  });

  it("never makes the state too large: measurements stop at their bound, of hand-overs the oldest goes", () => {
    const many = Array.from({ length: 64 }, (_, i) => ({ tee: "simulated", value: filled(32, 100 + i) }));
    expect(folded({ ...waiting([measure(true), 1n]), measurements: many }).measurements).toEqual(many);
    const all = Array.from({ length: MAX_HANDOVERS + 1 }, (_, i) => [handover(i + 1), 1n] as const);
    const { handovers } = folded(waiting(...all));
    expect(handovers.map(([byte]) => byte)).toEqual(Array.from({ length: 16 }, (_, i) => i + 2));
  });
});

describe("PROTOCOL 2: the governance state", () => {
  it("must be the one that the ledger names", () => {
    const { ledger, governance } = UNGOVERNED;
    expect(governanceInForce(exampleConfig, ledger, governance)).toEqual(governance);
    const one: DelayedAction = { action: handover(1), from: 0n, due: 1n };
    for (const changed of [{ paused: true }, { count: 1n }, { delayed: [one] }])
      expect(outcome(() => governanceInForce(exampleConfig, ledger, { ...governance, ...changed }))).toBe(
        "refused/governance",
      );
    expect(XUS.windows.release.amount).toBe(governance.limits.currencies[0]?.release);
  });
});
