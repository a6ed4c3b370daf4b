import { advance as advanceLightClients } from "@pdiem/bridge/facts/advance";
import { remember } from "@pdiem/bridge/facts/set-history";
import { initialSets } from "../state/kept.js";
import { lightClientStatusOf } from "./light-client-status.js";
import type { Verb } from "./verb.js";

/** Moves the light clients forward. */
export const advance: Verb<"advance", "following"> = ({ kept: before }, { proofs }) => {
  const { lightClients, passed, ledgerInfo } = advanceLightClients(before.lightClients, proofs);
  const usecs = ledgerInfo?.ledgerInfo.commitInfo.timestampUsecs;
  const times = { diem: usecs === undefined ? undefined : usecs / 1000n };
  const kept = { ...before, lightClients, setHistory: remember(before.setHistory, passed, times) };
  return { kept, respond: () => ({ lightClients: lightClientStatusOf(lightClients) }) };
};

/**
 * Lets the light clients begin again: keys of former sets may have led them astray (PROTOCOL 6).
 */
export const reset: Verb<"reset", "following"> = ({ config, kept: before }) => {
  const sets = initialSets(config);
  return {
    kept: { ...before, ...sets },
    respond: () => ({ lightClients: lightClientStatusOf(sets.lightClients) }),
  };
};
