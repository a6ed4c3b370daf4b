/** Keys as a dealer would split them, for schedules that begin where the ceremony has ended. */
import { ed25519, ed25519_FROST } from "@noble/curves/ed25519.js";
import type { Holders } from "@pdiem/bridge/config/holders";
import { type PublicPackage, publicPackageHash } from "@pdiem/bridge/holders/public-package";
import { classOf } from "@pdiem/bridge/testing/holders";
import type { CustodyKey } from "@pdiem/enclave/signer/custody-key";
import { createHandles } from "@pdiem/enclave/signer/handles";
import { shareKeyOf } from "@pdiem/enclave/signer/share-key";

export const identifierOf = (slot: number): string => ed25519_FROST.Identifier.fromNumber(slot);

/** A key, and what the host has of it: sealed shares, which it can start any number of times. */
export interface SharedKey {
  readonly holders: Holders;
  readonly publicPackage: PublicPackage;
  readonly shareOf: (slot: number) => Uint8Array;
  /** Starts a process that remembers so many used handles. */
  readonly start: (slot: number, most: number) => CustodyKey;
}

/** @param seed of the Ed25519 key to split; a new one's, if left out */
export const splitKey = (names: readonly string[], threshold: number, seed?: Uint8Array): SharedKey => {
  const { Fn } = ed25519.Point;
  const secret = seed === undefined ? undefined : Fn.toBytes(ed25519.utils.getExtendedPublicKey(seed).scalar);
  const dealt = ed25519_FROST.trustedDealer({ min: threshold, max: names.length }, undefined, secret);
  const holders: Holders = { threshold, classes: names.map(classOf), slots: names };
  const publicPackage: PublicPackage = {
    roll: new Uint8Array(32),
    groupKey: dealt.public.commitments[0] ?? new Uint8Array(32),
    slots: names.map((_, i) => ({
      verifyingShare: dealt.public.verifyingShares[identifierOf(i + 1)] ?? new Uint8Array(32),
      platform: undefined,
    })),
  };
  const shareOf = (slot: number): Uint8Array => {
    const share = dealt.secretShares[identifierOf(slot)]?.signingShare;
    if (share === undefined) throw new RangeError(`expected a slot of the key, got ${slot}`);
    return share.slice();
  };
  return {
    holders,
    publicPackage,
    shareOf,
    start: (slot, most) =>
      shareKeyOf(
        shareOf(slot),
        { slot, publicPackage },
        holders,
        createHandles(publicPackageHash(publicPackage), most),
      ),
  };
};
