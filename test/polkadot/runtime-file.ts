/** Real runtimes, which don't come with this repository. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { callRuntime } from "@pdiem/devnet/asset-hub/runtime";
import { withChanges } from "@pdiem/devnet/trie/trie";
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { encode, u32, u128 } from "@pdiem/light-client/codec/scale";
import type { ExtrinsicContent } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { storagePrefix, systemAccount, twox64Concat } from "@pdiem/light-client/polkadot/trie/storage-key";

/**
 * A runtime's WebAssembly, uncompressed, out of the folder that PDIEM_RUNTIMES names; undefined
 * where there is none.
 */
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

const blockHash = (number: number): Uint8Array =>
  concat(storagePrefix("System", "BlockHash"), twox64Concat(encode(u32, number)));

const FREE = encode(u128, 10n ** 15n);
/**
 * Nonce, consumers, providers, sufficients; free, reserved and frozen balance, and the flag of
 * today's layout.
 */
const FUNDED = concat(
  ...[0, 0, 1, 0].map((count) => encode(u32, count)),
  FREE,
  new Uint8Array(32),
  encode(u128, 1n << 127n),
);

/**
 * What the runtime says of an extrinsic that came in shortly after its birth block. It begins with
 * 0 if it is valid.
 * @param content nonce 0 @param signer has native balance
 */
export const validate = async (
  code: Uint8Array,
  { birth, genesisHash }: ExtrinsicContent,
  signer: Uint8Array,
  extrinsic: Uint8Array,
): Promise<Uint8Array> => {
  const state = withChanges(undefined, [
    [utf8(":code"), code],
    [storagePrefix("System", "Number"), encode(u32, birth.number + 5)],
    [blockHash(0), genesisHash],
    [blockHash(birth.number), birth.hash],
    [systemAccount(signer), FUNDED],
    [storagePrefix("Balances", "TotalIssuance"), FREE],
  ]);
  const EXTERNAL = Uint8Array.of(2);
  const { result } = await callRuntime(state, [
    ["TaggedTransactionQueue_validate_transaction", concat(EXTERNAL, extrinsic, new Uint8Array(32))],
  ]);
  return result;
};
