/**
 * What guardians' decisions come to, told anew from PROTOCOL 6 for the actions that the model's
 * guardians take.
 */
import type { Action, ActionOf } from "@pdiem/bridge/governance/action";
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { toHex } from "@pdiem/light-client/bytes";
import type { ParachainState } from "../chains/parachain.js";
import type { Known } from "../enclave/known.js";
import { BODIES, config, currencies, HOUR } from "../setting.js";
import { demand } from "../violation.js";

interface Delayed {
  readonly action: Action;
  /** In active time, ms. */
  readonly due: bigint;
}

interface CurrencyRules {
  readonly minimum: bigint;
  readonly maximum: bigint;
  /** One amount for all three windows. */
  readonly window: bigint;
}

export interface Governed {
  readonly active: bigint;
  /** Time of the batch before, ms. */
  readonly time: bigint;
  readonly isPaused: boolean;
  readonly amnesty: boolean;
  /** Index among the bodies of guardians. */
  readonly body: number;
  readonly freezer: Uint8Array;
  readonly rules: readonly CurrencyRules[];
  readonly handovers: readonly string[];
  readonly delayed: readonly Delayed[];
}

export const governedAtFirst = (time: bigint): Governed => ({
  active: 0n,
  time,
  isPaused: false,
  amnesty: false,
  body: 0,
  freezer: config.guardians.freezer,
  rules: currencies.map(({ minimum, maximum, windows }) => ({ minimum, maximum, window: windows.mint.amount })),
  handovers: [],
  delayed: [],
});

export const bodyOf = (keys: readonly Uint8Array[]): number =>
  BODIES.findIndex(({ guardians }) => guardians.keys.map(toHex).join() === keys.map(toHex).join());

const withRules = (governed: Governed, code: string, change: Partial<CurrencyRules>): Governed => ({
  ...governed,
  rules: governed.rules.map((rules, i) => (currencies[i]?.code === code ? { ...rules, ...change } : rules)),
});

const stopped = (governed: Governed): Governed => ({ ...governed, isPaused: true, delayed: [], handovers: [] });

const enacted = (governed: Governed, action: Action): Governed => {
  switch (action.type) {
    case "pause":
      return stopped(governed);
    case "resume":
      return { ...governed, isPaused: false };
    case "freezer":
      return { ...governed, freezer: action.value };
    case "amnesty":
      return { ...governed, amnesty: action.value };
    case "windows":
      return withRules(governed, action.value.currency, { window: action.value.mint });
    case "bounds": {
      const { currency, minimum, maximum } = action.value;
      return withRules(governed, currency, { minimum, maximum });
    }
    case "guardians":
      return { ...governed, body: bodyOf(action.value.keys), freezer: action.value.freezer };
    case "handover": {
      const name = toHex(action.value.transcript);
      return { ...governed, handovers: [...governed.handovers.filter((one) => one !== name), name] };
    }
    default:
      return governed;
  }
};

/** Counts as in force what is due. */
export const withDue = (governed: Governed): Governed => {
  const due = governed.delayed.filter((one) => one.due <= governed.active).sort((a, b) => Number(a.due - b.due));
  const rest = governed.delayed.filter((one) => one.due > governed.active);
  return due.reduce<Governed>((state, { action }) => enacted(state, action), { ...governed, delayed: rest });
};

const isLowered = ({ rules }: Governed, { currency, mint }: ActionOf<"windows">["value"]): boolean =>
  rules.some(({ window }, i) => currencies[i]?.code === currency && mint < window);

const AT_ONCE: readonly Action["type"][] = ["pause", "resume", "thaw", "freezer", "amnesty"];

const isAtOnce = (governed: Governed, action: Action): boolean =>
  action.type === "windows" ? isLowered(governed, action.value) : AT_ONCE.includes(action.type);

const timeToLeave = ({ rules }: Governed, { assets }: ParachainState): bigint =>
  currencies
    .map(({ assetId, windows }, i) => {
      const window = rules[i]?.window ?? 1n;
      const supply = assets.get(assetId)?.supply ?? 0n;
      return ((supply + window - 1n) / window + 1n) * windows.release.length;
    })
    .reduce((longest, time) => (time > longest ? time : longest));

const isSameSubject = (a: Action, b: Action): boolean => {
  if (a.type === "handover" && b.type === "handover") return toHex(a.value.transcript) === toHex(b.value.transcript);
  const isOfCurrency = (a.type === "windows" && b.type === "windows") || (a.type === "bounds" && b.type === "bounds");
  return isOfCurrency ? a.value.currency === b.value.currency : a.type === b.type;
};

const isAnyFrozen = ({ assets }: ParachainState): boolean => [...assets.values()].some(({ isFrozen }) => isFrozen);

const afterFreeze = (governed: Governed, actions: readonly Action[]): Governed => {
  const has = (type: Action["type"]): boolean => actions.some((one) => one.type === type);
  return has("thaw") && has("resume") ? { ...governed, delayed: [] } : stopped(governed);
};

/** Takes a decision at a block. */
export const afterDecision = (before: Governed, actions: readonly Action[], block: ParachainState): Governed => {
  const due = withDue({ ...before, time: block.time });
  const atOnce = actions.filter((action) => isAtOnce(due, action));
  let governed = isAnyFrozen(block) ? afterFreeze(due, actions) : due;
  for (const action of atOnce) {
    governed = enacted(governed, action);
    if (action.type === "windows") governed = { ...governed, delayed: [] };
  }
  for (const action of actions.filter((one) => !atOnce.includes(one))) {
    const delay = config.decisionDelay + (action.type === "windows" ? 0n : timeToLeave(governed, block));
    const others = governed.delayed.filter((one) => !isSameSubject(one.action, action));
    governed = { ...governed, delayed: [...others, { action, due: governed.active + delay }] };
  }
  return governed;
};

/** Lets time pass in which users could leave. @param block that the settlement rests on */
export const afterSettlement = (before: Governed, block: ParachainState): Governed => {
  const passed = block.time - before.time;
  const counted = isAnyFrozen(block) || passed < 0n ? 0n : passed < HOUR ? passed : HOUR;
  return { ...before, time: block.time, active: before.active + counted };
};

/** Checks that a ledger has exactly that in force. */
export const checkGoverned = (expected: Governed, { ledger, governance }: Known): void => {
  const due = withDue(expected);
  const real = governanceInForce(config, ledger, governance);
  const told = (...parts: readonly unknown[]): string => parts.join(" ");
  const is = told(
    ledger.active,
    real.paused,
    real.amnesty,
    bodyOf(real.guardians.keys),
    toHex(real.guardians.freezer),
    ...real.limits.currencies.flatMap(({ minimum, maximum, mint, release, refund }) => [
      minimum,
      maximum,
      mint,
      release,
      refund,
    ]),
    ...real.handovers.map(toHex),
    ...real.delayed.map((one) => `${one.action.type}@${one.due}`),
  );
  const ought = told(
    due.active,
    due.isPaused,
    due.amnesty,
    due.body,
    toHex(due.freezer),
    ...due.rules.flatMap(({ minimum, maximum, window }) => [minimum, maximum, window, window, window]),
    ...due.handovers,
    ...due.delayed.map((one) => `${one.action.type}@${one.due}`),
  );
  demand(is === ought, () => `governance: expected ${ought}, got ${is}`);
};
