/**
 * A batch that takes one decision (PROTOCOL 6). It rests on one block alone, so that it works with
 * Diem halted.
 */
import { equal } from "@pdiem/light-client/bytes";
import { type Call, setTeam, thawAsset } from "@pdiem/light-client/polkadot/extrinsics/call";
import { type BridgeConfig, bridgeId } from "../config/bridge-config.js";
import type { ParachainFacts } from "../facts/facts.js";
import { assetOf, isAnyAssetFrozen, issuerOf, specVersionOf } from "../facts/parachain-state.js";
import type { Ledger } from "../ledger/ledger.js";
import { checkLedgerInForce } from "../ledger/ledger-in-force.js";
import { assembleBatch } from "../settlement/assemble-batch.js";
import type { Batch } from "../settlement/batch.js";
import type { BridgeState } from "../settlement/bridge-state.js";
import { nextFailures } from "../settlement/economy.js";
import { checkSignedDecision } from "./acceptance.js";
import type { Decision } from "./decision.js";
import { governanceHash } from "./governance-state.js";
import { governanceInForce } from "./in-force.js";
import type { KnownSets } from "./known-sets.js";
import type { SignedDecision } from "./signed-decision.js";
import { takeDecision } from "./take-decision.js";

/**
 * Thaws what is frozen, but for assets of which Root has made somebody else Admin. That call would
 * fail for ever.
 */
const thawsOf = (config: BridgeConfig, issuer: Uint8Array, facts: ParachainFacts): readonly Call[] =>
  config.currencies
    .map(({ assetId }) => ({ assetId, ...assetOf(config, facts, assetId) }))
    .filter(({ status, admin }) => status === "frozen" && equal(admin, issuer))
    .map(({ assetId }) => thawAsset(assetId));

/**
 * Makes another Freezer account that of every asset that the issuer owns, in the same batch that
 * decides it.
 */
const teamsOf = (
  config: BridgeConfig,
  issuer: Uint8Array,
  facts: ParachainFacts,
  { actions }: Decision,
): readonly Call[] => {
  const owned = config.currencies.filter(({ assetId }) => equal(assetOf(config, facts, assetId).owner, issuer));
  return actions.flatMap((action) =>
    action.type === "freezer"
      ? owned.map(({ assetId }) => setTeam(assetId, { issuer, admin: issuer, freezer: action.value }))
      : [],
  );
};

/**
 * Makes the batch that takes a decision. Frozen or paused, it is allowed; neither interval nor
 * failed batches bind it. It thaws what is frozen, which counts as a pause unless the decision
 * holds both thaw and resume.
 * @param sets whose misbehaviour is evidence: those of `countingSets`
 * @throws RefusedError `refused/not-in-force`, `refused/governance`, `refused/asset-absent`,
 * `refused/issuer-absent`, `refused/runtime`, `refused/nonce-behind`; those of
 * `checkSignedDecision` and `takeDecision`; ProofError `proof/not-shown`, and those of
 * `checkSignedDecision`
 */
export const decisionBatch = (
  { config, issuer, ledger, governance }: BridgeState,
  parachain: ParachainFacts,
  sets: KnownSets,
  signed: SignedDecision,
): Batch => {
  const { decision } = signed;
  const anchor = checkLedgerInForce(config, issuer, ledger, parachain);
  const inForce = governanceInForce(config, ledger, governance);
  const { time } = parachain;
  checkSignedDecision({ bridgeId: bridgeId(config), governance: ledger.governance, inForce, time, sets }, signed);
  const state = takeDecision(config, inForce, decision, {
    active: ledger.active,
    isFrozen: isAnyAssetFrozen(config, parachain),
    supplies: config.currencies.map(({ assetId }) => assetOf(config, parachain, assetId).supply),
  });
  const { nonce } = issuerOf(parachain, issuer);
  const next: Ledger = {
    ...ledger,
    time,
    nonce: nonce + 1,
    failures: nextFailures(ledger, config, nonce, time),
    governance: governanceHash(state),
  };
  return assembleBatch({
    config,
    anchor,
    ledger: next,
    thaws: thawsOf(config, issuer, parachain),
    calls: teamsOf(config, issuer, parachain, decision),
    told: { governance: { state, decision: signed } },
    specVersion: specVersionOf(parachain),
  });
};
