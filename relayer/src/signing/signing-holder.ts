import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import type { HandleCommitments } from "@pdiem/enclave/wire/signing";
import { toHex } from "@pdiem/light-client/bytes";
import { EnclaveError } from "../error.js";
import { type CommitmentPool, createCommitmentPool, ENOUGH } from "./commitment-pool.js";
import { createHolderRecord, type HolderRecord } from "./holder-record.js";

/** A holder of a share, and what is kept of it from one signature to the next. */
export interface SigningHolder {
  /** From 1 on. */
  readonly slot: number;
  readonly enclave: EnclaveClient;
  readonly pool: CommitmentPool;
  readonly record: HolderRecord;
}

/** Handles that it has given out once are no good again, whatever it says. */
const expectAll = (count: number, given: readonly HandleCommitments[]): readonly HandleCommitments[] => {
  if (given.length === count && new Set(given.map(({ handle }) => toHex(handle))).size === count) return given;
  throw new EnclaveError("enclave/form", `expected commitments for ${count} signatures, each its own`, "backoff");
};

/**
 * @param enclaves one for each slot, in their order
 * @param ahead how many commitments are kept of each
 */
export const createHolders = (enclaves: readonly EnclaveClient[], ahead = ENOUGH): readonly SigningHolder[] =>
  enclaves.map((enclave, i) => ({
    slot: i + 1,
    enclave,
    pool: createCommitmentPool(async (count) => expectAll(count, (await enclave.commit({ count })).commitments), ahead),
    record: createHolderRecord(),
  }));
