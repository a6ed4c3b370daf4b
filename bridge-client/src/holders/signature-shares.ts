/** Holders' shares of a signature (PROTOCOL 7a): each is verified, then they are added up. */
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import type { NonceCommitments, Session } from "@pdiem/bridge/holders/session";
import { toHex } from "@pdiem/light-client/bytes";
import { blindedFrost, isGroupElement } from "@pdiem/light-client/crypto/blinded-frost";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { PdiemError } from "@pdiem/light-client/error";

/** One signature that holders make together. */
export interface SharedSignature {
  readonly publicPackage: PublicPackage;
  /** One for each of as many slots as sign, in rising order. */
  readonly commitments: Session["commitments"];
  readonly message: Uint8Array;
}

// Nothing here is secret.
const frost = blindedFrost((length) => new Uint8Array(length));

const identifierOf = (slot: number): string => frost.Identifier.fromNumber(slot);

const keyOf = ({ publicPackage, commitments }: SharedSignature) => ({
  signers: { min: commitments.length, max: publicPackage.slots.length },
  commitments: [publicPackage.groupKey],
  verifyingShares: Object.fromEntries(
    publicPackage.slots.map(({ verifyingShare }, i) => [identifierOf(i + 1), verifyingShare]),
  ),
});

const commitmentsOf = ({ commitments }: SharedSignature) =>
  commitments.map(({ slot, nonces }) => ({ identifier: identifierOf(slot), ...nonces }));

/** Tells whether shares can be made of what a slot has committed to: else it is at fault. */
export const isGoodCommitment = ({ hiding, binding }: NonceCommitments): boolean =>
  isGroupElement(hiding) && isGroupElement(binding);

/** Tells whether a slot's share fits what it committed to: else it is at fault. */
export const isValidShare = (signature: SharedSignature, slot: number, share: Uint8Array): boolean => {
  try {
    return frost.verifyShare(keyOf(signature), commitmentsOf(signature), signature.message, identifierOf(slot), share);
  } catch {
    return false;
  }
};

/**
 * Adds verified shares up to the signature, 64 bytes.
 * @param shares by their slots: of all that committed
 * @throws PdiemError `holders/signature` where the sum isn't valid by Diem's strict rule
 */
export const addUpShares = (signature: SharedSignature, shares: ReadonlyMap<number, Uint8Array>): Uint8Array => {
  const byIdentifier = Object.fromEntries([...shares].map(([slot, share]) => [identifierOf(slot), share]));
  const { publicPackage, message } = signature;
  try {
    const sum = frost.aggregate(keyOf(signature), commitmentsOf(signature), message, byIdentifier);
    if (verifyStrict(publicPackage.groupKey, message, sum)) return sum;
  } catch {
    // Told below.
  }
  throw new PdiemError(
    "holders/signature",
    `expected shares that add up to a signature of 0x${toHex(publicPackage.groupKey)}: verify each`,
    "never",
  );
};
