/**
 * One hand-over of the key by the command line. It is what its operator does, and the checkpoint
 * that guardians sign for it.
 */
import { join } from "node:path";
import type { StandbyEnclave } from "@pdiem/devnet/local-bridge/processes";
import { pdiem, pdiemDone, type Ran, writeGuardianKeys } from "./pdiem.js";

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

/** @param name of its files; @param to the enclave that is to get the key */
export const handOver = (
  { folder, relayerFile }: { readonly folder: string; readonly relayerFile: string },
  name: string,
  to: StandbyEnclave,
): HandOver => {
  const path = (what: string): string => join(folder, `${name}-${what}.json`);
  const [file, checkpoint] = [path("handover"), path("checkpoint")];
  const config = ["--config", relayerFile];
  const ends = ["--to", to.url, ...config];
  const [first = "", second = ""] = writeGuardianKeys(folder);
  return {
    file,
    propose: () => pdiemDone("handover", "propose", "--out", file, ...ends),
    nonce: () => pdiem("handover", "nonce", file, ...config),
    vouch: async (nonce) => {
      const propose = ["propose", "--nonce", nonce, "--key", first, "--out", checkpoint, "--offline"];
      await pdiemDone("guardian", "checkpoint", ...propose, ...config);
      await pdiemDone("guardian", "checkpoint", "sign", checkpoint, "--key", second, "--offline", ...config);
      return checkpoint;
    },
    release: (signed) => pdiem("handover", "release", file, "--checkpoint", signed, ...ends),
    receipt: () => pdiemDone("handover", "receipt", file, ...ends),
  };
};
