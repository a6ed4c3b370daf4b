import { describe, expect, test } from "vitest";
import { equal } from "../../bytes.js";
import { decode, encode } from "../../codec/scale.js";
import { outcome } from "../../testing/outcome.js";
import { chain, child, justify, precommit, ROUND, voteFor, voters } from "../testing/chain.js";
import { cofactoredSignature, otherSignature } from "../testing/cofactored-signature.js";
import { flipBit } from "../testing/flip-bit.js";
import type { Authority } from "./authority-set.js";
import { type Justification, justification, type SignedPrecommit } from "./justification.js";
import { verifyTarget } from "./verified-relay-header.js";
import { voteMessage } from "./vote-signature.js";
import { tallyVotes, verifyJustification } from "./vote-tally.js";

const set = voters(7, 3n);
const target = child(undefined);
const [above, higher] = chain(2, target);
if (above === undefined || higher === undefined) throw new Error("two blocks were asked for");
const fork = child(undefined, [], "fork");

const ALL = { untilQuorum: false, isNumberKnown: false };
const UNTIL_QUORUM = { untilQuorum: true, isNumberKnown: false };

/** Makes votes of one authority for the target, each with another signature. */
const badVotes = (index: number, count: number): readonly SignedPrecommit[] => {
  const good = precommit(set, index, voteFor(target));
  return Array.from({ length: count }, (_, i) => {
    const signature = good.signature.slice();
    signature.set([i & 0xff, i >> 8], 0);
    return { ...good, signature };
  });
};

const verdict = (votes: Justification, by = set): string => outcome(() => verifyJustification(by, votes));

