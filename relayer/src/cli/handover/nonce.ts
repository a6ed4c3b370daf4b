import { toHex } from "@pdiem/light-client/bytes";
import type { Output } from "../output.js";
import { ownFollower } from "../own-follower.js";
import { activeGiver, type GiverOptions, openGiver } from "./ends.js";
import { readHandover, writeHandover } from "./file.js";
import { checkGiver } from "./processes.js";
import { checkDecided, standingOf } from "./readiness.js";
import { nameOf, transcriptOf } from "./verdict.js";

/**
 * Has the giver draw what the guardians' checkpoint has to carry, and notes it in the file. That
 * checkpoint is their last word, as nothing takes a released key back.
 * @throws what `checkGiver` throws; before the decision is in force what `checkDecided` throws
 */
export const drawNonce = async (
  path: string,
  { json, ...options }: GiverOptions & { readonly json?: boolean },
  output: Output,
): Promise<void> => {
  const end = openGiver(options, output);
  const { config, giver } = end;
  const file = readHandover(path);
  checkGiver(await activeGiver(end), file);
  const transcript = transcriptOf(config.bridge, file.transcript);
  const view = await ownFollower(config, giver, file.transcript.custodyKey, { tell: output.err }).follow();
  if (view.current !== undefined) {
    const name = nameOf(transcript, file.transcript.grant);
    checkDecided(standingOf(config.bridge, view, view.current), name);
  }
  const { nonce } = await giver.enclave.handoverNonce({ transcript });
  writeHandover(path, { ...file, nonce });
  const text = `0x${toHex(nonce)}`;
  output.out(json === true ? JSON.stringify({ nonce: text }) : text);
  output.err(
    `guardians sign a checkpoint with it, pdiem guardian checkpoint propose --nonce ${text}: ` +
      "whoever has it can have the key released to the enclave of this hand-over",
  );
};
