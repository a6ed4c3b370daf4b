/** Enclaves of a ceremony whose disk is the host's memory, so that they start and stop at once. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { createEnclave } from "@pdiem/enclave/enclave";
import { SealedStoreError } from "@pdiem/enclave/error";
import { decodeSealed, encodeSealed } from "@pdiem/enclave/sealing/sealed-content";
import type { SealedStore } from "@pdiem/enclave/sealing/sealed-store";
import type { Handle } from "@pdiem/enclave/server/answering";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";

/** What a machine has sealed; put in clear here, as nothing in these tests is kept from anyone. */
interface Disk {
  content: Uint8Array | undefined;
}

const storeOf = (disk: Disk): SealedStore => ({
  isLasting: true,
  load: async () => (disk.content === undefined ? undefined : decodeSealed(disk.content)),
  create: async (_, content) => {
    if (disk.content !== undefined) throw new SealedStoreError("sealed/exists", "expected an empty disk");
    disk.content = encodeSealed(content);
  },
  update: async (_, content) => {
    disk.content = encodeSealed(content);
  },
});

/** A process of an honest slot. */
export interface ParticipantProcess {
  readonly slot: number;
  readonly ask: Handle;
  readonly disk: Disk;
}

/** Starts one, on a machine of its own unless a disk is given. */
export const startProcess = (
  { holders }: BridgeConfig,
  slot: number,
  disk: Disk = { content: undefined },
): ParticipantProcess => {
  const tee = simulatedTee("/nowhere", holders?.slots[slot - 1] ?? "");
  return { slot, disk, ask: createEnclave({ tee, store: storeOf(disk), log: () => undefined }).handle };
};

/** Reads the share that its disk has; undefined where nothing is sealed. */
export const sealedShare = ({ disk }: ParticipantProcess): Uint8Array | undefined => {
  const opened = disk.content === undefined ? undefined : decodeSealed(disk.content);
  return opened?.role === "holder" ? opened.seed : undefined;
};
