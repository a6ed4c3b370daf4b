/** Where the bridge stands by both chains, and whether this enclave is what stands there. */
import { checkSpecVersion, termEnd } from "@pdiem/bridge/checkpoint/check-checkpoint";
import { type Checkpoint, checkpointMessage } from "@pdiem/bridge/checkpoint/checkpoint";
import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import type { Guardians } from "@pdiem/bridge/config/guardians";
import { RefusedError } from "@pdiem/bridge/error";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { accountInfoOf, isApproved } from "@pdiem/bridge/facts/parachain-state";
import { type GovernanceState, governanceHash, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { verifySomeSigners } from "@pdiem/bridge/governance/guardian-signature";
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { anchorAsset } from "@pdiem/bridge/ledger/ledger-in-force";
import { type Check, checkThat, refusalIn, refused } from "@pdiem/bridge-client/examine/check";
import { dateOf } from "@pdiem/bridge-client/guardians/describe-decision";
import type { TakenDecision } from "@pdiem/bridge-client/journal/history";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { SetsOnTheWay } from "../../sync/light-clients/ratchet-chains.js";
import { checkStatedSets } from "../guardian/checkpoint/check-statement.js";

/** A ledger, its governance state and what led to it, as a journal tells them. */
export interface ToldLedger {
  readonly anchor: Uint8Array;
  readonly ledger: Ledger;
  readonly governance: GovernanceState;
  readonly decisions: readonly TakenDecision[];
}

/** Both chains at one ledger info and one block. */
export interface BridgeChains {
  readonly facts: Facts;
  /** Undefined where no anchor of the issuer's is known. */
  readonly told: ToldLedger | undefined;
  /** Sets of both chains, from the configuration's roots to there. */
  readonly sets: SetsOnTheWay;
}

const isWhole = ({ ledger, governance }: ToldLedger): boolean => equal(governanceHash(governance), ledger.governance);

/**
 * Finds what is in force by what is told; before genesis, or where that doesn't hold, the
 * configuration alone.
 */
export const governanceIn = (config: BridgeConfig, { told }: Pick<BridgeChains, "told">): GovernanceState =>
  told === undefined || !isWhole(told)
    ? initialGovernance(config)
    : governanceInForce(config, told.ledger, told.governance);

const LEDGER =
  "a ledger whose anchor is on the parachain, with the governance state that it stands for; or none before genesis";

/** Checks which ledger is in force. @param issuer the enclave's key as account id */
export const checkLedger = (
  config: BridgeConfig,
  issuer: Uint8Array,
  { facts: { parachain }, told }: BridgeChains,
): Check => {
  const nonce = accountInfoOf(parachain, issuer)?.nonce ?? 0;
  if (told === undefined) {
    const found =
      nonce === 0
        ? "none: before genesis, this key has signed nothing on the parachain"
        : `none, though this key has signed ${nonce} times`;
    return checkThat("ledger", nonce === 0, LEDGER, found);
  }
  const { anchor, ledger, governance } = told;
  const isAnchored =
    equal(anchorOf(bridgeIdOf(config), ledger), anchor) &&
    isApproved(config, parachain, anchorAsset(config), issuer, anchor);
  const holds = isAnchored && isWhole(told);
  const found = holds
    ? `at block ${parachain.number}, ${governance.count} decisions`
    : isAnchored
      ? "which stands for another governance state"
      : "which isn't in force";
  return checkThat("ledger", holds, LEDGER, `0x${toHex(anchor)} ${found}`);
};

/** Checks both chains' times. @param now by this machine's clock, ms since 1970 */
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

const CHECKPOINT =
  "guardians' word for sets that both chains went through and for the running runtime, not lapsed: " +
  "the enclave signs nothing without";

/** All guardians that the bridge ever had: a checkpoint may be older than those in force. */
const everyGuardians = ({ guardians }: BridgeConfig, { told }: BridgeChains): readonly Guardians[] => [
  guardians,
  ...(told?.decisions ?? []).flatMap(({ decision: { decision } }) =>
    decision.actions.flatMap((action) => (action.type === "guardians" ? [action.value] : [])),
  ),
];

const checkTerm = (config: BridgeConfig, checkpoint: Checkpoint | undefined, { diem, parachain }: Facts): void => {
  const end = termEnd(config, checkpoint);
  if (diem.time > end || parachain.time > end)
    throw new RefusedError("refused/checkpoint-lapsed", `expected a time up to ${dateOf(end)}, where its term ends`);
};

const describeKept = ({ rootsTime }: BridgeConfig, checkpoint: Checkpoint | undefined): string => {
  if (checkpoint === undefined) return `none yet but the configuration's roots, of ${dateOf(rootsTime)}`;
  const { time, diem, relay, specVersions } = checkpoint;
  return `of ${dateOf(time)}, Diem's epoch ${diem.epoch}, authority set ${relay.setId}, runtimes ${specVersions.join(", ")}`;
};

/** Checks what the enclave goes by. @param signed undefined for the configuration's roots alone */
export const checkCheckpoint = (
  config: BridgeConfig,
  signed: SignedCheckpoint | undefined,
  chains: BridgeChains,
): Check => {
  const { facts, sets } = chains;
  const checkpoint = signed?.checkpoint;
  try {
    if (signed !== undefined) {
      const message = checkpointMessage(bridgeIdOf(config), signed.checkpoint);
      verifySomeSigners(everyGuardians(config, chains), message, signed.signatures);
      checkStatedSets(config, sets, signed.checkpoint);
    }
    checkTerm(config, checkpoint, facts);
    checkSpecVersion(config, checkpoint, facts.parachain);
    return checkThat("checkpoint", true, CHECKPOINT, describeKept(config, checkpoint));
  } catch (error) {
    return refused("checkpoint", CHECKPOINT, refusalIn(error));
  }
};
