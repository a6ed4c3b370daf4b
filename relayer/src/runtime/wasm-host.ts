/** What a runtime may ask of its host while it answers a question. Names are Substrate's. */
import { concat, toHex } from "@pdiem/light-client/bytes";
import { bytes, compactU32, encode, option, u32 } from "@pdiem/light-client/codec/scale";
import { blake2b128, blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { twox64, twox128 } from "@pdiem/light-client/crypto/twox";
import type { WasmHeap } from "./wasm-heap.js";

/** Values by the hex of their keys. A runtime sees what it wrote; nothing of it is kept. */
export type HostStorage = Map<string, Uint8Array>;

type HostFunction = (...values: never[]) => unknown;

const maybe = option(bytes);

/** Adds to a list that stands there encoded: its count grows by one. */
const appended = (list: Uint8Array | undefined, item: Uint8Array): Uint8Array => {
  if (list === undefined || list.length === 0) return concat(encode(compactU32, 1), item);
  const mode = (list[0] ?? 0) & 3;
  const length = mode === 0 ? 1 : mode === 1 ? 2 : 4;
  let count = 0;
  for (let at = length - 1; at >= 0; at--) count = count * 256 + (list[at] ?? 0);
  return concat(encode(compactU32, Math.floor(count / 4) + 1), list.subarray(length), item);
};

const storageFunctions = ({ load, store, write }: WasmHeap, storage: HostStorage): Record<string, HostFunction> => {
  const get = (key: bigint): Uint8Array | undefined => storage.get(toHex(load(key)));
  return {
    ext_storage_get_version_1: (key: bigint) => store(encode(maybe, get(key))),
    ext_storage_exists_version_1: (key: bigint) => (get(key) === undefined ? 0 : 1),
    ext_storage_read_version_1: (key: bigint, out: bigint, offset: number) => {
      const value = get(key)?.subarray(offset >>> 0);
      if (value === undefined) return store(encode(option(u32), undefined));
      const room = Number(BigInt.asUintN(64, out) >> 32n);
      write(Number(out & 0xffff_ffffn), value.subarray(0, room));
      return store(encode(option(u32), value.length));
    },
    ext_storage_set_version_1: (key: bigint, value: bigint) => {
      storage.set(toHex(load(key)), load(value));
    },
    ext_storage_clear_version_1: (key: bigint) => {
      storage.delete(toHex(load(key)));
    },
    ext_storage_append_version_1: (key: bigint, item: bigint) => {
      storage.set(toHex(load(key)), appended(get(key), load(item)));
    },
    ext_storage_start_transaction_version_1: () => undefined,
    ext_storage_commit_transaction_version_1: () => undefined,
    ext_storage_rollback_transaction_version_1: () => undefined,
    // No proof is recorded.
    ext_storage_proof_size_storage_proof_size_version_1: () => 0xffff_ffff_ffff_ffffn,
  };
};

const hashFunctions = ({ load, allocate, read, write }: WasmHeap): Record<string, HostFunction> => {
  const hashed =
    (hash: (data: Uint8Array) => Uint8Array): HostFunction =>
    (data: bigint) => {
      const digest = hash(load(data));
      const address = allocate(digest.length);
      write(address, digest);
      return address;
    };
  return {
    ext_hashing_blake2_128_version_1: hashed(blake2b128),
    ext_hashing_blake2_256_version_1: hashed((data) => blake2b256(data)),
    ext_hashing_twox_64_version_1: hashed(twox64),
    ext_hashing_twox_128_version_1: hashed(twox128),
    ext_crypto_ed25519_verify_version_1: (signature: number, message: bigint, key: number) =>
      verifyStrict(read(key, 32), load(message), read(signature, 64)) ? 1 : 0,
  };
};

/** Gives the functions that asking takes; whatever else a runtime calls ends it. */
export const hostFunctions = (heap: WasmHeap, storage: HostStorage): Readonly<Record<string, HostFunction>> => ({
  ...storageFunctions(heap, storage),
  ...hashFunctions(heap),
  ext_allocator_malloc_version_1: (length: number) => heap.allocate(length),
  ext_allocator_free_version_1: (address: number) => heap.free(address),
  ext_logging_log_version_1: () => undefined,
  ext_logging_max_level_version_1: () => 0,
  ext_misc_print_utf8_version_1: () => undefined,
  ext_misc_print_hex_version_1: () => undefined,
  ext_misc_print_num_version_1: () => undefined,
});
