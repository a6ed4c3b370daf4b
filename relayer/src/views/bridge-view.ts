import { transferEvidence } from "@pdiem/bridge-client/proof-set/transfer-evidence";
import { z } from "zod";

const hex = (maxBytes: number) =>
  z
    .string()
    .max(2 * maxBytes)
    .regex(/^(?:[0-9a-f]{2})*$/, "expected hex");

/**
 * What a bridge is: its configuration, whose hash is its name. Whoever checks the hash needs to
 * believe nobody.
 */
export const bridgeView = z.object({
  /** 32 bytes, hex. */
  bridgeId: hex(32),
  /** BCS of the configuration, hex. */
  config: hex(8 * 1024 * 1024),
  /** The enclave's key, as the relayer knows it, 32 bytes, hex. */
  issuer: hex(32),
  /** Where transactions are looked up: `{version}`, `{hash}` and `{block}` are filled in. */
  explorers: z.object({ diem: z.string().optional(), parachain: z.string().optional() }),
  /** Other relayers of the bridge, whose word is compared with this one's. */
  relayers: z.array(z.string().max(2048)).max(16),
});

export type BridgeDescription = z.output<typeof bridgeView>;

/** Proofs of both chains' newest state, or a part of the way to it. */
export const proofsView = z.object({
  /** BCS of a `ProofBundle`, hex. */
  proofs: hex(16 * 1024 * 1024),
  /** Whether it leads to the newest state: else the rest is asked for from where it leads. */
  isWhole: z.boolean(),
  /** What shows how the named transfer ended. */
  transfer: transferEvidence.optional(),
});

export type ProofsView = z.output<typeof proofsView>;
