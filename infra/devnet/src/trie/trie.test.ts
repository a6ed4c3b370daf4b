import { calculateStateRoot, destroyWorker } from "@acala-network/chopsticks-core";
import { compare, toHex } from "@pdiem/light-client/bytes";
import { openProof } from "@pdiem/light-client/polkadot/trie/trie-proof";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { hex } from "../substrate/json.js";
import { rootHash, type StateVersion } from "./encode.js";
import { entries } from "./keys.js";
import { readProof } from "./proof.js";
import { type Change, type Trie, takenOver, valueAt, withChanges } from "./trie.js";

// Few and short keys, so that they share prefixes, contain each other, and come again.
const key = fc
  .uint8Array({ minLength: 1, maxLength: 4, max: 3 })
  .map((bytes) => Uint8Array.from(bytes, (b) => b * 0x11));
const value = fc.uint8Array({ maxLength: 40 }).map((bytes) => Uint8Array.from(bytes));
const change: fc.Arbitrary<Change> = fc.tuple(key, fc.option(value, { nil: undefined, freq: 3 }));
const changes = fc.array(change, { maxLength: 60 });

/** What is left once all changes are made, by key. */
const leftOf = (made: readonly Change[]): readonly (readonly [Uint8Array, Uint8Array])[] => {
  const left = new Map<string, readonly [Uint8Array, Uint8Array]>();
  for (const [at, to] of made) {
    if (to === undefined) left.delete(toHex(at));
    else left.set(toHex(at), [at, to]);
  }
  return [...left.values()].sort(([a], [b]) => compare(a, b));
};

afterAll(destroyWorker);

describe("a trie", () => {
  it("holds what was put in it, in order, whatever was changed and removed before", () => {
    fc.assert(
      fc.property(changes, (made) => {
        const trie = withChanges(undefined, made);
        const left = leftOf(made);
        expect([...entries(trie, new Uint8Array())]).toEqual(left);
        expect(trie).toEqual(withChanges(undefined, left));
        for (const [at, to] of left) expect(valueAt(trie, at)).toEqual(to);
      }),
    );
  });

  it("finds the keys after any key, under any prefix", () => {
    fc.assert(
      fc.property(changes, key, key, (made, prefix, after) => {
        const expected = leftOf(made).filter(
          ([at]) => compare(at.subarray(0, prefix.length), prefix) === 0 && compare(at, after) > 0,
        );
        expect([...entries(withChanges(undefined, made), prefix, after)]).toEqual(expected);
      }),
    );
  });

  it("has the root that another implementation computes", async () => {
    const property = fc.asyncProperty(changes, fc.constantFrom<StateVersion>(0, 1), async (made, version) => {
      const left = leftOf(made);
      fc.pre(left.length > 0);
      const pairs = left.map(([at, to]) => [hex(at), hex(to)] as [`0x${string}`, `0x${string}`]);
      expect(hex(rootHash(withChanges(undefined, made), version))).toBe(await calculateStateRoot(pairs, version));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it("keeps what state version 0 wrote as it is encoded, once a runtime of version 1 writes", () => {
    const long = (fill: number): Uint8Array => new Uint8Array(40).fill(fill);
    const old = withChanges(undefined, [
      [Uint8Array.of(0x11), long(1)],
      [Uint8Array.of(0x12, 1), long(2)],
    ]);
    const after = takenOver(old);
    expect(rootHash(after, 1)).toEqual(rootHash(old, 0));
    const same = withChanges(after, [[Uint8Array.of(0x12, 1), long(2)]]);
    const fresh = withChanges(undefined, [...entries(old, new Uint8Array())]);
    expect(rootHash(same, 1)).not.toEqual(rootHash(after, 1));
    expect(rootHash(same, 1)).not.toEqual(rootHash(fresh, 1));
    const rewritten = withChanges(same, [[Uint8Array.of(0x11), long(1)]]);
    expect(rootHash(rewritten, 1)).toEqual(rootHash(fresh, 1));
  });

  it("proves presence and absence to a light client", () => {
    fc.assert(
      fc.property(
        changes,
        fc.array(key, { minLength: 1, maxLength: 5 }),
        fc.constantFrom<StateVersion>(0, 1),
        changes,
        (made, keys, version, later) => {
          const trie: Trie = withChanges(takenOver(withChanges(undefined, made)), later);
          fc.pre(trie !== undefined);
          const read = openProof(rootHash(trie, version), readProof(trie, version, keys));
          for (const at of keys) expect(read(at)).toEqual(valueAt(trie, at));
        },
      ),
    );
  });
});
