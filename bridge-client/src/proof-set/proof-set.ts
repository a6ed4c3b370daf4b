/** A file with everything that was checked of a bridge: others can check the same, offline. */
import { MAX_SLOTS } from "@pdiem/bridge/config/holders";
import { PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { hexText, transferEvidence } from "./transfer-evidence.js";

const MOST_BUNDLES = 4096;

const shownEvidence = z.strictObject({
  /** Drawn by whoever asked. */
  challenge: hexText(32),
  /** BCS of the enclave's answer to `activate`. */
  answer: hexText(1024 * 1024),
  /** What vendors sign of their machines. */
  collateral: z.record(z.string().max(100), z.string().max(4 * 1024 * 1024)).optional(),
});
export type ShownEvidence = z.output<typeof shownEvidence>;

export const proofSet = z.strictObject({
  format: z.literal("pdiem-proof-set-1"),
  bridgeId: hexText(32),
  /** BCS of the configuration: its hash is the bridge's id. */
  config: hexText(8 * 1024 * 1024),
  issuer: hexText(32),
  /** BCS of the light clients' state to begin at; without it, at the roots of trust. */
  begin: hexText(16 * 1024 * 1024).optional(),
  /** BCS of proof bundles, in the order in which they lead to the facts; the last one has these. */
  bundles: z
    .array(hexText(32 * 1024 * 1024))
    .min(1)
    .max(MOST_BUNDLES),
  /** BCS of the ledger in force and of its governance state. */
  ledger: hexText(1024 * 1024),
  governance: hexText(1024 * 1024),
  enclave: shownEvidence.optional(),
  /** Instead, where several hold the key together. */
  holders: z.array(shownEvidence).max(MAX_SLOTS).optional(),
  transfer: transferEvidence.optional(),
});

export type ProofSet = z.output<typeof proofSet>;

/** Reads a file's JSON value. @throws PdiemError `proof-set/form` */
export const readProofSet = (value: unknown): ProofSet => {
  const parsed = proofSet.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PdiemError(
    "proof-set/form",
    `expected a proof set as the portal gives it: ${issue?.path.join(".")}: ${issue?.message}`,
    "never",
  );
};
