/** What guardians say of both chains every few days, so that the keys of former validators lose their worth. */
import { concat, equal, utf8 } from "@pdiem/light-client/bytes";
import { type Codec, encode, fixedBytes, option, struct, u64 } from "@pdiem/light-client/codec/bcs";
import type { Heads } from "../heads.js";
import { authoritySetHash, epochStateHash } from "../set-hash.js";

/** Which sets vouched for both chains at a time. */
export interface Checkpoint {
  /** Diem's epoch and `epochStateHash`. */
  readonly diem: { readonly epoch: bigint; readonly hash: Uint8Array };
  /** GRANDPA's set and `authoritySetHash`. */
  readonly relay: { readonly setId: bigint; readonly hash: Uint8Array };
  /** At which neither set had been left yet, by the chains' own clocks, ms: the earlier of their proven times. */
  readonly time: bigint;
  /** 32 bytes drawn by whoever must know that this was signed since. */
  readonly nonce: Uint8Array | undefined;
}

export const checkpoint: Codec<Checkpoint> = struct<Checkpoint>({
  diem: struct<Checkpoint["diem"]>({ epoch: u64, hash: fixedBytes(32) }),
  relay: struct<Checkpoint["relay"]>({ setId: u64, hash: fixedBytes(32) }),
  time: u64,
  nonce: option(fixedBytes(32)),
});

const TAG = utf8("pdiem/checkpoint/v1");

/** The bytes that guardians sign. @param bridgeId 32 bytes */
export const checkpointMessage = (bridgeId: Uint8Array, value: Checkpoint): Uint8Array =>
  concat(TAG, bridgeId, encode(checkpoint, value));

export const isSameCheckpoint = (a: Checkpoint, b: Checkpoint): boolean =>
  equal(encode(checkpoint, a), encode(checkpoint, b));

/**
 * What light clients that have come this far can vouch for; undefined while Diem's know no validators yet.
 * @param time the earlier of the times proven of both chains, ms
 */
export const checkpointOf = ({ diem, relay }: Heads, time: bigint, nonce?: Uint8Array): Checkpoint | undefined => {
  if (diem.type !== "epochState") return undefined;
  const { epochState } = diem.value;
  return {
    diem: { epoch: epochState.epoch, hash: epochStateHash(epochState) },
    relay: { setId: relay.setId, hash: authoritySetHash(relay) },
    time,
    nonce,
  };
};
