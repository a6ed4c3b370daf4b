/**
 * Proofs of how the parachain's runtime encodes batches, made from what nodes say of its types
 * (PROTOCOL 3).
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { encode, u32 } from "@pdiem/light-client/codec/scale";
import { CALL_NAMES } from "@pdiem/light-client/polkadot/extrinsics/call-signature";
import { type ProvenRuntime, provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import type { GrandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import type { MetadataProof } from "@pdiem/light-client/polkadot/metadata/metadata-proof";
import { lastRuntimeUpgrade } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readRuntimeUpgrade } from "@pdiem/light-client/polkadot/trie/storage-value";
import { RpcError } from "../error.js";
import { metadataProver } from "./metadata-proof.js";
import { proveHead, proveStorage } from "./parachain/proven-state.js";
import { callRuntime, tokenProperties } from "./parachain/substrate-node.js";
import type { SubstrateCall, SubstrateRpc } from "./parachain/substrate-rpc.js";
import { metadata15, runtimeTypes } from "./runtime-types.js";
import type { ProofSubjects } from "./sample-extrinsic.js";

export interface MetadataKeeper {
  /**
   * Gives a proof of the types of every call that batches use, made once a spec version.
   * @param specVersion in force at the newest finalized block
   * @throws RpcError `rpc/metadata` where no node's metadata proves them; errors of `proveHead` and
   * `proveStorage`
   */
  readonly proofFor: (specVersion: number) => Promise<MetadataProof>;
}

export interface MetadataSources {
  readonly config: Pick<BridgeConfig, "parachain">;
  readonly parachain: SubstrateRpc;
  readonly relay: SubstrateRpc;
  /** Tells where this process's own light client is. */
  readonly relayState: () => GrandpaState;
}

const METADATA = "Metadata_metadata_at_version";
const METADATA_VERSION = 15;
/** More than any request needs: a change of runtimes passes from one to another. */
const MAX_KEPT = 4;

const subjectsOf = ({ assetsPallet, mortalPeriod }: BridgeConfig["parachain"]): ProofSubjects => ({
  assetsPallet,
  mortalPeriod,
  calls: CALL_NAMES.filter((name) => name !== "batchAll"),
});

/**
 * Makes a proof of what one node says. What is wrong with it shows here, where another node can be
 * asked.
 */
const proofBy = async (
  call: SubstrateCall,
  { parachain }: MetadataSources["config"],
  runtime: ProvenRuntime,
  block: Uint8Array,
): Promise<MetadataProof> => {
  const answer = await callRuntime(call, METADATA, encode(u32, METADATA_VERSION), block);
  const { base58Prefix } = runtimeTypes(metadata15(answer));
  const { tokenDecimals: decimals, tokenSymbol } = await tokenProperties(call);
  const { specName, specVersion } = runtime;
  const prover = metadataProver(answer, { specName, specVersion, base58Prefix, decimals, tokenSymbol });
  const proof = prover.prove(subjectsOf(parachain));
  provenFormat(proof, runtime, parachain.assetsPallet);
  return proof;
};

/** Proves which runtime is in force, and asks for its metadata at the same block. */
const proofOf = async (
  { config, parachain, relay, relayState }: MetadataSources,
  specVersion: number,
): Promise<MetadataProof> => {
  const { para } = await proveHead(relay, relayState(), config.parachain.paraId);
  const value = (await proveStorage(parachain, para, [lastRuntimeUpgrade])).lookup(lastRuntimeUpgrade);
  const runtime = value === undefined ? undefined : readRuntimeUpgrade(value);
  if (runtime?.specVersion !== specVersion)
    throw new RpcError(
      "rpc/metadata",
      `expected spec version ${specVersion} to be in force, it is ${runtime?.specVersion ?? "none"}`,
      "backoff",
    );
  return parachain.run((call) => proofBy(call, config, runtime, para.hash));
};

/**
 * Makes proofs as they are asked for. A node whose metadata is missing or proves nothing is passed
 * over.
 */
export const keepMetadata = (sources: MetadataSources): MetadataKeeper => {
  const proofs = new Map<number, Promise<MetadataProof>>();
  return {
    proofFor: (specVersion) => {
      const known = proofs.get(specVersion);
      if (known !== undefined) return known;
      const proof = proofOf(sources, specVersion);
      proofs.set(specVersion, proof);
      proof.catch(() => proofs.delete(specVersion));
      const [oldest] = proofs.keys();
      if (proofs.size > MAX_KEPT && oldest !== undefined) proofs.delete(oldest);
      return proof;
    },
  };
};
