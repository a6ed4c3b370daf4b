/** Checkpoints in words, so that nobody has to sign what they can't read. */
import { toHex } from "@pdiem/light-client/bytes";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import { dateOf } from "./describe-decision.js";
import { termEnd } from "@pdiem/bridge/checkpoint/term";

export const describeCheckpoint = (checkpoint: Checkpoint, config: BridgeConfig): readonly string[] => {
  const { diem, relay, time, nonce } = checkpoint;
  return [
    `Checkpoint of ${dateOf(time)}: these vouched for both chains then`,
    `  Diem's validators of epoch ${diem.epoch}: 0x${toHex(diem.hash)}`,
    `  the relay chain's authorities, set ${relay.setId}: 0x${toHex(relay.hash)}`,
    ...(nonce === undefined
      ? []
      : [`  signed upon the request 0x${toHex(nonce)}: whoever drew it may then release the key`]),
    `The bridge may sign on it for times until ${dateOf(termEnd(config, checkpoint))}.`,
  ];
};
