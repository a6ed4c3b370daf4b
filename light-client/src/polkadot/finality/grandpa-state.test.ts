import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equal, utf8 } from "../../bytes.js";
import { decode, encode } from "../../codec/scale.js";
import { outcome } from "../../testing/outcome.js";
import {
  chain,
  child,
  disabled,
  forced,
  justify,
  precommit,
  prove,
  ROUND,
  scheduled,
  type Voters,
  voteFor,
  voters,
} from "../testing/chain.js";
import { flipBit } from "../testing/flip-bit.js";
import { finalityProof } from "./finality-proof.js";
import { checkGrandpaState, type GrandpaState, grandpaState, verifyFinality } from "./grandpa-state.js";
import { type Header, header, headerHash } from "./header.js";
import { justification } from "./justification.js";

const old = voters(4, 11n, "old");
const next = voters(4, 12n, "next");
const trusted = child(undefined);
const trust = (set: Voters, at: Header): GrandpaState => ({
  setId: set.setId,
  authorities: set.authorities,
  finalized: { number: at.number, hash: headerHash(at) },
});
const state = trust(old, trusted);

const last = (headers: readonly Header[]): Header => {
  const header = headers.at(-1);
  if (header === undefined) throw new Error("expected at least one header");
  return header;
};

const verify = (from: GrandpaState, proof: Uint8Array, options = {}) =>
  verifyFinality(from, { finalityProof: proof }, options);
const verdict = (from: GrandpaState, proof: Uint8Array, options = {}) => outcome(() => verify(from, proof, options));

describe("finality within a set", () => {
  const headers = chain(3, trusted);
  const target = last(headers);

  test("moves to the proven block and hands out it and its ancestors", () => {
    const result = verify(state, prove(old, target, headers.slice(0, -1)));
    expect(result.state).toMatchObject({ setId: 11n, finalized: { number: target.number, hash: headerHash(target) } });
    expect(result.verified.header).toEqual(target);
    expect(result.ancestors.map((one) => one.header)).toEqual(headers.slice(0, -1));
    expect(result.ancestors.map((one) => one.hash)).toEqual(headers.slice(0, -1).map(headerHash));
  });

  test("takes the block's header from beside the proof", () => {
    const bare = decode(finalityProof, prove(old, target));
    const proof = encode(finalityProof, { ...bare, unknownHeaders: [] });
    const beside = (of: Header) =>
      outcome(() => verifyFinality(state, { finalityProof: proof, header: encode(header, of) }));
    expect(beside(target)).toBe("accepted");
    expect(beside(trusted)).toBe("proof/target-header");
    expect(beside({ ...target, stateRoot: trusted.stateRoot })).toBe("proof/target-header");
    expect(verdict(state, proof)).toBe("proof/target-header");
  });

  test("PROTOCOL 6: of an older block is verified by the present set, and moves nothing", () => {
    const { state: moved } = verify(state, prove(old, target));
    expect(verify(moved, prove(old, target)).state).toEqual(moved);
    const [older = trusted] = headers;
    const { state: still, verified, passed } = verify(moved, prove(old, older));
    expect(still).toEqual(moved);
    expect(verified).toMatchObject({ header: older, hash: headerHash(older), signedBy: { setId: 11n } });
    expect(passed).toEqual([]);
    const between = verify(moved, prove(old, headers[1] ?? trusted, headers.slice(0, 1)));
    expect(between.ancestors).toMatchObject([{ header: older, signedBy: { setId: 11n } }]);
    expect(verdict(moved, prove(voters(4, 10n, "old"), older))).toBe("proof/stale");
    expect(verdict(moved, prove(voters(4, 11n, "nobody"), older))).toBe("proof/stale");
    const one = decode(finalityProof, prove(old, older));
    const few = encode(justification, justify(old, older, 1));
    expect(verdict(moved, encode(finalityProof, { ...one, justification: few }))).toBe("proof/quorum");
  });

  test("PROTOCOL 6: says which set signed, and none where only the state vouches for a block", () => {
    const { verified } = verify(state, prove(old, target));
    expect(verified.signedBy).toEqual({ setId: 11n, authorities: old.authorities });
    const trustedAgain = verify(trust(next, target), prove(old, target, headers.slice(1, -1)));
    expect(trustedAgain.verified.signedBy).toBeUndefined();
    expect(trustedAgain.ancestors.map(({ signedBy }) => signedBy)).toEqual([undefined]);
    expect(verify(trust(old, target), prove(old, target)).verified.signedBy?.setId).toBe(11n);
  });

  test("of a block that is finalized already is refused with the header of another one", () => {
    const { state: moved } = verify(state, prove(old, target));
    const bare = encode(finalityProof, { ...decode(finalityProof, prove(old, target)), unknownHeaders: [] });
    const beside = (of: Header) =>
      outcome(() => verifyFinality(moved, { finalityProof: bare, header: encode(header, of) }));
    expect(beside(target)).toBe("accepted");
    expect(beside({ ...target, stateRoot: trusted.stateRoot })).toBe("proof/target-header");
  });

  test("of a block under another number than its own is refused, whoever signed it", () => {
    const vote = { targetHash: headerHash(target), targetNumber: target.number + 1 };
    const precommits = old.seeds.map((_, i) => precommit(old, i, vote));
    const votes = encode(justification, { round: ROUND, commit: { ...vote, precommits }, votesAncestries: [] });
    const proof = { block: vote.targetHash, justification: votes, unknownHeaders: [target] };
    expect(verdict(state, encode(finalityProof, proof))).toBe("proof/target-header");
  });

  test("on another fork than the one known is told apart from a bad proof", () => {
    const { state: moved } = verify(state, prove(old, last(headers.slice(0, 2))));
    const fork = chain(3, trusted, "fork");
    expect(verdict(moved, prove(old, last(fork.slice(0, 2))))).toBe("proof/conflicting-finality");
    expect(verdict(moved, prove(old, last(fork)))).toBe("proof/conflicting-finality");
    expect(verdict(moved, prove(old, last(chain(2, last(fork))), fork))).toBe("proof/ancestry");
    expect(verdict(moved, prove(voters(4, 11n, "nobody"), last(fork)))).toBe("proof/quorum");
  });

  test("with headers that don't lead to the block is refused", () => {
    const between = headers.slice(0, -1);
    const fork = chain(2, trusted, "fork");
    expect(verdict(state, prove(old, target, between.toReversed()))).toBe("proof/ancestry");
    expect(verdict(state, prove(old, target, between.slice(0, 1)))).toBe("proof/ancestry");
    expect(verdict(state, prove(old, target, [...between, ...between]))).toBe("proof/ancestry");
    expect(verdict(state, prove(old, target, fork))).toBe("proof/ancestry");
    const added = decode(finalityProof, prove(old, target, between));
    const after = encode(finalityProof, { ...added, unknownHeaders: [...added.unknownHeaders, child(target)] });
    expect(verdict(state, after)).toBe("proof/target-header");
    expect(outcome(() => verifyFinality(state, { finalityProof: after, header: encode(header, target) }))).toBe(
      "proof/target-header",
    );
  });

  test("named for another block than its justification's is refused", () => {
    const proof = decode(finalityProof, prove(old, target));
    const other = { ...proof, block: headerHash(trusted), unknownHeaders: [trusted] };
    expect(verdict(state, encode(finalityProof, other))).toBe("proof/target-header");
  });
});

