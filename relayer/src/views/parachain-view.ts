import { z } from "zod";

const decimal = z.string().regex(/^[0-9]{1,39}$/);

/** What a wallet needs to write an extrinsic: unproven, as one node says. Hex without prefix. */
export const parachainView = z.object({
  genesisHash: z.string().regex(/^[0-9a-f]{64}$/),
  specVersion: z.int().min(0),
  transactionVersion: z.int().min(0),
  ss58Prefix: z.int().min(0).max(16_383),
  token: z.object({ symbol: z.string().max(64), decimals: z.int().min(0).max(255) }),
  /** What an account must hold of the native token to exist. */
  existentialDeposit: decimal,
});

export type ParachainView = z.output<typeof parachainView>;

/** A runtime's description of its types, version 15, hex. */
export const metadataView = z.object({ metadata: z.string().regex(/^(?:[0-9a-f]{2})*$/) });

export type MetadataView = z.output<typeof metadataView>;

/** The hash that the chain names an extrinsic by, hex. */
export const submittedView = z.object({ hash: z.string() });

/** An account at a node's newest finalized block: unproven. Amounts in smallest units. */
export const parachainAccountView = z.object({
  /** Where it was read: what an extrinsic's era begins at. */
  block: z.object({ number: z.int().min(0), hash: z.string() }),
  /** The next extrinsic's, those in the node's pool counted. */
  nonce: z.int().min(0),
  free: decimal,
  /** One for each bridged currency. */
  assets: z.array(z.object({ code: z.string(), assetId: z.int(), balance: decimal, isSufficient: z.boolean() })),
});

export type ParachainAccountView = z.output<typeof parachainAccountView>;
