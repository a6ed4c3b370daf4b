/**
 * Handles of nonces that are made again from them, so that giving them out makes nothing forgotten
 * (PROTOCOL 7a). What they are made with is never stored, and ends with the process.
 */
import { createHmac, randomBytes } from "node:crypto";
import { RefusedError } from "@pdiem/bridge/error";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { createNonces, type Nonces } from "../handover/nonces.js";

/** Used handles that are remembered. */
export const MAX_USED = 65_536;

const INFO = utf8("pdiem/signing-nonce/v1");

interface Epoch {
  readonly secret: Uint8Array;
  readonly handles: Nonces;
  readonly used: Set<string>;
}

const beginEpoch = (): Epoch => {
  const secret = new Uint8Array(randomBytes(32));
  return { secret, handles: createNonces(secret), used: new Set() };
};

/** Gives 32 bytes at a time: those that the hiding nonce is made of, then the binding one's. */
type Randomness = () => Uint8Array<ArrayBuffer>;

export interface Handles {
  /** Makes another handle, 32 bytes. */
  readonly make: () => Uint8Array;
  /** Gives a handle's randomness. @throws RefusedError `refused/handle-unknown` */
  readonly randomnessOf: (handle: Uint8Array) => Randomness;
  /**
   * Marks handles as used: all of them, or none.
   * @throws RefusedError `refused/handle-used`, `refused/handle-unknown`
   */
  readonly spend: (handles: readonly Uint8Array[]) => void;
}

/**
 * @param subject what the handles are about, 32 bytes
 * @param most used ones that are remembered
 */
export const createHandles = (subject: Uint8Array, most: number = MAX_USED): Handles => {
  let epoch = beginEpoch();

  const checkOwn = (handle: Uint8Array): void => {
    if (!epoch.handles.isOwn("handle", subject, handle))
      throw new RefusedError(
        "refused/handle-unknown",
        "expected a handle of this process, which a restart or many signatures end: ask for commitments again",
        "later",
      );
  };

  const randomnessOf = (handle: Uint8Array): Randomness => {
    checkOwn(handle);
    const { secret } = epoch;
    let index = 0;
    return () => {
      const hmac = createHmac("sha256", secret).update(INFO).update(handle).update(Uint8Array.of(index));
      index += 1;
      return new Uint8Array(hmac.digest());
    };
  };

  const spend = (handles: readonly Uint8Array[]): void => {
    for (const handle of handles) checkOwn(handle);
    const names = handles.map(toHex);
    if (new Set(names).size !== names.length || names.some((name) => epoch.used.has(name)))
      throw new RefusedError(
        "refused/handle-used",
        "expected a handle that nothing was signed with: ask for commitments again",
      );
    for (const name of names) epoch.used.add(name);
    if (epoch.used.size < most) return;
    epoch.secret.fill(0);
    epoch = beginEpoch();
  };

  return { make: () => epoch.handles.make("handle", subject), randomnessOf, spend };
};
