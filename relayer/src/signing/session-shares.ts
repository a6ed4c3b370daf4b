/** One session of several messages: what holders are asked with, and what they answer. */
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import { messageHash, type Session } from "@pdiem/bridge/holders/session";
import {
  addUpShares,
  isGoodCommitment,
  isValidShare,
  type SharedSignature,
} from "@pdiem/bridge-client/holders/signature-shares";
import type { HandleCommitments } from "@pdiem/enclave/wire/signing";

/** Who was asked with which handles: one for each message. By rising slots. */
export type Members = ReadonlyMap<number, readonly HandleCommitments[]>;

export interface SessionShares {
  /** What a slot is asked with: a session for each message. */
  readonly askedOf: (slot: number) => readonly Session[];
  /** Tells whether a slot's shares fit what it has committed to, one for each message. */
  readonly areGood: (slot: number, shares: readonly (Uint8Array | undefined)[]) => Promise<boolean>;
  /** Lists slots that have committed to points that nobody may sign with. */
  readonly badMembers: () => readonly number[];
  /**
   * Adds up, for each message, the shares of all members: 64 bytes each.
   * @throws PdiemError `holders/signature`
   */
  readonly addUp: (shares: ReadonlyMap<number, readonly Uint8Array[]>) => Promise<readonly Uint8Array[]>;
}

/** Each share takes milliseconds, and there are many: others have a turn in between. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const sessionShares = (
  publicPackage: PublicPackage,
  messages: readonly Uint8Array[],
  members: Members,
): SessionShares => {
  const signatures = messages.map<SharedSignature>((message, i) => ({
    publicPackage,
    message,
    commitments: [...members].flatMap(([slot, given]) => {
      const nonces = given[i]?.nonces;
      return nonces === undefined ? [] : [{ slot, nonces }];
    }),
  }));
  return {
    askedOf: (slot) =>
      signatures.flatMap(({ commitments, message }, i) => {
        const handle = members.get(slot)?.[i]?.handle;
        return handle === undefined ? [] : [{ handle, commitments, message: messageHash(message) }];
      }),
    areGood: async (slot, shares) => {
      if (shares.length !== signatures.length) return false;
      for (const [i, signature] of signatures.entries()) {
        const share = shares[i];
        if (share === undefined || !isValidShare(signature, slot, share)) return false;
        await turn();
      }
      return true;
    },
    badMembers: () =>
      [...members].flatMap(([slot, given]) => (given.every(({ nonces }) => isGoodCommitment(nonces)) ? [] : [slot])),
    addUp: async (shares) => {
      const sums: Uint8Array[] = [];
      for (const [i, signature] of signatures.entries()) {
        const ofMessage = [...shares].flatMap(([slot, given]): readonly (readonly [number, Uint8Array])[] => {
          const share = given[i];
          return share === undefined ? [] : [[slot, share]];
        });
        sums.push(addUpShares(signature, new Map(ofMessage)));
        await turn();
      }
      return sums;
    },
  };
};
