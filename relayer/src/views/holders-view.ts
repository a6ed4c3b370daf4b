/** Holders of the key, as an operator sees them. */
import { z } from "zod";

/** What an enclave said last: how far its light clients are, and whether it answers now. */
export const enclaveStatus = z.object({
  tee: z.string(),
  role: z.string(),
  answers: z.boolean(),
  diemVersion: z.string().optional(),
  relayBlock: z.int().optional(),
});

export type EnclaveStatusView = z.output<typeof enclaveStatus>;

const holderStatus = z.object({
  /** From 1 on. */
  slot: z.int(),
  /** By the bridge's configuration. */
  class: z.string(),
  /** Absent until it has answered. */
  enclave: enclaveStatus.optional(),
  /** Why it can't sign now; absent where it can. */
  fault: z.object({ code: z.string(), text: z.string() }).optional(),
  /** When it last gave a good share, ms since 1970. */
  lastShareAt: z.int().optional(),
  /** How often it was left out of a signature, by code, since the relayer's start. */
  failures: z.record(z.string(), z.int()),
  lastFailure: z.object({ code: z.string(), text: z.string(), at: z.int() }).optional(),
});

export type HolderStatusView = z.output<typeof holderStatus>;

export const holdersStatus = z.object({
  /** How many of them sign together. */
  threshold: z.int(),
  /** How many more may fail before nothing is signed; negative: so many are missing. */
  spare: z.int(),
  slots: z.array(holderStatus),
});

export type HoldersStatusView = z.output<typeof holdersStatus>;
