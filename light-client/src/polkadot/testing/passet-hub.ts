/**
 * A real runtime that has its metadata digest built in: `passet-hub` 1019002, with a proof of all
 * calls and eras.
 */
import { readFileSync } from "node:fs";
import { fromHex } from "../../bytes.js";
import { decode } from "../../codec/bcs.js";
import { type MetadataProof, metadataProof } from "../metadata/metadata-proof.js";

interface Vector {
  readonly specName: string;
  readonly specVersion: number;
  readonly transactionVersion: number;
  readonly digest: string;
  readonly proof: string;
  readonly extrinsics: readonly string[];
}

const vector: Vector = JSON.parse(
  readFileSync(new URL("../../../vectors/metadata/passet-hub-1019002.json", import.meta.url), "utf8"),
);

export const PASSET_HUB = { specName: vector.specName, specVersion: vector.specVersion } as const;
export const PASSET_HUB_TRANSACTION_VERSION = vector.transactionVersion;
/** Digest that its runtime has built in, 32 bytes. */
export const PASSET_HUB_DIGEST = fromHex(vector.digest);
/** Proves every call of `Call` in pallet `Assets`, and the eras of period 64. */
export const PASSET_HUB_PROOF: MetadataProof = decode(metadataProof, fromHex(vector.proof));
/**
 * The samples of `extrinsicSamples`, as @polkadot/api writes them from the runtime's metadata,
 * signed by `SAMPLE_SEED`.
 */
export const PASSET_HUB_EXTRINSICS: readonly Uint8Array[] = vector.extrinsics.map((extrinsic) => fromHex(extrinsic));