describe("a scheduled change", () => {
  const announcing = child(trusted, [
    disabled(0n),
    disabled(1n),
    scheduled({ nextAuthorities: next.authorities, delay: 0 }),
  ]);
  const after = child(announcing);

  test("takes effect at its block, among other logs: the old set finalizes it, the new one what follows", () => {
    const { state: changed } = verify(state, prove(old, announcing));
    expect(changed).toMatchObject({ setId: 12n, authorities: next.authorities });
    expect(verify(changed, prove(next, after)).state.finalized.number).toBe(after.number);
    expect(verdict(changed, prove(old, after))).toBe("proof/quorum");
    expect(verdict(state, prove(next, announcing))).toBe("proof/quorum");
  });

  test("can't be passed by", () => {
    expect(verdict(state, prove(old, after, [announcing]))).toBe("proof/set-change-passed");
    expect(verdict(state, prove(next, after, [announcing]))).toBe("proof/set-change-passed");
  });

  test("that is in the state already isn't made again", () => {
    const { state: changed } = verify(state, prove(old, announcing));
    const { state: moved } = verify(changed, prove(next, after, [announcing]));
    expect(moved).toMatchObject({ setId: 12n, authorities: next.authorities });
    expect(verify(changed, prove(old, announcing)).state).toEqual(changed);
  });

  test("with a delay is remembered and takes effect at the block named", () => {
    const delayed = child(trusted, [scheduled({ nextAuthorities: next.authorities, delay: 2 })]);
    const [middle, end, beyond] = chain(3, delayed);
    if (!middle || !end || !beyond) throw new Error("three blocks were asked for");
    const { state: waiting } = verify(state, prove(old, delayed));
    expect(waiting).toMatchObject({ setId: 11n, pending: { lastBlock: end.number, authorities: next.authorities } });
    expect(decode(grandpaState, encode(grandpaState, waiting))).toEqual(waiting);
    expect(verdict(waiting, prove(old, beyond))).toBe("proof/set-change-passed");
    const { state: still } = verify(waiting, prove(old, middle));
    expect(still).toMatchObject({ setId: 11n, pending: { lastBlock: end.number } });
    const { state: changed } = verify(still, prove(old, end));
    expect(changed).toMatchObject({ setId: 12n, authorities: next.authorities, pending: undefined });
    expect(verify(changed, prove(next, beyond)).state.setId).toBe(12n);
    // The announcement is seen in the headers between, too.
    expect(verify(state, prove(old, end, [delayed, middle])).state.setId).toBe(12n);
    expect(verdict(state, prove(old, beyond, [delayed, middle, end]))).toBe("proof/set-change-passed");
  });

  test("that overlaps another, or comes twice in a block, is refused", () => {
    const later = { nextAuthorities: old.authorities, delay: 9 };
    const delayed = child(trusted, [scheduled({ nextAuthorities: next.authorities, delay: 9 })]);
    const sooner = child(delayed, [scheduled({ nextAuthorities: next.authorities, delay: 5 })]);
    expect(verdict(state, prove(old, sooner, [delayed]))).toBe("proof/set-changes");
    const overlapping = child(delayed, [scheduled(later)]);
    expect(verdict(state, prove(old, overlapping, [delayed]))).toBe("proof/set-changes");
    expect(verdict(verify(state, prove(old, delayed)).state, prove(old, overlapping))).toBe("proof/set-changes");
    const otherSet = child(delayed, [scheduled({ ...later, delay: 8 })]);
    expect(verdict(state, prove(old, otherSet, [delayed]))).toBe("proof/set-changes");
    expect(verdict(state, prove(old, child(trusted, [scheduled(later), scheduled(later)])))).toBe("proof/set-changes");
  });

  test("can't hide in a log of another kind than GRANDPA has", () => {
    const item = { type: "consensus", engine: utf8("FRNK"), data: Uint8Array.of(6) } as const;
    expect(verdict(state, prove(old, child(trusted, [item])))).toBe("decode/grandpa-log");
  });

  test("PROTOCOL 6: to a set with odd keys or weights is taken as the chain takes it", () => {
    const [first, ...others] = next.authorities;
    if (first === undefined) throw new Error("four authorities were asked for");
    const zeroKey = { id: new Uint8Array(32), weight: 1n };
    const odd = [zeroKey, first, first, ...others, { ...zeroKey, weight: 0n }];
    const changing = child(trusted, [scheduled({ nextAuthorities: odd, delay: 0 })]);
    const { state: changed } = verify(state, prove(old, changing));
    expect(changed).toMatchObject({ setId: 12n, authorities: odd });
    expect(decode(grandpaState, encode(grandpaState, changed))).toEqual(changed);
    expect(verdict(changed, prove({ ...next, seeds: [...next.seeds] }, child(changing)))).toBe("proof/quorum");
    const all = encode(justification, justify(next, child(changing), 4));
    const proof = encode(finalityProof, { ...decode(finalityProof, prove(next, child(changing))), justification: all });
    expect(verdict(changed, proof)).toBe("accepted");
  });

  test("PROTOCOL 6: to an empty set is taken, and then nothing above is", () => {
    const emptying = child(trusted, [scheduled({ nextAuthorities: [], delay: 0 })]);
    const { state: changed } = verify(state, prove(old, emptying));
    expect(changed).toMatchObject({ setId: 12n, authorities: [] });
    const nobodys = encode(justification, justify(next, child(emptying), 0));
    const shown = decode(finalityProof, prove(next, child(emptying)));
    expect(verdict(changed, encode(finalityProof, { ...shown, justification: nobodys }))).toBe("proof/authority-set");
    expect(verdict(changed, prove(old, emptying))).toBe("accepted");
    expect(verdict(changed, prove(old, trusted))).toBe("proof/stale");
  });

  test("PROTOCOL 6: is proven by a justification of its block and that block's header alone", () => {
    const far = chain(5, trusted);
    const end = child(last(far), [scheduled({ nextAuthorities: next.authorities, delay: 0 })]);
    const bare = encode(finalityProof, { ...decode(finalityProof, prove(old, end)), unknownHeaders: [] });
    const changed = verifyFinality(state, { finalityProof: bare, header: encode(header, end) });
    expect(changed.state).toMatchObject({ setId: 12n, finalized: { number: end.number } });
    expect(changed.passed).toEqual([{ set: { setId: 11n, authorities: old.authorities }, hasSigned: true }]);
    expect(changed.verified.signedBy?.setId).toBe(11n);
  });

  test("PROTOCOL 6: is passed though an authority that is needed has voted for two blocks below", () => {
    const [low, mid] = chain(2, trusted);
    if (!low || !mid) throw new Error("two blocks were asked for");
    const end = child(mid, [scheduled({ nextAuthorities: next.authorities, delay: 0 })]);
    const twice = [precommit(old, 2, voteFor(low)), precommit(old, 2, voteFor(mid))];
    const votes = encode(justification, justify(old, end, 2, twice, [mid, end]));
    const proof = encode(finalityProof, { ...decode(finalityProof, prove(old, end)), justification: votes });
    expect(verify(state, proof).state).toMatchObject({ setId: 12n });
  });
});

