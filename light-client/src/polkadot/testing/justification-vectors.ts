/**
 * Justifications over small trees of blocks, with what others say of them.
 *
 * A vector is a text of six parts between bars. They are the parent of block 1, 2, … (block 0 has
 * number 100), the target, and each authority with its weight. Then come key, block, error in the
 * number and kind of signature of each vote. The headers given and three verdicts, 1 for valid, end
 * it. Keys are numbers, those that no authority has are strangers'.
 */
import { utf8 } from "../../bytes.js";
import { blake2b256 } from "../../crypto/blake2b.js";
import { publicKeyOf, sign } from "../../crypto/ed25519.js";
import type { AuthoritySet } from "../finality/authority-set.js";
import { type Header, headerHash } from "../finality/header.js";
import type { Justification, SignedPrecommit } from "../finality/justification.js";
import { voteMessage } from "../finality/vote-signature.js";
import { child, ROUND, voteFor } from "./chain.js";
import { cofactoredSignature, otherSignature } from "./cofactored-signature.js";

export interface JustificationVector {
  readonly set: AuthoritySet;
  readonly target: Header;
  readonly justification: Justification;
  /**
   * Verdict of finality-grandpa's `validate_commit`, given the votes that are validly signed and
   * the headers.
   */
  readonly byCrate: boolean;
  /**
   * Verdict of the rules around it, too: each signature valid, and exactly those headers that the
   * votes need.
   */
  readonly byNetwork: boolean;
  /** Verdict of the light client's rule, worked out apart from it. */
  readonly byRule: boolean;
}

const SET_ID = 3n;

type Signer = (seed: Uint8Array, message: Uint8Array) => Uint8Array;

/** By kind: usual, with another nonce, valid by ZIP 215 alone, zeros, another message's. */
const SIGNERS: readonly Signer[] = [
  sign,
  otherSignature,
  cofactoredSignature,
  () => new Uint8Array(64),
  (seed, message) => sign(seed, message.subarray(1)),
];

const numbers = (text: string): readonly number[] => (text === "" ? [] : text.split(" ").map(Number));
const rows = (text: string): readonly (readonly number[])[] => (text === "" ? [] : text.split(",").map(numbers));

const at = <T>(items: readonly T[], index: number | undefined): T => {
  const item = index === undefined ? undefined : items[index];
  if (item === undefined) throw new RangeError(`expected an index below ${items.length}, got ${index}`);
  return item;
};

const seedOf = (key: number | undefined): Uint8Array => blake2b256(utf8(`key ${key}`));

const blocksOf = (parents: readonly number[]): readonly Header[] => {
  const blocks = [child(undefined)];
  for (const [i, parent] of parents.entries()) blocks.push(child(at(blocks, parent), [], `block ${i + 1}`));
  return blocks;
};

const castBy = (blocks: readonly Header[], [key, block, error = 0, kind]: readonly number[]): SignedPrecommit => {
  const right = voteFor(at(blocks, block));
  const precommit = { ...right, targetNumber: right.targetNumber + error };
  const seed = seedOf(key);
  return {
    precommit,
    signature: at(SIGNERS, kind)(seed, voteMessage(precommit, ROUND, SET_ID)),
    id: publicKeyOf(seed),
  };
};

export const readVector = (text: string): JustificationVector => {
  const [parents = "", targetAt, authorities = "", votes = "", headers = "", verdicts] = text.split("|");
  const blocks = blocksOf(numbers(parents));
  const target = at(blocks, Number(targetAt));
  const verdict = (index: number): boolean => verdicts?.[index] === "1";
  return {
    set: {
      setId: SET_ID,
      authorities: rows(authorities).map(([key, weight = 0]) => ({
        id: publicKeyOf(seedOf(key)),
        weight: BigInt(weight),
      })),
    },
    target,
    justification: {
      round: ROUND,
      commit: {
        targetHash: headerHash(target),
        targetNumber: target.number,
        precommits: rows(votes).map((vote) => castBy(blocks, vote)),
      },
      votesAncestries: numbers(headers).map((index) => at(blocks, index)),
    },
    byCrate: verdict(0),
    byNetwork: verdict(1),
    byRule: verdict(2),
  };
};
