/**
 * Proofs of a runtime's types against its RFC 78 digest, for the enclave, which encodes by nothing
 * else (PROTOCOL 3).
 */
import {
  type Decoded,
  decode,
  encode,
  fixedBytes,
  string,
  struct,
  u8,
  u16,
  u32,
  vector,
} from "@pdiem/light-client/codec/scale";
import { encodeEra, mortalEra } from "@pdiem/light-client/polkadot/extrinsics/era";
import { extrinsicMetadata } from "@pdiem/light-client/polkadot/metadata/extrinsic-metadata";
import type { MetadataProof } from "@pdiem/light-client/polkadot/metadata/metadata-proof";
import { type TypeLeaf, typeLeaf } from "@pdiem/light-client/polkadot/metadata/type-leaf";
import { merkleizeMetadata } from "@polkadot-api/merkleize-metadata";
import { RpcError } from "../error.js";
import { metadata15, runtimeTypes } from "./runtime-types.js";
import { type ProofSubjects, sampleExtrinsic } from "./sample-extrinsic.js";
import { walkOrder } from "./walk-order.js";

/**
 * What a runtime's digest holds beside its metadata. The symbol and decimals are those that it was
 * built with.
 */
export interface RuntimeProperties {
  readonly specVersion: number;
  readonly specName: string;
  readonly base58Prefix: number;
  readonly decimals: number;
  readonly tokenSymbol: string;
}

export interface MetadataProver {
  /** 32 bytes. Extrinsics are valid only if the runtime has the same built in. */
  readonly digest: Uint8Array;
  /**
   * Makes one proof that serves all extrinsics of these subjects.
   * @throws RpcError `rpc/metadata` if the runtime lacks one
   */
  readonly prove: (subjects: ProofSubjects) => MetadataProof;
}

/** How the library encodes a proof, in SCALE. */
const libraryProof = struct({
  leaves: vector(typeLeaf),
  indices: vector(u32),
  nodes: vector(fixedBytes(32)),
  extrinsic: extrinsicMetadata,
  specVersion: u32,
  specName: string,
  base58Prefix: u16,
  decimals: u8,
  tokenSymbol: string,
});

/** First bytes of the eras of a period, whatever block they are born at. */
const erasOf = (mortalPeriod: number): readonly number[] => [
  ...new Set(Array.from({ length: 16 }, (_, birth) => encodeEra(mortalEra(mortalPeriod, birth))[0] ?? 0)),
];

type LibraryProof = Decoded<typeof libraryProof>;

/** One proof of what several proofs of one tree show. */
const merged = (proofs: readonly LibraryProof[]): Pick<MetadataProof, "leaves" | "nodes"> => {
  const types = new Map<number, Uint8Array>();
  const hashes = new Map<number, Uint8Array>();
  for (const { indices, leaves, nodes } of proofs) {
    indices.forEach((index, at) => {
      types.set(index, encode(typeLeaf, leaves[at] as TypeLeaf));
    });
    walkOrder(indices).nodes.forEach((index, at) => {
      hashes.set(index, nodes[at] as Uint8Array);
    });
  }
  const order = walkOrder([...types.keys()]);
  return {
    leaves: order.leaves.map((index) => ({ index, type: types.get(index) as Uint8Array })),
    nodes: order.nodes.map((index) => hashes.get(index) as Uint8Array),
  };
};

/** The library's errors are about what a node sent, and of any kind. */
const guarded = <T>({ specName, specVersion }: RuntimeProperties, work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    throw new RpcError("rpc/metadata", `expected metadata of ${specName} ${specVersion}`, "never", { cause });
  }
};

/**
 * Prepares proofs for one runtime; hold on to it, as it hashes all types.
 * @param answer what the runtime's `Metadata_metadata_at_version` returned for version 15
 * @throws RpcError `rpc/metadata` for metadata of none, or of another runtime
 */
export const metadataProver = (answer: Uint8Array, properties: RuntimeProperties): MetadataProver => {
  const metadata = metadata15(answer);
  const types = runtimeTypes(metadata);
  const tree = guarded(properties, () => merkleizeMetadata(metadata, { ...properties }));
  return {
    digest: guarded(properties, tree.digest),
    prove: (subjects) => {
      const proofs = erasOf(subjects.mortalPeriod).map((era) => {
        const { extrinsic, implicit } = sampleExtrinsic(types, subjects, era);
        return decode(
          libraryProof,
          guarded(properties, () => tree.getProofForExtrinsic(extrinsic, implicit)),
        );
      });
      const [{ extrinsic }] = proofs as [LibraryProof];
      return { extrinsic: encode(extrinsicMetadata, extrinsic), ...properties, ...merged(proofs) };
    },
  };
};
