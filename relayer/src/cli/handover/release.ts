import { signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { completeCheckpoint, parseCheckpointFile } from "@pdiem/bridge-client/guardians/checkpoint-file";
import type { Hex } from "@pdiem/enclave/api";
import { formatCollateral } from "@pdiem/enclave-verifier/collateral-json";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import type { Follower } from "../../sync/bridge/follower.js";
import { readJson } from "../guardian/files.js";
import type { Output } from "../output.js";
import { ownFollower } from "../own-follower.js";
import { askOnNewest } from "./basis.js";
import { activeGiver, type Ends, type EndsOptions, openEnds } from "./ends.js";
import { type HandoverFile, type Released, readHandover, writeHandover } from "./file.js";
import { renewedCollateral } from "./party.js";
import { checkGiver, waitingReceiver } from "./processes.js";
import { checkDecided, standingOf } from "./readiness.js";
import { checkOurs } from "./show.js";
import { transcriptOf } from "./verdict.js";

/** One hand-over in hand. */
interface HandOver extends Ends {
  readonly file: HandoverFile;
  readonly issuer: Uint8Array;
  readonly follower: Follower;
  readonly checkpoint: Hex;
  readonly output: Output;
}

/** @throws PdiemError `handover/no-nonce`; as `completeCheckpoint` and `parseCheckpointFile` */
const readCheckpoint = ({ bridge }: Config, path: string): Hex => {
  const signed = completeCheckpoint(bridge, parseCheckpointFile(readJson(path)));
  if (signed.checkpoint.nonce === undefined)
    throw new PdiemError(
      "handover/no-nonce",
      "expected a checkpoint with the nonce that pdiem handover nonce prints, this one carries none",
      "never",
    );
  return `0x${toHex(encode(signedCheckpoint, signed))}`;
};

/** The other side's evidence is verified at the newest proven time: its collateral is fetched for that. */
const collateralAt = async ({ config, file, output }: HandOver, side: "giver" | "receiver", time: bigint) =>
  formatCollateral(await renewedCollateral(config, file.transcript[side], Number(time), file.collateral[side], output));

const release = async (hand: HandOver): Promise<Released> => {
  const { giver, file, checkpoint } = hand;
  const { transcript } = file;
  const { box, receiptChallenge } = await askOnNewest(giver, hand, async (basis, { time }) => {
    const collateral = await collateralAt(hand, "receiver", time);
    return giver.enclave.handover.release({ transcript, checkpoint, collateral, ...basis });
  });
  return { box, receiptChallenge };
};

const accept = async (hand: HandOver, { box }: Released): Promise<void> => {
  const { receiver, file, checkpoint } = hand;
  const { transcript } = file;
  await askOnNewest(receiver, hand, async (basis, { time }) => {
    const collateral = await collateralAt(hand, "giver", time);
    return receiver.enclave.handover.accept({ transcript, checkpoint, collateral, box, ...basis });
  });
};

export interface ReleaseOptions extends EndsOptions {
  readonly checkpoint: string;
  readonly json?: boolean;
}

/**
 * Hands the key over: the giver encrypts it to the receiver's process, and that one seals it. Stopped in the middle, it can be run again.
 * @throws as `checkGiver`, `waitingReceiver`, `checkDecided` and `readCheckpoint`; EnclaveError with the enclave's own code
 */
export const releaseHandover = async (path: string, options: ReleaseOptions, output: Output): Promise<void> => {
  const ends = openEnds(options);
  const { config, giver, receiver } = ends;
  const before = readHandover(path);
  checkOurs(config, before);
  const { custodyKey } = before.transcript;
  const tell = (text: string): void => output.out(options.json === true ? JSON.stringify({ custodyKey }) : text);
  if (waitingReceiver(await receiver.enclave.status(), before) === undefined) {
    tell(`${options.to} holds the key already`);
    return;
  }
  const issuer = fromHex(custodyKey, 32);
  const follower = ownFollower(config, giver, issuer, { tell: output.err });
  const checkpoint = readCheckpoint(config, options.checkpoint);
  const hand = { ...ends, file: before, issuer, follower, checkpoint, output };
  let { released } = before;
  if (released === undefined) {
    checkGiver(await activeGiver(ends), before);
    const view = await follower.follow();
    if (view.current !== undefined)
      checkDecided(standingOf(config.bridge, view, view.current), transcriptOf(config.bridge, before.transcript));
    released = await release(hand);
    writeHandover(path, { ...before, released });
    output.err("the giver has released the key, for the receiver's process alone");
  }
  await accept(hand, released);
  tell(`${options.to} holds the key ${custodyKey}, sealed on its machine`);
};