describe("a justification", () => {
  test("of exactly the threshold, total − ⌊(total − 1) / 3⌋, is accepted", () => {
    for (const [total, needed] of [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 3],
      [6, 5],
      [7, 5],
      [10, 7],
    ] as const) {
      const some = voters(total);
      expect(verdict(justify(some, target, needed), some)).toBe("accepted");
      expect(verdict(justify(some, target, needed - 1), some)).toBe("proof/quorum");
    }
  });

  test("counts an authority once, however often it votes", () => {
    const again = precommit(set, 0, voteFor(target));
    expect(verdict(justify(set, target, 4, [again, again]))).toBe("proof/quorum");
    expect(tallyVotes(set, justify(set, target, 4, [again, again]), ALL).signed).toBe(4);
  });

  test("PROTOCOL 6: counts an authority that votes for two blocks, wherever they are, and once", () => {
    const twice = precommit(set, 0, voteFor(above));
    expect(verdict(justify(set, target, 5, [twice], [above]))).toBe("accepted");
    const elsewhere = [precommit(set, 4, voteFor(fork)), precommit(set, 4, voteFor(above))];
    expect(verdict(justify(set, target, 4, elsewhere))).toBe("accepted");
    expect(verdict(justify(set, target, 3, elsewhere))).toBe("proof/quorum");
    expect(verdict(justify(set, target, 4, elsewhere.slice(1)))).toBe("proof/quorum");
    expect(tallyVotes(set, justify(set, target, 4, elsewhere), ALL)).toMatchObject({ signed: 5, equivocators: 1 });
  });

  test("PROTOCOL 6: counts an authority that signs one vote in two ways", () => {
    const vote = voteFor(fork);
    const one = precommit(set, 4, vote);
    const message = voteMessage(vote, ROUND, set.setId);
    const other = { ...one, signature: otherSignature(set.seeds[4] ?? new Uint8Array(32), message) };
    expect(verdict(justify(set, target, 4, [one, other]))).toBe("accepted");
    expect(verdict(justify(set, target, 4, [one, one]))).toBe("proof/quorum");
    const bad = { ...one, signature: new Uint8Array(64) };
    expect(verdict(justify(set, target, 4, [one, bad]))).toBe("proof/quorum");
  });

  test("doesn't count strangers", () => {
    const strangers = voters(7, 3n, "stranger");
    const votes = [0, 1, 2].map((i) => precommit(strangers, i, voteFor(target)));
    expect(verdict(justify(set, target, 4, votes))).toBe("proof/quorum");
    expect(tallyVotes(set, justify(set, target, 4, votes), ALL)).toMatchObject({ signed: 4, unknown: 3 });
  });

  test("of another set or round doesn't count", () => {
    expect(verdict(justify({ ...set, setId: 4n }, target, 7))).toBe("proof/quorum");
    expect(verdict({ ...justify(set, target, 7), round: 8n })).toBe("proof/quorum");
  });

  test("counts votes for descendants, however long the proven way down", () => {
    const votes = [precommit(set, 3, voteFor(above)), precommit(set, 4, voteFor(higher))];
    expect(verdict(justify(set, target, 3, votes, [higher, above]))).toBe("accepted");
    expect(verdict(justify(set, target, 3, votes, [above, higher]))).toBe("accepted");
  });

  test("doesn't count votes below the target or beside it, nor without the headers that lead to it", () => {
    const beside = [precommit(set, 4, voteFor(fork))];
    expect(verdict(justify(set, target, 4, beside))).toBe("proof/quorum");
    expect(verdict(justify(set, target, 5, [precommit(set, 5, voteFor(fork))]))).toBe("accepted");
    expect(verdict(justify(set, target, 4, [precommit(set, 4, voteFor(above))]))).toBe("proof/quorum");
    const onChild = justify(set, above, 4, [precommit(set, 4, voteFor(target))]);
    expect(verdict(onChild)).toBe("proof/quorum");
    expect(tallyVotes(set, onChild, ALL)).toMatchObject({ signed: 4, notAbove: 1 });
  });

  test("counts a vote whose number isn't its block's only where the target's number is known from its header", () => {
    const byHeader = (votes: Justification) => outcome(() => verifyJustification(set, votes, true));
    const wrong = precommit(set, 4, { ...voteFor(target), targetNumber: target.number + 1 });
    expect(verdict(justify(set, target, 4, [wrong]))).toBe("proof/quorum");
    expect(byHeader(justify(set, target, 4, [wrong]))).toBe("accepted");
    const lying = { ...above, number: above.number + 4 };
    const trueNumber = precommit(set, 4, { ...voteFor(lying), targetNumber: above.number });
    expect(verdict(justify(set, target, 4, [trueNumber], [lying]))).toBe("proof/quorum");
    expect(byHeader(justify(set, target, 4, [trueNumber], [lying]))).toBe("accepted");
    const { commit, ...rest } = justify(set, target, 7);
    const renumbered = { ...rest, commit: { ...commit, targetNumber: target.number + 1 } };
    expect(verdict(renumbered)).toBe("proof/quorum");
    expect(outcome(() => verifyTarget(set, renumbered, target))).toBe("proof/target-header");
  });

  test("PROTOCOL 6: may bring headers that no vote needs, or one of them twice", () => {
    const vote = precommit(set, 4, voteFor(above));
    expect(verdict(justify(set, target, 5, [], [above]))).toBe("accepted");
    expect(verdict(justify(set, target, 4, [vote], [fork, above, target, above]))).toBe("accepted");
  });

  test("with long ways that lead nowhere is refused after each was walked once", () => {
    let reads = 0;
    const nowhere = chain(512, fork);
    const counted = nowhere.map(({ parentHash, ...header }) => ({
      ...header,
      get parentHash() {
        reads += 1;
        return parentHash;
      },
    }));
    const top = nowhere.at(-1) ?? fork;
    const votes = justify(
      set,
      target,
      0,
      [...set.seeds.keys()].flatMap((i) => [precommit(set, i, voteFor(top)), precommit(set, i, voteFor(above))]),
      counted,
    );
    expect(tallyVotes(set, votes, ALL)).toMatchObject({ signed: 7, equivocators: 7, notAbove: 14 });
    // Once to hash it, once to walk it.
    expect(reads).toBe(2 * 512);
    const alone = justify(
      set,
      target,
      0,
      votes.commit.precommits.filter((_, i) => i % 2 === 0),
      nowhere,
    );
    expect(verdict(alone)).toBe("proof/quorum");
  });

  test("weighs authorities", () => {
    const weighty = { ...set, authorities: set.authorities.map((one, i) => ({ ...one, weight: i === 0 ? 20n : 1n })) };
    expect(verdict(justify(set, target, 1), weighty)).toBe("accepted");
    const rest = [1, 2, 3, 4, 5, 6].map((i) => precommit(set, i, voteFor(target)));
    expect(verdict(justify(set, target, 0, rest), weighty)).toBe("proof/quorum");
  });

  test("PROTOCOL 6: weighs whatever set a finalized header has named: weight 0 drops out, repeats add up", () => {
    const [first, second, ...others] = set.authorities;
    if (first === undefined || second === undefined) throw new Error("seven authorities were asked for");
    const by = (authorities: readonly Authority[], count: number, more: readonly SignedPrecommit[] = []) =>
      verdict(justify(set, target, count, more), { ...set, authorities });
    const repeated = [first, first, first, second, ...others.slice(0, 1)];
    expect(by(repeated, 2)).toBe("accepted");
    expect(by(repeated, 1)).toBe("proof/quorum");
    const weightless = [first, { ...second, weight: 0n }];
    expect(by(weightless, 1)).toBe("accepted");
    expect(by(weightless, 0, [precommit(set, 1, voteFor(target))])).toBe("proof/quorum");
    const tally = tallyVotes({ ...set, authorities: weightless }, justify(set, target, 2), ALL);
    expect(tally).toMatchObject({ signed: 1, unknown: 1 });
    expect(by([...set.authorities, { id: new Uint8Array(32), weight: 1n }], 6)).toBe("accepted");
  });

  test("PROTOCOL 6: by a set without weight, or with more than 64 bits of it, proves nothing", () => {
    const none = { ...set, authorities: [] };
    const empty = justify(set, target, 0);
    expect(verdict(empty, none)).toBe("proof/authority-set");
    expect(verdict(justify(set, target, 7), none)).toBe("proof/authority-set");
    const weighing = (weight: bigint) => ({ ...set, authorities: set.authorities.map((one) => ({ ...one, weight })) });
    expect(verdict(empty, weighing(0n))).toBe("proof/authority-set");
    expect(verdict(justify(set, target, 7), weighing(1n << 62n))).toBe("proof/authority-set");
  });

  test("PROTOCOL 6: with any number of strangers' or repeated votes in front is accepted", () => {
    const strangers = voters(1, 3n, "stranger");
    const stranger = precommit(strangers, 0, voteFor(target));
    const again = precommit(set, 0, voteFor(target));
    const { commit, ...rest } = justify(set, target, 5);
    const heap = Array.from({ length: 2_000 }, (_, i) => (i % 2 === 0 ? stranger : again));
    const votes = { ...rest, commit: { ...commit, precommits: [...heap, ...commit.precommits] } };
    expect(verdict(votes)).toBe("accepted");
    expect(tallyVotes(set, votes, ALL)).toMatchObject({ signed: 5, unknown: 1_000, badSignature: 0 });
  });

  test("stops at the quorum: what comes after it isn't verified", () => {
    const bad = { ...precommit(set, 5, voteFor(target)), signature: new Uint8Array(64) };
    const votes = justify(set, target, 5, [bad]);
    expect(tallyVotes(set, votes, UNTIL_QUORUM)).toMatchObject({ signed: 5, badSignature: 0 });
    expect(tallyVotes(set, votes, ALL)).toMatchObject({ signed: 5, badSignature: 1 });
    expect(tallyVotes(set, justify(set, target, 7), UNTIL_QUORUM)).toMatchObject({ signed: 5 });
  });

  test("counts a signature that only the network takes", () => {
    const vote = voteFor(target);
    const signature = cofactoredSignature(set.seeds[4] ?? new Uint8Array(32), voteMessage(vote, ROUND, set.setId));
    const odd = { ...precommit(set, 4, vote), signature };
    expect(verdict(justify(set, target, 4, [odd]))).toBe("accepted");
    expect(verdict({ ...justify(set, target, 4, [odd]), round: ROUND + 1n })).toBe("proof/quorum");
    expect(tallyVotes(set, justify(set, target, 4, [odd]), ALL)).toMatchObject({ signed: 5, badSignature: 0 });
  });

  test("looks at signatures that aren't strict only where the others can't suffice", () => {
    const { commit, ...votes } = justify(set, target, 5);
    const bad = [5, 6].map((i) => ({ ...precommit(set, i, voteFor(target)), signature: new Uint8Array(64) }));
    const with7 = { ...votes, commit: { ...commit, precommits: [...bad, ...commit.precommits] } };
    expect(tallyVotes(set, with7, UNTIL_QUORUM)).toMatchObject({ signed: 5, badSignature: 0 });
    expect(tallyVotes(set, with7, ALL)).toMatchObject({ signed: 5, badSignature: 2 });
    const with5 = { ...votes, commit: { ...commit, precommits: [...bad.slice(1), ...commit.precommits.slice(1)] } };
    expect(tallyVotes(set, with5, UNTIL_QUORUM)).toMatchObject({ signed: 0, badSignature: 1 });
  });

  test("PROTOCOL 6: counts a vote behind bad ones of the same authority", () => {
    const good = precommit(set, 4, voteFor(target));
    const odd = cofactoredSignature(set.seeds[4] ?? new Uint8Array(32), voteMessage(voteFor(target), ROUND, 3n));
    expect(verdict(justify(set, target, 4, [...badVotes(4, 85), good]))).toBe("accepted");
    expect(verdict(justify(set, target, 4, [...badVotes(4, 10), { ...good, signature: odd }]))).toBe("accepted");
  });

  test("PROTOCOL 6: counts a vote whose signature stands under other blocks, too", () => {
    const good = precommit(set, 4, voteFor(target));
    const copies = [voteFor(above), { ...voteFor(target), targetNumber: 1 }].map((vote) => ({
      ...good,
      precommit: vote,
    }));
    for (const votes of [
      [good, ...copies],
      [...copies, good],
    ])
      expect(verdict(justify(set, target, 4, votes))).toBe("accepted");
    expect(verdict(justify(set, target, 4, copies))).toBe("proof/quorum");
  });

  test("PROTOCOL 6: with more bad votes than are worth a check is refused, and locks out that authority alone", () => {
    const heaped = [...badVotes(4, 500), precommit(set, 4, voteFor(target))];
    const votes = justify(set, target, 4, heaped);
    const { badSignature } = tallyVotes(set, votes, UNTIL_QUORUM);
    expect(verdict(votes)).toBe("proof/quorum");
    expect(badSignature).toBeLessThanOrEqual(64 + 2 * 7);
    const { commit, ...rest } = justify(set, target, 4, [precommit(set, 5, voteFor(target))]);
    expect(verdict({ ...rest, commit: { ...commit, precommits: [...heaped, ...commit.precommits] } })).toBe("accepted");
  });

  test("stops once the quorum can't be reached any more", () => {
    const votes = justify({ ...set, setId: 9n }, target, 7);
    expect(tallyVotes(set, votes, UNTIL_QUORUM).badSignature).toBe(3);
  });
});

