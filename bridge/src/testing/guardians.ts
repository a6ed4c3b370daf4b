import { anchorOf } from "../ledger/anchor.js";
import { bridgeId } from "../config/bridge-config.js";
import type { Action, Decision } from "../governance/decision.js";
import { settleDecisions } from "../governance/decision-batch.js";
import { decisionsOf, type SettledDecision } from "../governance/decision-chain.js";
import { type KnownSets, NO_SETS } from "../governance/misbehaviour.js";
import { type SignedDecision, signDecision } from "../governance/signed-decision.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Bridge, Settlement } from "../settlement/settle.js";
import { exampleConfig, filled, HOUR } from "./config.js";
import { bridgeWith, createWorld, exampleLedger, type World } from "./world.js";

/** Of the example configuration's guardians, both of whom must sign. */
export const GUARDIAN_SEEDS: readonly Uint8Array[] = [filled(32, 7), filled(32, 8)];
export const EXAMPLE_ID: Uint8Array = bridgeId(exampleConfig);

/** A bridge after some decisions. */
export interface Governance {
  readonly ledger: Ledger;
  readonly decisions: readonly SettledDecision[];
}

export const UNGOVERNED: Governance = { ledger: exampleLedger, decisions: [] };

export const governedBridge = ({ ledger, decisions }: Governance): Bridge => ({ ...bridgeWith(ledger), decisions });

/** A world in which its ledger is in force, an hour after it was made. */
export const worldAfter = ({ ledger }: Governance, passed = HOUR): World => {
  const world = createWorld(ledger);
  world.setTime(ledger.time + passed);
  return world;
};

export const sign = (
  decision: Decision,
  seeds: readonly Uint8Array[] = GUARDIAN_SEEDS,
  id: Uint8Array = EXAMPLE_ID,
): SignedDecision => ({
  decision,
  warrant: { type: "signatures", value: seeds.map((seed) => signDecision(seed, id, decision)) },
});

/** Decisions for the governance's next batch, valid for two hours after its ledger. */
export const decided = ({ ledger }: Governance, ...actions: readonly Action[]): readonly Decision[] =>
  actions.map((action, place) => ({
    number: ledger.decisions.count + BigInt(place),
    previous: ledger.decisions.hash,
    until: ledger.time + 2n * HOUR,
    action,
  }));

/** The batch that takes decisions up in that world. */
export const settleIn = (
  world: World,
  governance: Governance,
  signed: readonly SignedDecision[],
  sets: KnownSets = NO_SETS,
): Settlement => settleDecisions(governedBridge(governance), world.parachain.facts(), sets, signed);

export const after = ({ decisions }: Governance, { ledger, step }: Settlement): Governance => ({
  ledger,
  decisions: [...decisions, ...decisionsOf(step)],
});

/** The governance after a batch of these actions, an hour later. */
export const decide = (governance: Governance, ...actions: readonly Action[]): Governance =>
  after(
    governance,
    settleIn(
      worldAfter(governance),
      governance,
      decided(governance, ...actions).map((one) => sign(one)),
    ),
  );

/** The governance after so many hours, each with a settlement that only lets time pass. */
export const work = (governance: Governance, hours: bigint): Governance => ({
  ...governance,
  ledger: {
    ...governance.ledger,
    time: governance.ledger.time + hours * HOUR,
    worked: governance.ledger.worked + hours * HOUR,
  },
});

export const PAUSE: Action = { type: "pause", value: undefined };
export const RESUME: Action = { type: "resume", value: undefined };
export const THAW: Action = { type: "thaw", value: undefined };

export const anchorIn = ({ ledger }: Governance): Uint8Array => anchorOf(EXAMPLE_ID, ledger);
