/**
 * One hand-over of the key, or of a share, by the command line. It is what its operator does, and
 * the checkpoint that guardians sign for it.
 */
import { join } from "node:path";
import type { StandbyEnclave } from "@pdiem/devnet/local-bridge/processes";
import { pdiem, pdiemDone, type Ran } from "./pdiem.js";
import { type BridgeFiles, vouchFor } from "./vouch.js";

export interface HandOver {
  /** File that `handover propose` writes. */
  readonly file: string;
  readonly propose: () => Promise<string>;
  readonly nonce: () => Promise<Ran>;
  /** A checkpoint with the nonce, signed by two of the guardians. @returns its file */
  readonly vouch: (nonce: string) => Promise<string>;
  readonly release: (checkpoint: string) => Promise<Ran>;
  readonly receipt: () => Promise<string>;
}

/**
 * @param name of its files
 * @param to the enclave that is to get the key
 * @param from URL of the one that gives it; left out, the configuration's
 */
export const handOver = (bridge: BridgeFiles, name: string, to: StandbyEnclave, from?: string): HandOver => {
  const path = (what: string): string => join(bridge.folder, `${name}-${what}.json`);
  const file = path("handover");
  const config = ["--config", bridge.relayerFile, ...(from === undefined ? [] : ["--from", from])];
  const ends = ["--to", to.url, ...config];
  return {
    file,
    propose: () => pdiemDone("handover", "propose", "--out", file, ...ends),
    nonce: () => pdiem("handover", "nonce", file, ...config),
    vouch: (nonce) => vouchFor(bridge, [nonce], path("checkpoint")),
    release: (signed) => pdiem("handover", "release", file, "--checkpoint", signed, ...ends),
    receipt: () => pdiemDone("handover", "receipt", file, ...ends),
  };
};
