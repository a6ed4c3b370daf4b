/** The extrinsics that every block begins with, which its author makes and nobody signs. */
import { compare, concat } from "@pdiem/light-client/bytes";
import { bytes, compact, encode, fixedBytes, struct, u32, vector } from "@pdiem/light-client/codec/scale";

/** The relay block that a parachain block builds on, and what the runtime reads of its state. */
export interface RelayParent {
  readonly number: number;
  readonly stateRoot: Uint8Array;
  /** Makes a read proof of exactly the keys asked for. */
  readonly prove: (keys: readonly Uint8Array[]) => readonly Uint8Array[];
}

/** Extrinsic format 4 without a signature. */
const UNSIGNED_V4 = 4;
/** Pallet and call indices, which all Asset Hubs share. */
const TIMESTAMP_SET = [3, 0] as const;
const SET_VALIDATION_DATA = [1, 0] as const;
const MAX_POV_SIZE = 5 * 1024 * 1024;

const unsigned = (call: readonly [number, number], args: Uint8Array): Uint8Array =>
  encode(bytes, concat(Uint8Array.of(UNSIGNED_V4, ...call), args));

/**
 * Makes `timestamp.set`.
 * @param now milliseconds
 */
export const timestampInherent = (now: number): Uint8Array => unsigned(TIMESTAMP_SET, encode(compact, BigInt(now)));

const validationData = struct({
  parentHead: bytes,
  relayParentNumber: u32,
  relayParentStorageRoot: fixedBytes(32),
  maxPovSize: u32,
});

const NONE = Uint8Array.of(0);
/** Downward and horizontal messages. */
const WHOLE = concat(NONE, NONE);
/** Descendants and the collator's peer; then full and hashed messages, of either kind. */
const SPLIT = concat(NONE, NONE, NONE, NONE, NONE, NONE);

/**
 * Makes `parachainSystem.set_validation_data`, without messages.
 * @param parentHead the encoded header of the parent
 * @param keys those that the runtime reads of the relay chain's state
 * @param splitsMessages as of `HubRuntime`
 */
export const validationDataInherent = (
  parentHead: Uint8Array,
  relayParent: RelayParent,
  keys: readonly Uint8Array[],
  splitsMessages: boolean,
): Uint8Array => {
  const data = encode(validationData, {
    parentHead,
    relayParentNumber: relayParent.number,
    relayParentStorageRoot: relayParent.stateRoot,
    maxPovSize: MAX_POV_SIZE,
  });
  // The runtime keeps the proof as an ordered set: in another order it would be another extrinsic
  // once decoded.
  const proof = encode(vector(bytes), relayParent.prove(keys).toSorted(compare));
  return unsigned(SET_VALIDATION_DATA, concat(data, proof, splitsMessages ? SPLIT : WHOLE));
};
