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
});

export type BridgeDescription = z.output<typeof bridgeView>;

/** Proofs of both chains' newest state. */
export const proofsView = z.object({
  /** BCS of a `ProofBundle`, hex. */
  proofs: hex(16 * 1024 * 1024),
});

export type ProofsView = z.output<typeof proofsView>;
