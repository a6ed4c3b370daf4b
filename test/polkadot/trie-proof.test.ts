/**
 * Read proofs that the devnet's own trie writes, as the light client reads them. The two programs
 * share no trie code.
 */

import { readPrefix } from "@pdiem/chain-formats/polkadot/trie/trie-prefix";
import { rootHash } from "@pdiem/devnet/trie/encode";
import { readProof as writeProof } from "@pdiem/devnet/trie/proof";
import { type Trie, withChanges } from "@pdiem/devnet/trie/trie";
import { concat, equal, fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { isPdiemError } from "@pdiem/light-client/error";
import { openProof, readProof, readProofs } from "@pdiem/light-client/polkadot/trie/trie-proof";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

type Version = 0 | 1;
type Nodes = readonly Uint8Array[];

/**
 * What a read comes to: a value as hex, `absent`, or the code of a typed error. Other exceptions
 * pass through.
 */
const read = (root: Uint8Array, nodes: Nodes, key: Uint8Array, options = {}): string => {
  try {
    const value = readProof(root, nodes, key, options);
    return value === undefined ? "absent" : toHex(value);
  } catch (error) {
    if (isPdiemError(error)) return error.code;
    throw error;
  }
};

const stated = (value: Uint8Array | undefined): string => (value === undefined ? "absent" : toHex(value));
const isError = (result: string): boolean => result.includes("/");

// Few bytes, so that keys share prefixes and some are prefixes of others.
const key = fc.uint8Array({ minLength: 1, maxLength: 5 }).map((bytes) => bytes.map((byte) => byte & 0x13));
const value = fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ minLength: 30, maxLength: 70 }));
const entries = fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 40 });
const version = fc.constantFrom<Version>(0, 1);

interface Sample {
  readonly root: Uint8Array;
  readonly trie: Trie;
  readonly stateVersion: Version;
  readonly values: ReadonlyMap<string, Uint8Array>;
}

const sample = fc.tuple(entries, version).map(([pairs, stateVersion]): Sample => {
  const trie = withChanges(undefined, pairs);
  const values = new Map(pairs.map(([k, v]) => [toHex(k), v]));
  return { root: rootHash(trie, stateVersion), trie, stateVersion, values };
});

const proofOf = ({ trie, stateVersion }: Sample, keys: Nodes): Nodes => writeProof(trie, stateVersion, keys);
const expected = ({ values }: Sample, k: Uint8Array): string => stated(values.get(toHex(k)));

