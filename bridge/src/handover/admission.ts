/**
 * At which proven state the key may change hands (PROTOCOL 7), and by which measurements the other
 * side is judged.
 */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { checkUnderCheckpoint } from "../checkpoint/check-checkpoint.js";
import type { Checkpoint } from "../checkpoint/checkpoint.js";
import type { Allowed } from "../config/attestation-policy.js";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { Measurement } from "../config/measurement.js";
import { checkCustody } from "../custody/custody.js";
import { RefusedError } from "../error.js";
import type { Facts } from "../facts/facts.js";
import { liveAssetOf } from "../facts/parachain-state.js";
import type { Proven } from "../facts/verify-facts.js";
import type { Action } from "../governance/action.js";
import type { GovernanceState } from "../governance/governance-state.js";
import { checkNotBegun, type Governed } from "../governance/guardians-in-force.js";
import { governanceInForce } from "../governance/in-force.js";
import { checkOperating } from "../governance/operating.js";
import { checkLedgerInForce } from "../ledger/ledger-in-force.js";
import { checkNotBehind } from "../ledger/not-behind.js";
import type { BridgeState } from "../settlement/bridge-state.js";
import { checkOwnNonce } from "./checkpoint-nonces.js";
import { handoverName } from "./grant.js";

/** A bridge whose key is handed over, at proven facts and under the enclave's checkpoint. */
export interface HandoverPoint {
  readonly config: BridgeConfig;
  /** The key's public half, which is also the issuer's account id. */
  readonly issuer: Uint8Array;
  readonly governed: Governed;
  readonly proven: Proven<Facts>;
  /** The kept one; undefined for the configuration. */
  readonly checkpoint: Checkpoint | undefined;
}

/** What only the giver knows or is shown. */
export interface KeyExport {
  /** `handoverName`, 32 bytes. */
  readonly name: Uint8Array;
  /** The list whose hash the checkpoint carries, 32 bytes each. */
  readonly nonces: readonly Uint8Array[];
  /** Tells whether this very process drew the nonce. */
  readonly isOwnNonce: (nonce: Uint8Array) => boolean;
}

/** Names the hand-over that an action allows; undefined for any other action. */
export const handoverIn = (action: Action): Uint8Array | undefined => {
  if (action.type === "handover") return action.value.transcript;
  return action.type === "share" ? handoverName(action.value.transcript, action.value.grant) : undefined;
};

const checkDecided = ({ handovers, delayed }: GovernanceState, name: Uint8Array): void => {
  if (handovers.some((one) => equal(one, name))) return;
  const coming = delayed.find(({ action }) => {
    const allowed = handoverIn(action);
    return allowed !== undefined && equal(allowed, name);
  });
  if (coming !== undefined)
    throw new RefusedError(
      "refused/handover-delayed",
      `expected a decision whose delay has run out, it is due at an active time of ${coming.due} ms`,
      "later",
    );
  throw new RefusedError(
    "refused/handover-undecided",
    `expected guardians to have decided the hand-over 0x${toHex(name)}, and not to have taken it back`,
    "later",
  );
};

/**
 * Both times: the checkpoint then shows that facts are no older than the nonce that the process
 * drew.
 */
const checkSinceCheckpoint = (checkpoint: Checkpoint | undefined, { diem, parachain }: Facts): void => {
  const since = checkpoint?.time ?? 0n;
  if (diem.time < since || parachain.time < since)
    throw new RefusedError(
      "refused/before-checkpoint",
      `expected facts from the checkpoint's time ${since} on, Diem's are of ${diem.time}, the parachain's of ${parachain.time}`,
      "later",
    );
};

/** Checks that the key is the bridge's by both chains, at the ledger in force. */
const governanceAt = ({ config, issuer, proven }: HandoverPoint, told: Pick<BridgeState, "ledger" | "governance">) => {
  const { parachain, diem } = proven.facts;
  checkLedgerInForce(config, issuer, told.ledger, parachain);
  checkNotBehind(told.ledger, checkCustody(config, issuer, diem));
  return governanceInForce(config, told.ledger, told.governance);
};

const beforeGenesis = ({ config, issuer, proven }: HandoverPoint): readonly Measurement[] => {
  if (config.holders !== undefined)
    throw new RefusedError("refused/before-genesis", "expected a bridge that has begun: no share is given before");
  checkNotBegun(issuer, proven.facts.parachain);
  return config.measurements;
};

/** What code may receive the key or a share, and machines that have been given slots' shares. */
export type Admitted = Pick<GovernanceState, "measurements" | "platforms">;

/**
 * Checks that the key may be given, and returns who may receive it. Before genesis only the
 * process that made the key may ask: that is the caller's to check.
 * @throws RefusedError `refused/begun`, `refused/before-genesis`, `refused/not-in-force`,
 * `refused/governance`, `refused/paused`, `refused/asset-absent`, `refused/asset-frozen`,
 * `refused/diem-behind`, `refused/handover-delayed`, `refused/handover-undecided`,
 * `refused/checkpoint-nonces`; those of `checkUnderCheckpoint` and `checkCustody`; ProofError
 * `proof/not-shown`
 */
export const admitKeyExport = (point: HandoverPoint, shown: KeyExport): Admitted => {
  const { config, governed, proven, checkpoint } = point;
  checkUnderCheckpoint(config, checkpoint, proven);
  if (governed === undefined) return { measurements: beforeGenesis(point), platforms: [] };
  checkOwnNonce(checkpoint, shown.nonces, shown.isOwnNonce);
  checkSinceCheckpoint(checkpoint, proven.facts);
  const inForce = governanceAt(point, governed);
  checkOperating(inForce);
  for (const { assetId } of config.currencies) liveAssetOf(config, proven.facts.parachain, assetId);
  checkDecided(inForce, shown.name);
  return inForce;
};

/**
 * Checks that a key that was given is the bridge's, and returns what code may have given it. After
 * genesis any may: the giver's own may have been retired, and both chains say whose key it is. A
 * pause since takes nothing back.
 * @throws RefusedError `refused/begun`; `refused/not-in-force`, `refused/governance`,
 * `refused/diem-behind`; those of `checkUnderCheckpoint` and `checkCustody`; ProofError
 * `proof/not-shown`
 */
export const admitKeyImport = (point: HandoverPoint): Allowed<Measurement> => {
  const { config, governed, proven, checkpoint } = point;
  checkUnderCheckpoint(config, checkpoint, proven);
  if (governed === undefined) return beforeGenesis(point);
  governanceAt(point, governed);
  return "any";
};
