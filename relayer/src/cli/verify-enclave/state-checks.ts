/** Where the bridge stands by both chains, and whether this enclave is what stands there. */
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { checkDecisions, type SettledDecision } from "@pdiem/bridge/governance/decision-chain";
import { dateOf } from "@pdiem/bridge-client/guardians/describe-decision";
import { type Clock, deriveInForce, type CurrentLedger, inForceAtFirst } from "@pdiem/bridge/governance/in-force";
import { clockAt } from "@pdiem/bridge/governance/operating";
import { signedCheckpoint, verifyCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { checkTerm } from "@pdiem/bridge/checkpoint/term";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { accountInfoOf, isApproved } from "@pdiem/bridge/facts/parachain-state";
import { anchorAsset } from "@pdiem/bridge/settlement/settle";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import type { SetsOnTheWay } from "../../sync/light-clients/ratchet-chains.js";
import { checkStatedSets } from "../guardian/checkpoint/check-statement.js";
import { type Check, checkThat, refusalIn, refused } from "./check.js";

/** A ledger, and what led to it, as a journal tells them. */
export interface ToldLedger {
  readonly anchor: Uint8Array;
  readonly ledger: Ledger;
  readonly decisions: readonly SettledDecision[];
}

/** Both chains at one ledger info and one block. */
export interface BridgeState {
  readonly facts: Facts;
  /** Undefined where no anchor of the issuer's is known. */
  readonly told: ToldLedger | undefined;
  /** Of both chains, from the configuration's roots to there. */
  readonly sets: SetsOnTheWay;
}

/** What delays run by. */
export const clockOf = (config: BridgeConfig, { facts: { parachain }, told }: BridgeState): Clock =>
  told === undefined ? { time: parachain.time, worked: 0n } : clockAt({ config, ...told }, parachain.time);

/** By the configuration alone before genesis. */
export const governanceIn = (config: BridgeConfig, state: BridgeState): CurrentLedger =>
  state.told === undefined
    ? inForceAtFirst(config)
    : deriveInForce(config, state.told.decisions, clockOf(config, state));

const decisionsHold = ({ ledger, decisions }: ToldLedger): boolean => {
  try {
    checkDecisions(decisions, ledger.decisions);
    return true;
  } catch (error) {
    refusalIn(error);
    return false;
  }
};

const LEDGER =
  "a ledger whose anchor is on the parachain, with the decisions that it stands for; or none before genesis";

/** @param issuer the enclave's key as account id */
export const checkLedger = (
  config: BridgeConfig,
  bridgeId: Uint8Array,
  issuer: Uint8Array,
  { facts: { parachain }, told }: BridgeState,
): Check => {
  const nonce = accountInfoOf(parachain, issuer)?.nonce ?? 0;
  if (told === undefined)
    return checkThat(
      "ledger",
      nonce === 0,
      LEDGER,
      nonce === 0
        ? "none: before genesis, this key has signed nothing on the parachain"
        : `none, though this key has signed ${nonce} times`,
    );
  const { anchor, ledger, decisions } = told;
  const isAnchored =
    equal(anchorOf(bridgeId, ledger), anchor) && isApproved(parachain, anchorAsset(config), issuer, anchor);
  const holds = isAnchored && decisionsHold(told);
  return checkThat(
    "ledger",
    holds,
    LEDGER,
    holds
      ? `0x${toHex(anchor)} at block ${parachain.number}, ${decisions.length} decisions`
      : `0x${toHex(anchor)}, ${isAnchored ? "which stands for other decisions" : "which isn't in force"}`,
  );
};

/** @param now by this machine's clock, milliseconds since 1970 */
export const checkTimes = ({ maxSkew }: BridgeConfig, { diem, parachain }: Facts, now: number): Check => {
  const isNear = (time: bigint): boolean => {
    const distance = time - BigInt(Math.trunc(now));
    return (distance < 0n ? -distance : distance) <= maxSkew;
  };
  return checkThat(
    "time",
    isNear(diem.time) && isNear(parachain.time),
    `both chains within ${maxSkew} ms of this machine's clock, ${dateOf(BigInt(Math.trunc(now)))}`,
    `Diem ${dateOf(diem.time)}, parachain ${dateOf(parachain.time)}`,
  );
};

const TERM =
  "the guardians' word for sets that both chains went through, not lapsed: the enclave signs nothing without";

/** @param bytes BCS of the signed checkpoint that the enclave goes by; undefined for none but the configuration's roots */
export const checkCheckpoint = (
  config: BridgeConfig,
  bytes: Uint8Array | undefined,
  { facts: { diem, parachain }, sets }: BridgeState,
): Check => {
  try {
    const signed = bytes === undefined ? undefined : decode(signedCheckpoint, bytes);
    if (signed !== undefined) {
      verifyCheckpoint(config, signed);
      checkStatedSets(config, sets, signed.checkpoint);
    }
    checkTerm(config, signed?.checkpoint, diem.time, parachain.time);
    const found =
      signed === undefined
        ? `none yet but the configuration's roots, of ${dateOf(config.rootsTime)}`
        : `of ${dateOf(signed.checkpoint.time)}, Diem's epoch ${signed.checkpoint.diem.epoch}, authority set ${signed.checkpoint.relay.setId}`;
    return checkThat("checkpoint", true, TERM, found);
  } catch (error) {
    return refused("checkpoint", TERM, refusalIn(error));
  }
};
