/** Extrinsics as @polkadot/api writes them from a runtime's metadata. */
import { toHex } from "@pdiem/light-client/bytes";
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ExtrinsicContent } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { Keyring } from "@polkadot/api";
import { expandMetadata, Metadata, TypeRegistry } from "@polkadot/types";
import type { Call as ApiCall, RuntimeVersion } from "@polkadot/types/interfaces";

const PALLETS: Partial<Record<Call["type"], string>> = { remark: "system", batchAll: "utility" };

/** The values of a call's fields, in the order of the runtime's arguments. */
const argumentsOf = (call: Call): readonly unknown[] => {
  const [, ...values] = Object.values(call);
  if (call.type === "remark") return [`0x${toHex(call.remark)}`];
  return values.map((value) => (value instanceof Uint8Array ? { Id: value } : value));
};

export interface ApiEncoder {
  /** Signed with an Ed25519 seed; over a metadata hash, if one is given. */
  readonly build: (content: ExtrinsicContent, seed: Uint8Array, metadataHash?: Uint8Array) => Uint8Array;
  readonly version: RuntimeVersion;
}

/**
 * @param metadata the runtime's, undecoded
 * @param options extensions that the library doesn't know and takes for empty, but are an option
 */
export const apiEncoder = (metadata: Uint8Array, options: readonly string[] = []): ApiEncoder => {
  const registry = new TypeRegistry();
  const decoded = new Metadata(registry, `0x${toHex(metadata)}`);
  const known = options.map((name) => [name, { extrinsic: { [name]: "Option<Null>" }, payload: {} }] as const);
  registry.setMetadata(decoded, undefined, Object.fromEntries(known));
  const { consts, tx } = expandMetadata(registry, decoded);
  const write = (call: Call): ApiCall => {
    const make = tx[PALLETS[call.type] ?? "assets"]?.[call.type];
    if (make === undefined) throw new Error(`the runtime has no ${call.type}`);
    return call.type === "batchAll" ? make(call.calls.map(write)) : make(...argumentsOf(call));
  };
  const build: ApiEncoder["build"] = (content, seed, metadataHash) => {
    const { birth, genesisHash, nonce, specVersion, transactionVersion } = content;
    return registry
      .createType("Extrinsic", write(content.call))
      .sign(new Keyring({ type: "ed25519" }).addFromSeed(seed), {
        blockHash: birth.hash,
        era: registry.createType("ExtrinsicEra", { current: birth.number, period: content.mortalPeriod }),
        genesisHash,
        nonce,
        runtimeVersion: registry.createType<RuntimeVersion>("RuntimeVersion", { specVersion, transactionVersion }),
        tip: 0,
        ...(metadataHash === undefined ? {} : { mode: 1, metadataHash: `0x${toHex(metadataHash)}` }),
      })
      .toU8a();
  };
  return { build, version: registry.createType<RuntimeVersion>("RuntimeVersion", consts.system?.version?.toU8a()) };
};
