import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import type { KnownSets } from "@pdiem/bridge/governance/known-sets";
import { createFinalityWitness, type FinalityWitness } from "./finality-witness.js";
import { type Findings, keepFindings } from "./findings.js";
import { createLedgerWitness, type LedgerWitness } from "./ledger-witness.js";
import { keepSets } from "./sets-keeper.js";

/** Observes all that nodes show, for sets that vouch for two histories (PROTOCOL 8). */
export interface Witness {
  readonly ledger: LedgerWitness;
  readonly finality: FinalityWitness;
  readonly findings: Findings;
  /** Gives the sets whose signatures count. */
  readonly sets: () => KnownSets;
}

export const createWitness = (config: BridgeConfig): Witness => {
  const bridgeId = bridgeIdOf(config);
  const sets = keepSets();
  sets.addAuthorities(config.relay);
  const findings = keepFindings();
  return {
    ledger: createLedgerWitness(bridgeId, sets, findings),
    finality: createFinalityWitness(bridgeId, sets, findings),
    findings,
    sets: sets.get,
  };
};