describe("a forced change", () => {
  const forcing = child(trusted, [forced({ nextAuthorities: next.authorities, delay: 1 })]);
  const [effective, after] = chain(2, forcing);
  if (!effective || !after) throw new Error("two blocks were asked for");
  const named = { forcedChanges: [headerHash(forcing)] };

  test("is refused unless configured", () => {
    expect(verdict(state, prove(old, forcing))).toBe("proof/forced-change");
    expect(verdict(state, prove(next, after, [forcing, effective]))).toBe("proof/forced-change");
    expect(verdict(state, prove(next, after, [forcing, effective]), { forcedChanges: [headerHash(after)] })).toBe(
      "proof/forced-change",
    );
  });

  test("that is configured puts the new set in force above its block, and only that", () => {
    expect(verify(state, prove(next, after, [forcing, effective]), named).state).toMatchObject({
      setId: 12n,
      authorities: next.authorities,
    });
    expect(verify(state, prove(next, after, [forcing, effective]), named)).toMatchObject({
      passed: [{ set: { setId: 11n }, hasSigned: false }],
      verified: { signedBy: { setId: 12n } },
    });
    expect(verdict(state, prove(old, after, [forcing, effective]), named)).toBe("proof/quorum");
    expect(verdict(state, prove(next, effective, [forcing]), named)).toBe("proof/forced-change");
    const { state: moved } = verify(state, prove(next, after, [forcing, effective]), named);
    expect(verify(moved, prove(next, child(after)), named).state.setId).toBe(12n);
  });
});