describe("a read proof", () => {
  test("gives each key's value or its absence, from exactly its nodes in any order", () => {
    fc.assert(
      fc.property(sample, fc.array(key, { minLength: 1, maxLength: 8 }), (one, keys) => {
        const { root, stateVersion } = one;
        const nodes = proofOf(one, keys);
        const wanted = keys.map((k) => expected(one, k));
        const options = { stateVersion, exact: true };
        expect(readProofs(root, nodes, keys, options).map(stated)).toEqual(wanted);
        expect(readProofs(root, nodes.toReversed(), keys, options).map(stated)).toEqual(wanted);
        expect(keys.map(openProof(root, nodes)).map(stated)).toEqual(wanted);
      }),
    );
  });

  test("never gives another value for a key that it wasn't made for", () => {
    fc.assert(
      fc.property(sample, key, key, (one, made, asked) => {
        const result = read(one.root, proofOf(one, [made]), asked);
        expect([expected(one, asked), "proof/missing-node"]).toContain(result);
      }),
    );
  });

  test("without any of its nodes is an error, never absence", () => {
    fc.assert(
      fc.property(sample, key, fc.nat(), (one, k, at) => {
        const nodes = proofOf(one, [k]);
        expect(read(one.root, nodes.toSpliced(at % nodes.length, 1), k)).toBe("proof/missing-node");
      }),
    );
  });

  test("with any bit changed is an error", () => {
    fc.assert(
      fc.property(sample, key, fc.nat(), fc.nat(), (one, k, at, bit) => {
        const nodes = proofOf(one, [k]);
        const index = at % nodes.length;
        const changed = (nodes[index] ?? new Uint8Array(1)).slice();
        if (changed.length === 0) return;
        changed[(bit >> 3) % changed.length] = (changed[(bit >> 3) % changed.length] ?? 0) ^ (1 << (bit & 7));
        expect(read(one.root, nodes.with(index, changed), k)).toBe("proof/missing-node");
      }),
    );
  });

  test("with a node added or repeated says the same, or is refused where asked to", () => {
    fc.assert(
      fc.property(sample, key, fc.uint8Array({ maxLength: 60 }), fc.nat(), (one, k, foreign, at) => {
        const nodes = proofOf(one, [k]);
        const repeated = nodes.slice(at % nodes.length).slice(0, 1);
        for (const more of [[foreign], repeated]) {
          const surplus = nodes.toSpliced(at % (nodes.length + 1), 0, ...more);
          expect(read(one.root, surplus, k)).toBe(expected(one, k));
          expect(read(one.root, surplus, k, { exact: true })).toBe("proof/surplus-node");
        }
      }),
    );
  });

  test("under another root is an error", () => {
    fc.assert(
      fc.property(sample, sample, key, (one, other, k) => {
        fc.pre(!equal(one.root, other.root));
        const result = read(other.root, proofOf(one, [k]), k);
        expect(isError(result) || result === expected(other, k)).toBe(true);
      }),
    );
  });

  test("of any bytes, under any root, gives a value, absence or a typed error", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1, maxLength: 4 }), key, (nodes, k) => {
        const [first = new Uint8Array(0)] = nodes;
        read(blake2b256(first), nodes, k);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("all keys below a prefix", () => {
  test("are found, in order, from no other nodes than theirs", () => {
    fc.assert(
      fc.property(
        sample,
        fc.uint8Array({ maxLength: 2 }).map((bytes) => bytes.map((byte) => byte & 0x13)),
        (one, prefix) => {
          const wanted = [...one.values.keys()].filter((hex) => hex.startsWith(toHex(prefix))).toSorted();
          const nodes = proofOf(one, [...wanted.map((hex) => fromHex(hex)), prefix]);
          expect(readPrefix(one.root, nodes, prefix).map(toHex)).toEqual(wanted);
        },
      ),
    );
  });

  test("are never fewer than there are: without a node it is an error", () => {
    fc.assert(
      fc.property(sample, fc.nat(), (one, at) => {
        const all = [...one.values.keys()].map((hex) => fromHex(hex));
        const { trie, stateVersion, root } = one;
        // Values aside: a key is there whether or not its value is shown.
        const values = new Set([...one.values.values()].map(toHex));
        const nodes = writeProof(trie, stateVersion, all).filter((node) => !values.has(toHex(node)));
        fc.pre(nodes.length > 0);
        const partial = nodes.toSpliced(at % nodes.length, 1);
        expect(() => readPrefix(root, partial, new Uint8Array(0))).toThrow(/hold the node/);
      }),
    );
  });
});

describe("what an attacker may try", () => {
  const pairs = [0, 1, 2].map(
    (i) => [utf8(`key ${i}`), utf8(`a value that is longer than thirty-two bytes: ${i}`)] as const,
  );
  const trie = withChanges(undefined, pairs);
  const first = utf8("key 0");

  test("a value kept by hash isn't taken where the state version has none", () => {
    const root = rootHash(trie, 1);
    const nodes = writeProof(trie, 1, [first]);
    expect(read(root, nodes, first, { stateVersion: 0 })).toBe("proof/state-version");
    expect(read(root, nodes, first, { stateVersion: 1 })).toBe(stated(pairs[0]?.[1]));
  });

  test("another key's value isn't taken for a hashed one", () => {
    const root = rootHash(trie, 1);
    const nodes = writeProof(trie, 1, [first]).filter((node) => !equal(node, pairs[0]?.[1] ?? node));
    expect(read(root, [...nodes, pairs[1]?.[1] ?? first], first)).toBe("proof/missing-node");
  });

  test("zero roots, roots of nothing and roots of another length are refused", () => {
    const nodes = writeProof(trie, 0, [first]);
    const roots = [
      new Uint8Array(32),
      blake2b256(Uint8Array.of(0)),
      new Uint8Array(0),
      rootHash(trie, 0).subarray(0, 31),
    ];
    for (const root of roots) expect(read(root, [...nodes, Uint8Array.of(0)], first)).toBe("proof/empty-root");
  });

  test("empty and endless keys are refused", () => {
    const nodes = writeProof(trie, 0, [first]);
    for (const length of [0, 1025]) expect(read(rootHash(trie, 0), nodes, new Uint8Array(length))).toBe("proof/key");
  });

  test("proofs of too many nodes or bytes are refused", () => {
    const root = rootHash(trie, 0);
    const many = new Array<Uint8Array>(16_385).fill(Uint8Array.of(1));
    expect(read(root, many, first)).toBe("proof/too-large");
    expect(read(root, [new Uint8Array(16 * 1024 * 1024 + 1)], first)).toBe("proof/too-large");
  });

  test("a key that is a prefix of others has its own value, and its parent none", () => {
    const nested = withChanges(undefined, [
      [utf8("ab"), utf8("1")],
      [utf8("abcd"), utf8("2")],
      [utf8("abce"), utf8("3")],
    ]);
    const root = rootHash(nested, 0);
    const keys = ["a", "ab", "abc", "abcd", "abcde"].map(utf8);
    const nodes = writeProof(nested, 0, keys);
    expect(keys.map((k) => read(root, nodes, k))).toEqual(["absent", "31", "absent", "32", "absent"]);
    expect(readPrefix(root, nodes, utf8("abc")).map(toHex)).toEqual([utf8("abcd"), utf8("abce")].map(toHex));
    expect(readPrefix(root, nodes, concat(utf8("ab"), Uint8Array.of(0)))).toEqual([]);
  });
});
