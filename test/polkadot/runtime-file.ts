/** Real runtimes, which don't come with this repository. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { callRuntime } from "@pdiem/devnet/asset-hub/runtime";
import { withChanges } from "@pdiem/devnet/trie/trie";
import { utf8 } from "@pdiem/light-client/bytes";
import { encode, u32 } from "@pdiem/light-client/codec/scale";

/** A runtime's WebAssembly, uncompressed, out of the folder that PDIEM_RUNTIMES names; undefined where there is none. */
export const runtimeFile = (name: string): Uint8Array | undefined => {
  const folder = process.env.PDIEM_RUNTIMES;
  const file = folder === undefined || folder === "" ? undefined : join(folder, `${name}.wasm`);
  return file !== undefined && existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
};

/** What the runtime's `Metadata_metadata_at_version` returns for version 15. */
export const metadataAnswer = async (code: Uint8Array): Promise<Uint8Array> => {
  const state = withChanges(undefined, [[utf8(":code"), code]]);
  const { result } = await callRuntime(state, [["Metadata_metadata_at_version", encode(u32, 15)]]);
  return result;
};
