/** FROST's key generation by noble, as functions that change nothing (PROTOCOL 7a). */
import type { Holders } from "@pdiem/bridge/config/holders";
import { RefusedError } from "@pdiem/bridge/error";
import type { Part } from "@pdiem/bridge/holders/roll";
import type { KeyDraft } from "@pdiem/light-client/crypto/blinded-frost";
import { isSmallOrder } from "@pdiem/light-client/crypto/small-order";
import { frost, identifierOf, signersOf } from "../signer/frost.js";

/** What each slot has given another, by the number of the slot that gave or is given. */
export type SharesBySlot = ReadonlyMap<number, Uint8Array>;

/** A slot's share, and what everybody knows of the key. */
export interface MadeKey {
  /** 32 secret bytes. */
  readonly share: Uint8Array;
  readonly groupKey: Uint8Array;
  /** In the order of the slots. */
  readonly verifyingShares: readonly Uint8Array[];
}

/** Draws a polynomial, and what its slot shows of it. */
export const draftKey = (holders: Holders, slot: number) => {
  const { public: shown, secret } = frost.DKG.round1(identifierOf(slot), signersOf(holders));
  return { draft: secret, commitments: shown.commitment, proof: shown.proofOfKnowledge };
};

const packagesBesides = (slot: number, parts: readonly Part[]) =>
  parts.flatMap(({ commitments, proof }, i) =>
    i + 1 === slot ? [] : [{ identifier: identifierOf(i + 1), commitment: [...commitments], proofOfKnowledge: proof }],
  );

const refuse = (cause?: unknown): never => {
  throw new RefusedError(
    "refused/ceremony-parts",
    `expected parts whose points are canonical and of prime order, whose proofs are valid, and that make a key: ${String(cause)}`,
    "never",
    { cause },
  );
};

/** @throws RefusedError `refused/ceremony-parts` */
const dealt = (draft: KeyDraft, slot: number, parts: readonly Part[]) => {
  const own = structuredClone(draft);
  try {
    return { own, given: frost.DKG.round2(own, packagesBesides(slot, parts)) };
  } catch (cause) {
    return refuse(cause);
  }
};

/**
 * Computes what a slot gives each other one, once it has checked their parts.
 * @throws RefusedError `refused/ceremony-parts`
 */
export const dealShares = (draft: KeyDraft, slot: number, parts: readonly Part[]): SharesBySlot => {
  const { given } = dealt(draft, slot, parts);
  return new Map(
    parts.flatMap((_, i): readonly (readonly [number, Uint8Array])[] => {
      const share = given[identifierOf(i + 1)]?.signingShare;
      return share === undefined ? [] : [[i + 1, share]];
    }),
  );
};

const checkShare = (holders: Holders, slot: number, { commitments }: Part, from: number, share: Uint8Array): void => {
  const secret = { identifier: identifierOf(slot), signingShare: share };
  try {
    frost.validateSecret(secret, { signers: signersOf(holders), commitments: [...commitments], verifyingShares: {} });
  } catch (cause) {
    throw new RefusedError(
      "refused/ceremony-share",
      `expected a share that fits what slot ${from} committed to: slot ${from} is at fault, begin anew without it`,
      "never",
      { cause },
    );
  }
};

/**
 * Makes a slot's share of what the others gave it, and of its own.
 * @param received by each other slot
 * @throws RefusedError `refused/ceremony-share`, which names its sender; `refused/ceremony-parts`
 */
export const finishKey = (
  holders: Holders,
  draft: KeyDraft,
  slot: number,
  parts: readonly Part[],
  received: SharesBySlot,
): MadeKey => {
  for (const [i, part] of parts.entries()) {
    const share = received.get(i + 1);
    if (i + 1 !== slot) checkShare(holders, slot, part, i + 1, share ?? new Uint8Array());
  }
  const { own } = dealt(draft, slot, parts);
  const shares = [...received].map(([from, share]) => ({ identifier: identifierOf(from), signingShare: share }));
  const { public: key, secret } = frost.DKG.round3(own, packagesBesides(slot, parts), shares);
  const [groupKey = new Uint8Array()] = key.commitments;
  if (isSmallOrder(groupKey)) return refuse("their sum is the identity");
  return {
    share: secret.signingShare,
    groupKey,
    verifyingShares: parts.map((_, i) => key.verifyingShares[identifierOf(i + 1)] ?? new Uint8Array()),
  };
};
