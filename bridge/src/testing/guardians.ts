import type { Action, ActionOf } from "../governance/action.js";
import type { Decision } from "../governance/decision.js";
import { type GovernanceState, governanceHash } from "../governance/governance-state.js";
import { type SignedDecision, signDecision } from "../governance/signed-decision.js";
import type { Ledger } from "../ledger/ledger.js";
import type { BridgeState } from "../settlement/bridge-state.js";
import { EXAMPLE_ID, GUARDIAN_SEEDS, HOUR } from "./config.js";
import { bridgeWith, createWorld, exampleGovernance, exampleLedger, type World } from "./world.js";

export { EXAMPLE_ID, GUARDIAN_SEEDS } from "./config.js";

/**
 * Seeds of the guardians of the example configuration who must sign: as many as its threshold says.
 */
export const QUORUM_SEEDS: readonly Uint8Array[] = GUARDIAN_SEEDS.slice(0, 2);

/** A bridge after some decisions: a ledger, and the state that it holds the hash of. */
export interface Governed {
  readonly ledger: Ledger;
  readonly governance: GovernanceState;
}

export const UNGOVERNED: Governed = { ledger: exampleLedger, governance: exampleGovernance };

/** Puts another governance state into the ledger. */
export const governed = (
  changes: Partial<GovernanceState>,
  { ledger, governance }: Governed = UNGOVERNED,
): Governed => {
  const changed = { ...governance, ...changes };
  return { governance: changed, ledger: { ...ledger, governance: governanceHash(changed) } };
};

export const governedBridge = ({ ledger, governance }: Governed): BridgeState => bridgeWith(ledger, governance);

/** Makes a world in which its ledger is in force, an hour after it was made. */
export const worldAfter = ({ ledger }: Governed, passed = HOUR): World => {
  const world = createWorld(ledger);
  world.setTime(ledger.time + passed);
  return world;
};

/** Decides these actions next, valid for two hours after the ledger. */
export const decided = ({ ledger }: Governed, ...actions: readonly Action[]): Decision => ({
  governance: ledger.governance,
  until: ledger.time + 2n * HOUR,
  actions,
});

export const sign = (
  decision: Decision,
  seeds: readonly Uint8Array[] = QUORUM_SEEDS,
  id: Uint8Array = EXAMPLE_ID,
): SignedDecision => ({
  decision,
  warrant: { type: "signatures", value: seeds.map((seed) => signDecision(seed, id, decision)) },
});

/** Lets so many hours pass, each with a settlement that does nothing else. */
export const work = ({ ledger, governance }: Governed, hours: bigint): Governed => ({
  governance,
  ledger: { ...ledger, time: ledger.time + hours * HOUR, active: ledger.active + hours * HOUR },
});

export const PAUSE: ActionOf<"pause"> = { type: "pause", value: undefined };
export const RESUME: ActionOf<"resume"> = { type: "resume", value: undefined };
export const THAW: ActionOf<"thaw"> = { type: "thaw", value: undefined };
