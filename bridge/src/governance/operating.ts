/** Whether anything but decisions may be signed, and by which limits. */
import { equal } from "@pdiem/light-client/bytes";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { ParachainFacts } from "../facts/facts.js";
import type { Ledger } from "../ledger/ledger.js";
import { assetOf } from "../facts/parachain-state.js";
import { profileHash } from "../profile-hash.js";
import { workedUntil } from "../ledger/active-time.js";
import { checkDecisions, type SettledDecision } from "./decision-chain.js";
import { type Clock, deriveInForce, type InForce, turnsOf } from "./in-force.js";

/** A bridge with all that guardians have ever decided, oldest first. */
export interface Governed {
  readonly config: BridgeConfig;
  readonly ledger: Ledger;
  readonly decisions: readonly SettledDecision[];
}

/**
 * What delays run by at a block whose proven time this is, ms. While guardians keep users from leaving, by a pause or a freeze,
 * no worked time passes: however many batches of decisions they have made meanwhile.
 * @param isFrozen whether any asset is frozen at that block, where anything is done there all the same
 */
export const clockAt = ({ config, ledger, decisions }: Governed, time: bigint, isFrozen = false): Clock => {
  const stands = isFrozen || turnsOf(config, decisions).at(-1)?.after.paused === true;
  return { time, worked: stands ? ledger.worked : workedUntil(ledger, time) };
};

/**
 * What is in force at a block. @param time and @param isFrozen as for `clockAt`
 * @throws RefusedError `refused/decisions` for other decisions than the ledger's
 */
export const inForceAt = (governed: Governed, time: bigint, isFrozen = false): InForce => {
  const { config, ledger, decisions } = governed;
  checkDecisions(decisions, ledger.decisions);
  return deriveInForce(config, decisions, clockAt(governed, time, isFrozen));
};

/** True once every asset's Freezer is proven to be the account of the guardians in force. */
export const hasFreezers = ({ currencies }: BridgeConfig, { guardians }: InForce, facts: ParachainFacts): boolean =>
  currencies.every(({ assetId }) => equal(assetOf(facts, assetId).freezer, guardians.freezer));

/** Whether holders of any of the assets are kept from leaving, though others may go on. */
export const isAnyFrozen = ({ currencies }: BridgeConfig, facts: ParachainFacts): boolean =>
  currencies.some(({ assetId }) => assetOf(facts, assetId).status === "frozen");

/**
 * What is in force where a settlement or a payout may be signed.
 * @throws RefusedError `refused/decisions`, `refused/paused`, `refused/freezer` until a decision batch has made the
 * guardians in force Freezer of every asset, `refused/asset-absent`; ProofError `proof/not-shown`
 */
export const operate = (bridge: Governed, facts: ParachainFacts): InForce => {
  const inForce = inForceAt(bridge, facts.time, isAnyFrozen(bridge.config, facts));
  if (inForce.paused)
    throw new RefusedError("refused/paused", "expected a bridge that isn't paused: guardians have to resume", "later");
  if (!hasFreezers(bridge.config, inForce, facts))
    throw new RefusedError(
      "refused/freezer",
      "expected the guardians in force to be every asset's Freezer: ask for a batch of decisions, which may be empty",
      "later",
    );
  return inForce;
};

/** The configuration with the limits in force in its currencies. Its id isn't the bridge's. */
export const underLimits = (config: BridgeConfig, { currencies }: InForce): BridgeConfig => ({ ...config, currencies });

/**
 * The hash of a chain profile that is in force.
 * @throws RefusedError `refused/profile`
 */
export const checkProfile = (profiles: readonly ChainProfile[], profile: ChainProfile): Uint8Array => {
  const hash = profileHash(profile);
  if (!profiles.some((one) => equal(profileHash(one), hash)))
    throw new RefusedError(
      "refused/profile",
      `expected a chain profile in force, ${profiles.map(({ name }) => name).join(" or ")}, got ${profile.name}`,
      "later",
    );
  return hash;
};

/**
 * That the runtime of the last batch goes by a profile in force. A batch of decisions may have been encoded with one that
 * is still delayed: until then nothing else rests on that runtime.
 * @throws RefusedError `refused/profile`
 */
export const checkRuntimeProfile = ({ profiles }: InForce, { runtime }: Ledger): void => {
  if (!profiles.some((one) => equal(profileHash(one), runtime.profile)))
    throw new RefusedError(
      "refused/profile",
      "expected the last batch to be encoded with a chain profile in force: settle first, once one is",
      "later",
    );
};
