/** Checkpoints in words, so that nobody has to sign what they can't read. */
import { termEnd } from "@pdiem/bridge/checkpoint/check-checkpoint";
import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Signers } from "@pdiem/bridge/config/guardians";
import { toHex } from "@pdiem/light-client/bytes";
import { dateOf } from "./describe-decision.js";

const describeSigners = ({ keys, threshold }: Signers, i: number): readonly string[] => [
  `${i === 0 ? "The next may be signed by" : "or by"} ${threshold} of these ${keys.length}:`,
  ...keys.map((key) => `  0x${toHex(key)}`),
];

/** Writes lines of plain ASCII that say all that a checkpoint vouches for. */
export const describeCheckpoint = (checkpoint: Checkpoint, config: BridgeConfig): readonly string[] => {
  const { diem, relay, time, nonces, specVersions, signers } = checkpoint;
  return [
    `Checkpoint of ${dateOf(time)}: these vouched for both chains then`,
    `  Diem's validators of epoch ${diem.epoch}: 0x${toHex(diem.hash)}`,
    `  the relay chain's authorities, set ${relay.setId}: 0x${toHex(relay.hash)}`,
    `Runtimes of the parachain, by spec version, whose storage and calls you have compared: ${specVersions.join(", ")}`,
    ...signers.flatMap(describeSigners),
    ...(nonces === undefined
      ? []
      : [`  signed upon the request 0x${toHex(nonces)}: whoever drew its nonces may then release the key`]),
    `The bridge may sign on it for times until ${dateOf(termEnd(config, checkpoint))}.`,
  ];
};
