import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, fromHex } from "../../bytes.js";
import { outcome } from "../../testing/outcome.js";
import { decodeTrieNode, MAX_KEY_NIBBLES, toNibbles } from "./trie-node.js";

const HASH = "cd".repeat(32);
const VALUE = "08aabb";
const LEAF = "41010411";
/** Bitmap, and children at nibbles 0 and 1: one by its hash, one inline. */
const BITMAP = "0300";
const CHILDREN = `80${HASH}10${LEAF}`;

const node = (hex: string) => decodeTrieNode(fromHex(hex));
const verdict = (hex: string): string => outcome(() => node(hex));

test("a leaf has its value, or its hash", () => {
  expect(node(`430123${VALUE}`)).toEqual({
    type: "leaf",
    partialKey: Uint8Array.of(1, 2, 3),
    value: { type: "inline", value: fromHex("aabb") },
  });
  expect(node(`2212${HASH}`)).toEqual({
    type: "leaf",
    partialKey: Uint8Array.of(1, 2),
    value: { type: "hashed", hash: fromHex(HASH) },
  });
});

test("a branch has children by hash or inline, and perhaps a value or its hash", () => {
  const children = [
    { type: "hash", hash: fromHex(HASH) },
    { type: "inline", node: fromHex(LEAF) },
    ...new Array(14).fill(undefined),
  ];
  const branch = { type: "branch", partialKey: Uint8Array.of(7), children };
  expect(node(`8107${BITMAP}${CHILDREN}`)).toEqual({ ...branch, value: undefined });
  expect(node(`c107${BITMAP}${VALUE}${CHILDREN}`)).toEqual({
    ...branch,
    value: { type: "inline", value: fromHex("aabb") },
  });
  expect(node(`1107${BITMAP}${HASH}${CHILDREN}`)).toEqual({
    ...branch,
    value: { type: "hashed", hash: fromHex(HASH) },
  });
});

test("the length of a partial key goes on in further bytes", () => {
  for (const [nibbles, head] of [
    [62, "7e"],
    [63, "7f00"],
    [64, "7f01"],
    [63 + 254, "7ffe"],
    [63 + 255, "7fff00"],
    [63 + 600, "7fffff5a"],
  ] as const)
    expect(
      node(`${head}${"11".repeat(Math.ceil(nibbles / 2)).replace(/^1/, nibbles % 2 ? "0" : "1")}${VALUE}`).partialKey,
    ).toHaveLength(nibbles);
  expect(node(`3f00${"11".repeat(16).replace(/^1/, "0")}${HASH}`).partialKey).toHaveLength(31);
  expect(node(`1f00${"11".repeat(8).replace(/^1/, "0")}${BITMAP}${HASH}${CHILDREN}`).partialKey).toHaveLength(15);
});

test("nothing but the one encoding of a possible node is taken", () => {
  for (const [malformed, code] of [
    ["", "decode/truncated"],
    ["00", "decode/trie-node"],
    ["01", "decode/trie-node"],
    ["0f", "decode/trie-node"],
    [`411123${VALUE}`, "decode/trie-node"],
    [`41f1${VALUE}`, "decode/trie-node"],
    [`7f${"ff".repeat(8)}01${VALUE}`, "decode/trie-node"],
    ["4101", "decode/truncated"],
    ["410108aa", "decode/truncated"],
    ["410102000000", "decode/compact"],
    [`4101${VALUE}00`, "decode/trailing"],
    [`2101${HASH.slice(2)}`, "decode/truncated"],
    [`800000`, "decode/trie-node"],
    [`c00000${VALUE}`, "decode/trie-node"],
    [`80010080${HASH}`, "decode/trie-node"],
    [`800300${CHILDREN}00`, "decode/trailing"],
    [`80030080${HASH}`, "decode/truncated"],
    [`80030080${HASH}00`, "decode/trie-node"],
    [`80030080${HASH}84${HASH}00`, "decode/trie-node"],
  ] as const)
    expect([malformed, verdict(malformed)]).toEqual([malformed, code]);
});

test("partial keys are bounded", () => {
  const more = MAX_KEY_NIBBLES - 63;
  const length = "ff".repeat(Math.floor(more / 255)) + (more % 255).toString(16).padStart(2, "0");
  expect(verdict(`7f${length}${"11".repeat(MAX_KEY_NIBBLES / 2)}${VALUE}`)).toBe("accepted");
  expect(verdict(`7f${"ff".repeat(100_000)}`)).toBe("decode/trie-node");
});

test("any bytes give a node or a typed error", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => outcome(() => decodeTrieNode(bytes)) !== ""));
});

test("nibbles are in the order of their bytes, the high one first", () => {
  expect(toNibbles(concat(fromHex("1f"), fromHex("a0")))).toEqual(Uint8Array.of(1, 15, 10, 0));
});
