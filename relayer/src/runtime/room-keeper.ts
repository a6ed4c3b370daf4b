/** How much batches may hold, by what nodes say of the runtime in force. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { bytes, decode, encode, u32 } from "@pdiem/light-client/codec/scale";
import { isPdiemError } from "@pdiem/light-client/error";
import type { ExtrinsicFormat } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import type { MetadataKeeper } from "../chains/metadata-keeper.js";
import { callRuntime, finalizedHead, runtimeVersion } from "../chains/parachain/substrate-node.js";
import type { SubstrateCall, SubstrateRpc } from "../chains/parachain/substrate-rpc.js";
import { metadata15 } from "../chains/runtime-types.js";
import { RpcError } from "../error.js";
import { type BatchRoom, batchRoom } from "./batch-room.js";
import { blockLimits } from "./block-limits.js";
import { type RuntimeMetadata, readMetadata } from "./runtime-metadata.js";

export interface RoomKeeper {
  /**
   * Tells what a batch may hold on a runtime, as a node says. It is asked once a spec version, and
   * again after a while where no node tells. Undefined then: the configuration's bounds alone hold.
   */
  readonly roomOn: (specVersion: number) => Promise<BatchRoom | undefined>;
}

export interface RoomSources {
  readonly config: Pick<BridgeConfig, "parachain">;
  readonly parachain: Pick<SubstrateRpc, "run">;
  readonly metadata: MetadataKeeper;
}

const AGAIN_MS = 600_000;
/** The least that a configuration allows. Refusals alone make batches smaller. */
const LEAST_CALLS = 64;

/** Takes nobody's word that a block has room for less than that. */
export const atLeast = ({ fits, mints, ...room }: BatchRoom): BatchRoom => ({
  ...room,
  mints: Math.max(LEAST_CALLS, mints),
  fits: (calls) => calls.length <= LEAST_CALLS || fits(calls),
});
const NONE = new Uint8Array(0);

const metadataOf = async (call: SubstrateCall, at: Uint8Array): Promise<RuntimeMetadata> => {
  try {
    return readMetadata(metadata15(await callRuntime(call, "Metadata_metadata_at_version", encode(u32, 15), at)));
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return readMetadata(decode(bytes, await callRuntime(call, "Metadata_metadata", NONE, at)).slice());
  }
};

const formatOf = async (
  { config: { parachain }, metadata }: RoomSources,
  specVersion: number,
): Promise<ExtrinsicFormat> => {
  const { profile, assetsPallet } = parachain;
  if (profile?.specVersion === specVersion) return pinnedFormat(profile);
  const proof = await metadata.proofFor(specVersion);
  return provenFormat(proof, proof, assetsPallet);
};

const askRoom = async (sources: RoomSources, specVersion: number): Promise<BatchRoom> => {
  const format = await formatOf(sources, specVersion);
  return sources.parachain.run(async (call) => {
    const at = await finalizedHead(call);
    const running = await runtimeVersion(call, at);
    if (running.specVersion !== specVersion)
      throw new RpcError(
        "rpc/metadata",
        `expected spec version ${specVersion} to be in force, the node runs ${running.specVersion}`,
        "backoff",
      );
    return batchRoom(
      (name, input) => callRuntime(call, name, input, at),
      format,
      blockLimits(await metadataOf(call, at)),
    );
  });
};

/** Keeps what was told of the runtime that was asked for last. */
export const keepRoom = (sources: RoomSources): RoomKeeper => {
  let known: { readonly specVersion: number; readonly room: BatchRoom | undefined; readonly until: number } | undefined;
  return {
    roomOn: async (specVersion) => {
      const now = performance.now();
      if (known?.specVersion === specVersion && now < known.until) return known.room;
      try {
        known = { specVersion, room: atLeast(await askRoom(sources, specVersion)), until: Number.POSITIVE_INFINITY };
      } catch (error) {
        if (!isPdiemError(error)) throw error;
        known = { specVersion, room: undefined, until: now + AGAIN_MS };
      }
      return known.room;
    },
  };
};
