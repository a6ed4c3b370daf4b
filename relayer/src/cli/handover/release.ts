import type { CheckpointFile } from "@pdiem/bridge-client/guardians/checkpoint-file";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Follower } from "../../sync/bridge/follower.js";
import type { Output } from "../output.js";
import { ownFollower } from "../own-follower.js";
import { askOnNewest } from "./basis.js";
import { activeGiver, type Ends, type EndsOptions, openEnds } from "./ends.js";
import { type HandoverFile, type Released, readHandover, writeHandover } from "./file.js";
import { renewedCollateral } from "./party.js";
import { askReceiver, checkGiver } from "./processes.js";
import { checkDecided, standingOf } from "./readiness.js";
import { checkOurs } from "./show.js";
import { readCheckpoint, showCheckpoint } from "./show-checkpoint.js";
import { nameOf, transcriptOf } from "./verdict.js";

/** One hand-over in hand. */
interface HandOver extends Ends {
  readonly file: HandoverFile;
  readonly issuer: Uint8Array;
  readonly follower: Follower;
  readonly checkpoint: CheckpointFile;
  readonly nonces: readonly Uint8Array[];
  readonly output: Output;
}

const noncesOf = ({ nonce }: HandoverFile, given: readonly Uint8Array[] | undefined): readonly Uint8Array[] => {
  if (given !== undefined) return given;
  if (nonce === undefined)
    throw new PdiemError("handover/no-nonce", "the file holds no nonce: pdiem handover nonce draws one first", "later");
  return [nonce];
};

/**
 * The other side's evidence is verified at the newest proven time: its collateral is fetched for
 * that.
 */
const collateralAt = (
  { config, file, output }: HandOver,
  side: "giver" | "receiver",
  time: bigint,
): Promise<Collateral> => renewedCollateral(config, file.transcript[side], Number(time), file.collateral[side], output);

const release = async (hand: HandOver): Promise<Released> => {
  const { giver, file, nonces } = hand;
  const { transcript } = file;
  await showCheckpoint(hand, giver);
  const { box, receiptChallenge } = await askOnNewest(giver, hand, async (basis, { time }) => {
    const collateral = await collateralAt(hand, "receiver", time);
    return giver.enclave.handoverRelease({ transcript, collateral, nonces, ...basis });
  });
  return { box, receiptChallenge };
};

const accept = async (hand: HandOver, { box }: Released): Promise<void> => {
  const { receiver, file } = hand;
  const { transcript } = file;
  await showCheckpoint(hand, receiver);
  await askOnNewest(receiver, hand, async (basis, { time }) => {
    const collateral = await collateralAt(hand, "giver", time);
    return receiver.enclave.handoverAccept({ transcript, collateral, box, ...basis });
  });
};

export interface ReleaseOptions extends EndsOptions {
  readonly checkpoint: string;
  /** All that the checkpoint was signed with, in their order; left out, the file's own. */
  readonly nonce?: readonly Uint8Array[];
  readonly json?: boolean;
}

/**
 * Hands the key over: the giver encrypts it to the receiver's process, and that one seals it.
 * Stopped in the middle, it can be run again. So it can where the box was changed on its way.
 * @throws what `checkGiver`, `askReceiver`, `checkDecided` and `completeCheckpoint` throw;
 * PdiemError `handover/no-nonce`; EnclaveError
 */
export const releaseHandover = async (path: string, options: ReleaseOptions, output: Output): Promise<void> => {
  const ends = openEnds(options, output);
  const { config, giver, receiver } = ends;
  const file = readHandover(path);
  checkOurs(config.bridge, file);
  const issuer = file.transcript.custodyKey;
  const custodyKey = `0x${toHex(issuer)}`;
  const tell = (text: string): void => output.out(options.json === true ? JSON.stringify({ custodyKey }) : text);
  const { grant } = file.transcript;
  const what = grant === undefined ? "the key" : `slot ${grant.slot}'s share`;
  if ((await askReceiver(receiver.enclave, config.bridge, file)) === undefined) {
    tell(`${options.to} holds ${what} already`);
    return;
  }
  const follower = ownFollower(config, giver, issuer, { tell: output.err });
  const checkpoint = readCheckpoint(options.checkpoint);
  const hand = { ...ends, file, issuer, follower, checkpoint, nonces: noncesOf(file, options.nonce), output };
  let { released } = file;
  if (released === undefined) {
    checkGiver(await activeGiver(ends), file);
    const view = await follower.follow();
    const name = nameOf(transcriptOf(config.bridge, file.transcript), file.transcript.grant);
    if (view.current !== undefined) checkDecided(standingOf(config.bridge, view, view.current), name);
    released = await release(hand);
    writeHandover(path, { ...file, released });
    output.err(`the giver has released ${what}, for the receiver's process alone`);
  }
  try {
    await accept(hand, released);
  } catch (error) {
    if (isPdiemError(error) && error.code === "refused/handover-box")
      writeHandover(path, { ...file, released: undefined });
    throw error;
  }
  tell(`${options.to} holds ${grant === undefined ? what : `${what} of the key`} ${custodyKey}`);
};
