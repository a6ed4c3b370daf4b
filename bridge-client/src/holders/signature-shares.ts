/**
 * Holders' shares of a signature (PROTOCOL 7a): they are added up, and the signature is verified.
 * Where it isn't valid, each share is, so that the slot is known that is at fault.
 */
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

/** Where a sum isn't valid, noble verifies each share at once: callers do, one after the other. */
const adding: Pick<typeof frost, "aggregate"> = Object.create(frost, { verifyShare: { value: () => true } });

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
 * Adds shares up to the signature, 64 bytes. They needn't be verified before.
 * @param shares by their slots: of all that committed
 * @returns undefined where the sum isn't valid by Diem's strict rule
 */
export const validSum = (
  signature: SharedSignature,
  shares: ReadonlyMap<number, Uint8Array>,
): Uint8Array | undefined => {
  const byIdentifier = Object.fromEntries([...shares].map(([slot, share]) => [identifierOf(slot), share]));
  const { publicPackage, message } = signature;
  try {
    const sum = adding.aggregate(keyOf(signature), commitmentsOf(signature), message, byIdentifier);
    return verifyStrict(publicPackage.groupKey, message, sum) ? sum : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Adds shares up as `validSum` does.
 * @throws PdiemError `holders/signature` where the sum isn't valid
 */
export const addUpShares = (signature: SharedSignature, shares: ReadonlyMap<number, Uint8Array>): Uint8Array => {
  const sum = validSum(signature, shares);
  if (sum !== undefined) return sum;
  throw new PdiemError(
    "holders/signature",
    `expected shares that add up to a signature of 0x${toHex(signature.publicPackage.groupKey)}: verify each`,
    "never",
  );
};
