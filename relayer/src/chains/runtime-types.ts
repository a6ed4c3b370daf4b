/** A runtime's own description of its types, as a node gives it: nothing of it is to be trusted. */
import { fromHex } from "@pdiem/light-client/bytes";
import { bytes, decode, option, u16 } from "@pdiem/light-client/codec/scale";
import { decAnyMetadata, unifyMetadata, type V14Lookup } from "@polkadot-api/substrate-bindings";
import { RpcError } from "../error.js";

export type RuntimeType = V14Lookup[number];

/** Types are named by their numbers in `lookup`. */
export interface RuntimeTypes {
  readonly lookup: ReadonlyMap<number, RuntimeType>;
  readonly pallets: readonly { readonly name: string; readonly index: number; readonly calls: number | undefined }[];
  readonly address: number;
  readonly signature: number;
  /** Prefix of SS58 addresses. */
  readonly base58Prefix: number;
  /** In the order in which extrinsics hold them. */
  readonly extensions: readonly { readonly identifier: string; readonly extra: number; readonly implicit: number }[];
}

/**
 * Takes metadata of version 15 out of what `Metadata_metadata_at_version` returned for it.
 * @throws RpcError `rpc/metadata` if the runtime has none
 */
export const metadata15 = (answer: Uint8Array): Uint8Array => {
  const metadata = decode(option(bytes), answer);
  if (metadata === undefined)
    throw new RpcError("rpc/metadata", "expected a runtime with metadata of version 15, it has none");
  return metadata.slice();
};

/** @throws RpcError `rpc/metadata` for what isn't metadata of version 15 */
export const runtimeTypes = (metadata: Uint8Array): RuntimeTypes => {
  const { lookup, pallets, extrinsic } = decodeMetadata(metadata);
  if (!("address" in extrinsic))
    throw new RpcError("rpc/metadata", "expected metadata of version 15, got an older one");
  return {
    lookup: new Map(lookup.map((type) => [type.id, type])),
    pallets: pallets.map(({ name, index, calls }) => ({ name, index, calls: calls?.type })),
    address: extrinsic.address,
    signature: extrinsic.signature,
    base58Prefix: prefixIn(pallets),
    extensions: (extrinsic.extensionsByVersion[0] ?? []).map(({ identifier, type, additionalSigned }) => ({
      identifier,
      extra: type,
      implicit: additionalSigned,
    })),
  };
};

/**
 * Names a pallet's error, such as `Assets.NoAccount`. Unlike the rest, it takes metadata of any
 * version.
 * @throws RpcError `rpc/metadata` for what isn't metadata
 */
export const errorName = (metadata: Uint8Array, pallet: number, error: number): string => {
  const { lookup, pallets } = decodeMetadata(metadata);
  const found = pallets.find(({ index }) => index === pallet);
  const def = lookup.find(({ id }) => id === found?.errors?.type)?.def;
  const variant = def?.tag === "variant" ? def.value.find(({ index }) => index === error) : undefined;
  return `${found?.name ?? `pallet ${pallet}`}.${variant?.name ?? `error ${error}`}`;
};

/** Reads the constant that the digest commits to. */
const prefixIn = (pallets: ReturnType<typeof unifyMetadata>["pallets"]): number => {
  const constants = pallets.find(({ name }) => name === "System")?.constants ?? [];
  const prefix = constants.find(({ name }) => name === "SS58Prefix")?.value;
  if (prefix === undefined) throw new RpcError("rpc/metadata", "expected metadata with the constant System.SS58Prefix");
  return decode(u16, fromHex(prefix));
};

const decodeMetadata = (metadata: Uint8Array): ReturnType<typeof unifyMetadata> => {
  try {
    return unifyMetadata(decAnyMetadata(metadata));
  } catch (cause) {
    throw new RpcError("rpc/metadata", "expected a runtime's metadata, it can't be decoded", "never", { cause });
  }
};
