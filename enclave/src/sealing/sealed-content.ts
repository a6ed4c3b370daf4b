/** What a sealed file holds: one end of hand-overs, and a key or the wait for one. */

import { copyShare, type Share, share } from "@pdiem/bridge/holders/share";
import { bytes, type Decoded, decode, encode, enumeration, fixedBytes, struct } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import { endSecrets } from "../handover/handover-end.js";
import { kept } from "../state/kept.js";

const rest = struct({ end: endSecrets, kept });

/** All that is sealed beside the key. */
export type SealedRest = Decoded<typeof rest>;

/** In every version the key comes first, so that it can be read whatever has become of the rest. */
const content = enumeration("SealedContent", {
  holder: [0, struct({ seed: fixedBytes(32), rest: bytes() })],
  receiver: [1, struct({ custodyKey: fixedBytes(32), rest: bytes() })],
  share: [2, struct({ seed: fixedBytes(32), share, rest: bytes() })],
  shareReceiver: [3, struct({ custodyKey: fixedBytes(32), share, rest: bytes() })],
});

interface SealedHolder<Rest> {
  readonly role: "holder";
  /** Seed of the custody key, or the secret share, 32 bytes. */
  readonly seed: Uint8Array;
  /** Undefined where the key is held whole. */
  readonly share?: Share | undefined;
  readonly rest: Rest;
}

interface SealedReceiver<Rest> {
  readonly role: "receiver";
  /** Public half of the key that is waited for, 32 bytes. */
  readonly custodyKey: Uint8Array;
  /** Undefined where the whole key is waited for. */
  readonly share?: Share | undefined;
  readonly rest: Rest;
}

/** What is sealed. */
export type Sealed = SealedHolder<SealedRest> | SealedReceiver<SealedRest>;

/** What is read back; `rest` is undefined where this program can't read it. */
export type Opened = SealedHolder<SealedRest | undefined> | SealedReceiver<SealedRest | undefined>;

const contentOf = (sealed: Sealed, rest: Uint8Array): Decoded<typeof content> => {
  const { share } = sealed;
  if (sealed.role === "receiver") {
    const { custodyKey } = sealed;
    return share === undefined
      ? { type: "receiver", value: { custodyKey, rest } }
      : { type: "shareReceiver", value: { custodyKey, share, rest } };
  }
  const { seed } = sealed;
  return share === undefined
    ? { type: "holder", value: { seed, rest } }
    : { type: "share", value: { seed, share, rest } };
};

/** Encodes it. The caller wipes the bytes. */
export const encodeSealed = (sealed: Sealed): Uint8Array => {
  const encoded = encode(rest, sealed.rest);
  try {
    return encode(content, contentOf(sealed, encoded));
  } finally {
    encoded.fill(0);
  }
};

const readRest = (encoded: Uint8Array): SealedRest | undefined => {
  try {
    return decode(rest, encoded);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/**
 * Reads in buffers of its own: the caller may wipe the bytes.
 * @throws DecodeError for what no version has written
 */
export const decodeSealed = (bytes: Uint8Array): Opened => {
  const { value } = decode(content, bytes);
  const read = readRest(value.rest.slice());
  const own = "share" in value ? { share: copyShare(value.share) } : {};
  return "seed" in value
    ? { role: "holder", seed: value.seed.slice(), ...own, rest: read }
    : { role: "receiver", custodyKey: value.custodyKey.slice(), ...own, rest: read };
};
