/**
 * One repair of a lost share by the command line. It is what its operator does, and the checkpoint
 * that guardians sign for it.
 */
import { join } from "node:path";
import type { StandbyEnclave } from "@pdiem/devnet/local-bridge/processes";
import { pdiem, pdiemDone, type Ran } from "./pdiem.js";
import { type BridgeFiles, vouchFor } from "./vouch.js";

export interface Repair {
  /** File that `repair propose` writes. */
  readonly file: string;
  readonly propose: () => Promise<string>;
  readonly show: () => Promise<string>;
  /** Prints one of each helper, a line each. */
  readonly nonce: () => Promise<Ran>;
  /** A checkpoint with the nonces, signed by two of the guardians. @returns its file */
  readonly vouch: (nonces: string) => Promise<string>;
  readonly run: (checkpoint: string) => Promise<Ran>;
}

/** @param slot whose share was lost; @param to the enclave that is to get it */
export const repairOf = (bridge: BridgeFiles, slot: number, to: StandbyEnclave): Repair => {
  const path = (what: string): string => join(bridge.folder, `slot-${slot}-${what}.json`);
  const file = path("repair");
  const config = ["--config", bridge.relayerFile];
  const propose = ["propose", "--slot", String(slot), "--to", to.url, "--out", file];
  return {
    file,
    propose: () => pdiemDone("repair", ...propose, ...config),
    show: () => pdiemDone("repair", "show", file, ...config),
    nonce: () => pdiem("repair", "nonce", file, ...config),
    vouch: (nonces) => vouchFor(bridge, nonces.split("\n"), path("checkpoint")),
    run: (checkpoint) => pdiem("repair", "run", file, "--to", to.url, "--checkpoint", checkpoint, ...config),
  };
};
