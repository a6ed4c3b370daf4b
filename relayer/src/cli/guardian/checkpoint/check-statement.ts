/** Whether a checkpoint says what one's own light clients have seen. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import { dateOf } from "@pdiem/bridge-client/guardians/describe-decision";
import { termEnd } from "@pdiem/bridge/checkpoint/term";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError, type Retry } from "@pdiem/light-client/error";
import type { SetOnTheWay, SetsOnTheWay, WalkedChains } from "../../../sync/light-clients/ratchet-chains.js";

const refuse = (code: string, message: string, retry: Retry = "never"): never => {
  throw new PdiemError(`checkpoint/${code}`, message, retry);
};

/** The earlier of the times on both chains, ms. */
export const walkedTime = ({ times: { diem, parachain } }: WalkedChains): bigint =>
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
  if (own === undefined || !equal(own.hash, hash))
    refuse(
      "foreign-set",
      `expected ${what} ${number} as your own nodes show it, ${own === undefined ? "which is none of theirs" : `0x${toHex(own.hash)}`}; the checkpoint says 0x${toHex(hash)}`,
    );
  if (own?.leftAt !== undefined && own.leftAt + slack < time)
    refuse(
      "former-set",
      `expected the ${what} of ${dateOf(time)}, the checkpoint names ${number}, which was left at ${dateOf(own.leftAt)} already`,
    );
};

/**
 * @throws PdiemError `checkpoint/foreign-set` for a set that one's own chains didn't go through, `checkpoint/former-set` for one
 * that they had left by then; `checkpoint/behind`, `later`, where one's nodes may only be behind
 */
export const checkStatedSets = (
  { maxSkew: slack }: BridgeConfig,
  sets: SetsOnTheWay,
  { diem, relay, time }: Checkpoint,
): void => {
  checkSet("epoch", sets.diem, { number: diem.epoch, hash: diem.hash }, { time, slack });
  checkSet("authority set", sets.relay, { number: relay.setId, hash: relay.hash }, { time, slack });
};

/**
 * That a guardian may sign it.
 * @throws as `checkStatedSets`; PdiemError `checkpoint/lapsed`; `checkpoint/early`, `later`
 */
export const checkStatement = (config: BridgeConfig, walked: WalkedChains, checkpoint: Checkpoint): void => {
  const { time } = checkpoint;
  const now = walkedTime(walked);
  const slack = config.maxSkew;
  checkStatedSets(config, walked, checkpoint);
  if (time > now + slack)
    refuse(
      "early",
      `expected a time that your nodes have reached, ${dateOf(now)}, the checkpoint says ${dateOf(time)}`,
      "later",
    );
  if (termEnd(config, checkpoint) <= now)
    refuse(
      "lapsed",
      `expected a checkpoint that still serves at ${dateOf(now)}, it was of ${dateOf(time)}: make a new one`,
    );
};
