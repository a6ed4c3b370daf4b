/** Why an extrinsic failed, for people to read: nodes' words, which decide nothing. */
import { concat } from "@pdiem/light-client/bytes";
import { encode, u32 } from "@pdiem/light-client/codec/scale";
import { storagePrefix } from "@pdiem/light-client/polkadot/trie/storage-key";
import { errorName } from "../runtime-types.js";

/** Storage key of the events of a block. */
export const systemEvents: Uint8Array = storagePrefix("System", "Events");

const APPLY_EXTRINSIC = Uint8Array.of(0);
/** Pallet System and its event, as all runtimes number them. */
const EXTRINSIC_FAILED = Uint8Array.of(0, 1);
const MODULE_ERROR = 3;

/** By index of `DispatchError`. */
const OTHERS = [
  "Other",
  "CannotLookup",
  "BadOrigin",
  "Module",
  "ConsumerRemaining",
  "NoProviders",
  "TooManyConsumers",
  "Token",
  "Arithmetic",
  "Transactional",
  "Exhausted",
  "Corruption",
  "Unavailable",
] as const;

/**
 * Tells why an extrinsic failed, such as `Assets.NoAccount`; undefined if it succeeded.
 * @param events the block's `System.Events`
 * @param index the extrinsic's place in the block
 * @param metadata of the runtime that executed it
 * @throws RpcError `rpc/metadata` for what isn't metadata
 */
export const dispatchFailure = (events: Uint8Array, index: number, metadata: Uint8Array): string | undefined => {
  const record = Buffer.from(concat(APPLY_EXTRINSIC, encode(u32, index), EXTRINSIC_FAILED));
  const at = Buffer.from(events.buffer, events.byteOffset, events.byteLength).indexOf(record);
  if (at < 0) return undefined;
  const [kind = 0, pallet = 0, error = 0] = events.subarray(at + record.length);
  if (kind !== MODULE_ERROR) return OTHERS[kind] ?? `error ${kind}`;
  return errorName(metadata, pallet, error);
};
