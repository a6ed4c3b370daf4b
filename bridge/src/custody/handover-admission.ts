/** PROTOCOL 7: at which proven state the key may change hands, and by which measurements both sides are judged. */
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { BridgeConfig } from "../config/bridge-config.js";
import { checkCustody } from "./custody.js";
import { RefusedError } from "../error.js";
import type { Facts, ParachainFacts } from "../facts/facts.js";
import type { SettledDecision } from "../governance/decision-chain.js";
import type { InForce } from "../governance/in-force.js";
import { checkRuntimeProfile, inForceAt, operate } from "../governance/operating.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Measurement } from "../config/measurement.js";
import { accountInfoOf, liveAssetOf } from "../facts/parachain-state.js";
import { checkRuntime } from "../payout/payout.js";
import { checkInForce, checkNotBehind } from "../settlement/settle.js";

/** The ledger in force and all of guardians' decisions that it stands for; undefined before genesis. */
export type Governed = { readonly ledger: Ledger; readonly decisions: readonly SettledDecision[] } | undefined;

/** A bridge whose key is handed over. */
export interface Handed {
  readonly config: BridgeConfig;
  /** The key's public half, which is also the issuer's account id. */
  readonly issuer: Uint8Array;
  readonly governed: Governed;
}

/**
 * Nothing can have been decided, and nothing is at stake, for as long as the issuer has never signed.
 * @throws RefusedError `refused/handover-begun`; ProofError `proof/not-shown`
 */
export const checkNotBegun = (issuer: Uint8Array, parachain: ParachainFacts): void => {
  const nonce = accountInfoOf(parachain, issuer)?.nonce ?? 0;
  if (nonce !== 0)
    throw new RefusedError(
      "refused/handover-begun",
      `expected the ledger in force and its decisions: the issuer has signed before, its nonce is ${nonce}`,
    );
};

const beforeGenesis = ({ config, issuer }: Handed, { parachain }: Facts): readonly Measurement[] => {
  checkNotBegun(issuer, parachain);
  return config.measurements;
};

const checkDecided = ({ handovers, delayed }: InForce, transcript: Uint8Array): void => {
  if (handovers.some((one) => equal(one, transcript))) return;
  const coming = delayed.find(({ action }) => action.type === "handover" && equal(action.value.transcript, transcript));
  if (coming !== undefined)
    throw new RefusedError(
      "refused/handover-delayed",
      `expected a decision whose delay has run out, number ${coming.number} is in force from worked time ${coming.at} on`,
      "later",
    );
  throw new RefusedError(
    "refused/handover-undecided",
    `expected guardians to have decided the hand-over 0x${toHex(transcript)}, and not to have paused since`,
    "later",
  );
};

/**
 * That the key may be released. Which code may hold it.
 * @param transcript its hash, 32 bytes
 * @throws RefusedError `refused/handover-begun`; `refused/not-in-force`, `refused/runtime-changed`, as `operate` and
 * `checkRuntimeProfile`, `refused/asset-frozen`, as `checkCustody`, `refused/diem-behind`; `refused/handover-delayed`,
 * `refused/handover-undecided`; ProofError `proof/not-shown`
 */
export const admitRelease = (handed: Handed, facts: Facts, transcript: Uint8Array): readonly Measurement[] => {
  const { config, issuer, governed } = handed;
  if (governed === undefined) return beforeGenesis(handed, facts);
  const { ledger } = governed;
  const bridge = { config, issuer, ...governed };
  checkInForce(bridge, facts);
  checkRuntime(ledger, facts.parachain);
  const inForce = operate(bridge, facts.parachain);
  checkRuntimeProfile(inForce, ledger);
  for (const { assetId } of config.currencies) liveAssetOf(facts.parachain, assetId);
  checkNotBehind(ledger, checkCustody(config, issuer, facts.diem));
  checkDecided(inForce, transcript);
  return inForce.measurements;
};

/**
 * That a released key is the bridge's. Which code may have held it. Whether the hand-over was decided was for the giver to
 * ask: a pause since then takes nothing back that has been released.
 * @throws RefusedError `refused/handover-begun`; `refused/not-in-force`, `refused/decisions`, as `checkCustody`,
 * `refused/diem-behind`; ProofError `proof/not-shown`
 */
export const admitAcceptance = (handed: Handed, facts: Facts): readonly Measurement[] => {
  const { config, issuer, governed } = handed;
  if (governed === undefined) return beforeGenesis(handed, facts);
  const bridge = { config, issuer, ...governed };
  checkInForce(bridge, facts);
  checkNotBehind(governed.ledger, checkCustody(config, issuer, facts.diem));
  return inForceAt(bridge, facts.parachain.time).measurements;
};
