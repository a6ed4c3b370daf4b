/** One session of several messages: what holders are asked with, and what they answer. */
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import { messageHash, type Session } from "@pdiem/bridge/holders/session";
import {
  addUpShares,
  isGoodCommitment,
  isValidShare,
  type SharedSignature,
  validSum,
} from "@pdiem/bridge-client/holders/signature-shares";
import type { HandleCommitments } from "@pdiem/enclave/wire/signing";

/** Who was asked with which handles: one for each message. By rising slots. */
export type Members = ReadonlyMap<number, readonly HandleCommitments[]>;

/** What a slot answers: for each message its share, unless something is wrong. */
export type Answered = readonly (Uint8Array | undefined)[];

/** Shares by their slots, one for each message. */
export type GivenShares = ReadonlyMap<number, readonly Uint8Array[]>;

export interface Judged {
  /** Slots with a share that doesn't fit what they have committed to. */
  readonly wrong: ReadonlySet<number>;
  /** For each message 64 bytes, valid by Diem's strict rule; undefined where one isn't there. */
  readonly signatures: readonly Uint8Array[] | undefined;
}

export interface SessionShares {
  /** How many slots were asked. */
  readonly size: number;
  /** What a slot is asked with: a session for each message. */
  readonly askedOf: (slot: number) => readonly Session[];
  /** Tells whether there is a share for each message. */
  readonly areWhole: (answered: Answered) => answered is readonly Uint8Array[];
  /** Adds up those of all members; where that fails, or some are missing, verifies each share. */
  readonly judge: (given: GivenShares) => Promise<Judged>;
  /** Lists slots that have committed to points that nobody may sign with. */
  readonly badMembers: () => Promise<readonly number[]>;
  /**
   * Adds up, for each message, the shares of all members: 64 bytes each.
   * @throws PdiemError `holders/signature`
   */
  readonly addUp: (given: GivenShares) => Promise<readonly Uint8Array[]>;
}

/** Each share takes milliseconds, and there are many: others have a turn in between. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const sharesAt = (given: GivenShares, i: number): ReadonlyMap<number, Uint8Array> =>
  new Map(
    [...given].flatMap(([slot, shares]): readonly (readonly [number, Uint8Array])[] => {
      const share = shares[i];
      return share === undefined ? [] : [[slot, share]];
    }),
  );

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
    size: members.size,
    askedOf: (slot) =>
      signatures.flatMap(({ commitments, message }, i) => {
        const handle = members.get(slot)?.[i]?.handle;
        return handle === undefined ? [] : [{ handle, commitments, message: messageHash(message) }];
      }),
    areWhole: (answered): answered is readonly Uint8Array[] =>
      answered.length === signatures.length && answered.every((share) => share !== undefined),
    judge: async (given) => {
      const wrong = new Set<number>();
      const sums: Uint8Array[] = [];
      for (const [i, signature] of signatures.entries()) {
        const shares = sharesAt(given, i);
        // Once a share is wrong there are no signatures: what is left is to know of whom else.
        const sum = given.size === members.size && wrong.size === 0 ? validSum(signature, shares) : undefined;
        await turn();
        if (sum !== undefined) sums.push(sum);
        else
          for (const [slot, share] of shares) {
            if (wrong.has(slot)) continue;
            if (!isValidShare(signature, slot, share)) wrong.add(slot);
            await turn();
          }
      }
      return { wrong, signatures: sums.length === signatures.length ? sums : undefined };
    },
    badMembers: async () => {
      const bad: number[] = [];
      for (const [slot, given] of members) {
        for (const { nonces } of given) {
          const isGood = isGoodCommitment(nonces);
          await turn();
          if (isGood) continue;
          bad.push(slot);
          break;
        }
      }
      return bad;
    },
    addUp: async (given) => {
      const sums: Uint8Array[] = [];
      for (const [i, signature] of signatures.entries()) {
        sums.push(addUpShares(signature, sharesAt(given, i)));
        await turn();
      }
      return sums;
    },
  };
};
