/** Whether a checkpoint says what one's own light clients have seen, and names whom it may. */
import { termEnd } from "@pdiem/bridge/checkpoint/check-checkpoint";
import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Signers } from "@pdiem/bridge/config/guardians";
import { dateOf } from "@pdiem/bridge-client/guardians/describe-decision";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError, type Retry } from "@pdiem/light-client/error";
import type { SetOnTheWay, SetsOnTheWay, WalkedChains } from "../../../sync/light-clients/ratchet-chains.js";
import { isSameSigners } from "./expected-signers.js";

const refuse = (code: string, message: string, retry: Retry = "never"): never => {
  throw new PdiemError(`checkpoint/${code}`, message, retry);
};

/** Finds the earlier of the times on both chains, ms. */
export const walkedTime = ({ times: { diem, parachain } }: Pick<WalkedChains, "times">): bigint =>
  diem < parachain ? diem : parachain;

interface Stated {
  readonly number: bigint;
  readonly hash: Uint8Array;
}

const checkSet = (
  what: string,
  ways: readonly SetOnTheWay[],
  { number, hash }: Stated,
  { time, slack }: { readonly time: bigint; readonly slack: bigint },
): void => {
  const newest = ways.at(-1);
  if (newest !== undefined && number > newest.number)
    refuse(
      "behind",
      `expected ${what} ${newest.number} or before, as your nodes have it, the checkpoint says ${number}`,
      "later",
    );
  const own = ways.find((one) => one.number === number);
  if (own === undefined || !equal(own.hash, hash)) {
    const ours = own === undefined ? "which is none of theirs" : `0x${toHex(own.hash)}`;
    refuse(
      "foreign-set",
      `expected ${what} ${number} as your own nodes show it, ${ours}; the checkpoint says 0x${toHex(hash)}`,
    );
  }
  if (own?.leftAt !== undefined && own.leftAt + slack < time)
    refuse(
      "former-set",
      `expected the ${what} of ${dateOf(time)}, the checkpoint names ${number}, which was left at ${dateOf(own.leftAt)}`,
    );
};

/**
 * Checks the sets that a checkpoint names against those that one's own light clients went through.
 * @throws PdiemError `checkpoint/foreign-set` for a set that one's own chains didn't go through.
 * `checkpoint/former-set` is for one that they had left by then, `checkpoint/behind`, `later`,
 * where one's nodes may only be behind.
 */
export const checkStatedSets = (
  { maxSkew: slack }: BridgeConfig,
  sets: SetsOnTheWay,
  { diem, relay, time }: Checkpoint,
): void => {
  checkSet("epoch", sets.diem, { number: diem.epoch, hash: diem.hash }, { time, slack });
  checkSet("authority set", sets.relay, { number: relay.setId, hash: relay.hash }, { time, slack });
};

const checkSigners = (named: readonly Signers[], expected: readonly Signers[]): void => {
  const [first] = named;
  const [inForce] = expected;
  if (first === undefined || inForce === undefined || !isSameSigners(first, inForce))
    refuse("signers", "expected the checkpoint to name the guardians in force first: propose it anew");
  if (!named.every((one) => expected.some((known) => isSameSigners(known, one))))
    refuse(
      "foreign-signers",
      "expected the checkpoint to name guardians in force or decided alone, it names others, who could sign the next",
    );
};

/** What a checkpoint is compared with: one's own chains, and what is in force there. */
export interface Observed {
  readonly walked: WalkedChains;
  /** Signers by `expectedSigners`. */
  readonly signers: readonly Signers[];
  /** Spec version of the runtime that the parachain runs on. */
  readonly specVersion: number;
}

/**
 * Checks that a guardian may sign a checkpoint. Of the spec versions it only checks that the
 * running one is among them. Whether their storage and calls are what the bridge reads and calls is
 * for the guardian to compare.
 * @throws what `checkStatedSets` throws; PdiemError `checkpoint/lapsed`, `checkpoint/signers`,
 * `checkpoint/foreign-signers`, `checkpoint/spec-version`; `checkpoint/early`, `later`
 */
export const checkStatement = (
  config: BridgeConfig,
  { walked, signers, specVersion }: Observed,
  checkpoint: Checkpoint,
): void => {
  const { time, specVersions } = checkpoint;
  const now = walkedTime(walked);
  checkStatedSets(config, walked, checkpoint);
  if (time > now + config.maxSkew)
    refuse(
      "early",
      `expected a time that your nodes have reached, ${dateOf(now)}, the checkpoint says ${dateOf(time)}`,
      "later",
    );
  if (termEnd(config, checkpoint) <= now)
    refuse(
      "lapsed",
      `expected a checkpoint that still serves at ${dateOf(now)}, it was of ${dateOf(time)}: propose a new one`,
    );
  checkSigners(checkpoint.signers, signers);
  if (!specVersions.includes(specVersion))
    refuse(
      "spec-version",
      `expected the running spec version ${specVersion} among those named, ${specVersions.join(", ")}: nothing would be signed`,
    );
};
