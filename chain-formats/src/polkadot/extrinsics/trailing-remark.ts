/** Reading the remark that ends an extrinsic without the runtime's metadata. */
import { extrinsicSigner } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";

/** Version, address, and an Ed25519 signature with its tag: what at least stands before. */
const SIGNED_HEAD = 1 + 33 + 65;

/** True if a compact integer that ends at `end` says `length`, in its shortest form. */
const saysLength = (bytes: Uint8Array, end: number, length: number): boolean => {
  const at = (back: number): number => bytes[end - back] ?? 0;
  if (length < 1 << 6) return at(1) === length << 2;
  if (length < 1 << 14) return (at(2) | (at(1) << 8)) === ((length << 2) | 1);
  if (length >= 1 << 30) return false;
  return (at(4) | (at(3) << 8) | (at(2) << 16) | (at(1) << 24)) === ((length << 2) | 2);
};

/**
 * Yields whatever may be the bytes that a signed extrinsic of version 4 ends with. The longest
 * comes first, and none is empty. Takes time linear in the extrinsic, but anybody whose bytes stand
 * in it can add candidates, as many as bytes. Read no more of each than a bounded beginning until
 * that has been checked (PROTOCOL 3: the anchor).
 * @throws DecodeError if the extrinsic's length in front is wrong
 */
export function* trailingRemark(extrinsic: Uint8Array): Generator<Uint8Array, void, undefined> {
  if (extrinsicSigner(extrinsic) === undefined) return;
  for (let start = SIGNED_HEAD; start < extrinsic.length; start++)
    if (saysLength(extrinsic, start, extrinsic.length - start)) yield extrinsic.subarray(start);
}