describe("any change to a justification at the threshold", () => {
  const votes = justify(
    set,
    target,
    3,
    [precommit(set, 3, voteFor(above)), precommit(set, 4, voteFor(higher))],
    [above, higher],
  );
  const encoded = encode(justification, votes);
  const isSame = (changed: Justification) => equal(changed.commit.targetHash, votes.commit.targetHash);

  test("every byte counts", () => {
    for (let at = 0; at < encoded.length; at++) {
      const changed = flipBit(encoded, 8 * at + (at % 8));
      expect(
        outcome(() => verifyJustification(set, decode(justification, changed))),
        `byte ${at}`,
      ).not.toBe("accepted");
    }
  });

  test("a vote or header dropped is missed; one repeated or in another order finalizes the same block or nothing", () => {
    const { precommits } = votes.commit;
    const withVotes = (list: typeof precommits): Justification => ({
      ...votes,
      commit: { ...votes.commit, precommits: list },
    });
    for (const i of precommits.keys()) {
      expect(verdict(withVotes(precommits.toSpliced(i, 1)))).toMatch(/^proof\//);
      const repeated = withVotes([...precommits, ...precommits.slice(i, i + 1)]);
      expect([verdict(repeated), isSame(repeated)]).toEqual(["accepted", true]);
    }
    expect(verdict(withVotes(precommits.toReversed()))).toBe("accepted");
    for (const i of votes.votesAncestries.keys())
      expect(verdict({ ...votes, votesAncestries: votes.votesAncestries.toSpliced(i, 1) })).toMatch(/^proof\//);
  });
});