describe("a state", () => {
  test("with a zero hash or a change that is past is refused, from configuration as from bytes", () => {
    const hash = new Uint8Array(32);
    const encoded = encode(grandpaState, state);
    expect(decode(grandpaState, encoded)).toEqual({ ...state, pending: undefined });
    const bad: readonly GrandpaState[] = [
      { ...state, finalized: { number: 1, hash } },
      { ...state, pending: { lastBlock: trusted.number, authorities: next.authorities } },
    ];
    for (const wrong of bad) {
      expect(verdict(wrong, prove(old, child(trusted)))).toBe("proof/trust-root");
      expect(outcome(() => checkGrandpaState(wrong))).toBe("proof/trust-root");
      expect(outcome(() => decode(grandpaState, encode(grandpaState, wrong)))).toBe("proof/trust-root");
    }
  });

  test("with impossible authorities is refused from configuration", () => {
    const [first] = old.authorities;
    if (first === undefined) throw new Error("four authorities were asked for");
    const zeroKey = { id: new Uint8Array(32), weight: 1n };
    for (const authorities of [[], [first, first], [{ ...first, weight: 0n }], [zeroKey]])
      expect(outcome(() => checkGrandpaState({ ...state, authorities }))).toBe("proof/authority-set");
    expect(checkGrandpaState(state)).toEqual(state);
  });
});

test("a finality proof with any bit changed is refused", () => {
  const headers = chain(3, trusted);
  const target = last(headers);
  const proof = prove(old, target, headers.slice(0, -1));
  fc.assert(
    fc.property(fc.nat(8 * proof.length - 1), (bit) => {
      const result = outcome(() => {
        const { verified, state: moved } = verify(state, flipBit(proof, bit));
        expect(equal(verified.hash, headerHash(target))).toBe(true);
        expect(moved.finalized.hash).toEqual(headerHash(target));
      });
      expect(result).not.toBe("accepted");
    }),
    { numRuns: 500 },
  );
});

test("any bytes at all are refused with a typed error", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => verdict(state, bytes) !== "accepted"));
});

test("what was verified stays as it was when the proof's buffers are used again", () => {
  const between = child(trusted);
  const announcing = child(between, [scheduled({ nextAuthorities: next.authorities, delay: 0 })]);
  const proof = prove(old, announcing, [between]);
  const beside = encode(header, announcing);
  const { state: moved, verified, ancestors } = verifyFinality(state, { finalityProof: proof, header: beside });
  proof.fill(0);
  beside.fill(0);
  expect(verified.header).toEqual(announcing);
  expect(ancestors.map((one) => one.header)).toEqual([between]);
  expect(moved).toMatchObject({ authorities: next.authorities, finalized: { hash: headerHash(announcing) } });
  // Nor does the state, a few kilobytes that are kept for long, keep the proof in memory.
  for (const { id } of moved.authorities) expect(id.buffer.byteLength).toBe(32);
});
