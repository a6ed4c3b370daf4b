/** Storage proofs. */

import { setIdOf } from "@pdiem/chain-formats/polkadot/finality/light-sync-state";
import { readPrefix } from "@pdiem/chain-formats/polkadot/trie/trie-prefix";
import { equal } from "@pdiem/light-client/bytes";
import { decode, bytes as lengthPrefixed } from "@pdiem/light-client/codec/scale";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { isPdiemError } from "@pdiem/light-client/error";
import { parasHeads } from "@pdiem/light-client/polkadot/trie/storage-key";
import { decodeTrieNode, type TrieNode } from "@pdiem/light-client/polkadot/trie/trie-node";
import { openProof, readProof } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { z } from "zod";
import { type ConformanceCase, equality, errorText, rejected } from "./conformance-case.js";
import {
  bytesList,
  decodeHeader,
  type FixtureFile,
  headerFacts,
  hex,
  hex0x,
  stated,
  states,
} from "./polkadot-schema.js";

/**
 * What fixtures say of a key in a proof: its value, its proven absence, or that a node is missing.
 */
const readStatus = (root: Uint8Array, nodes: readonly Uint8Array[], key: Uint8Array): string => {
  try {
    const value = readProof(root, nodes, key);
    return value === undefined ? "absent" : `present ${hex0x(value)}`;
  } catch (error) {
    return isPdiemError(error) && error.code === "proof/missing-node" ? "incomplete" : errorText(error);
  }
};

const isHashed = (root: Uint8Array, nodes: readonly Uint8Array[], key: Uint8Array): boolean => {
  try {
    readProof(root, nodes, key, { stateVersion: 0 });
    return false;
  } catch (error) {
    if (isPdiemError(error) && error.code === "proof/state-version") return true;
    throw error;
  }
};

export const entry = z.object({
  key: hex,
  status: z.enum(["present", "absent", "incomplete"]).optional(),
  value: hex.optional(),
  hashedValue: z.boolean().optional(),
});

export const entryCases = (
  name: string,
  root: Uint8Array,
  nodes: readonly Uint8Array[],
  { key, status, value, hashedValue }: z.infer<typeof entry>,
): readonly ConformanceCase[] => {
  const label = `${name}: ${hex0x(key)}`;
  const expected = value === undefined ? (status ?? "present") : `present ${hex0x(value)}`;
  return [
    equality(label, expected, () => readStatus(root, nodes, key)),
    ...(hashedValue === undefined
      ? []
      : [equality(`${label}: hashed value`, hashedValue, () => isHashed(root, nodes, key))]),
  ];
};

/** What is there of the trie, from the root on: one count for each way to a node. */
const trieFacts = (root: Uint8Array, nodes: readonly Uint8Array[]): Record<string, unknown> => {
  const byHash = new Map(nodes.map((node) => [hex0x(blake2b256(node)), node]));
  const facts = { nodes: nodes.length, reachable: 0, inlineChildren: 0, v1HashedValues: 0, v0Values: 0 };
  const walk = (node: TrieNode): void => {
    facts.reachable += 1;
    if (node.value?.type === "inline") facts.v0Values += 1;
    if (node.value?.type === "hashed" && byHash.has(hex0x(node.value.hash))) facts.v1HashedValues += 1;
    for (const child of node.type === "branch" ? node.children : []) {
      if (child?.type === "inline") facts.inlineChildren += 1;
      const encoded = child?.type === "hash" ? byHash.get(hex0x(child.hash)) : child?.node;
      if (encoded !== undefined) walk(decodeTrieNode(encoded));
    }
  };
  const top = byHash.get(hex0x(root));
  if (top !== undefined) walk(decodeTrieNode(top));
  return facts;
};

const headFacts = (root: Uint8Array, nodes: readonly Uint8Array[], paraId: number): Record<string, unknown> => {
  const head = readProof(root, nodes, parasHeads(paraId));
  return head === undefined
    ? { paraId: "absent" }
    : { paraId, ...headerFacts(decodeHeader(decode(lengthPrefixed, head))) };
};

const storageFile = z.object({
  stateRoot: hex,
  proof: bytesList,
  entries: z.array(entry).default([]),
  trie: stated.default({}),
  header: hex.optional(),
  blockNumber: z.number().optional(),
  blockHash: z.string().optional(),
  chain: z.string().default(""),
  grandpaSetIdForBlock: z.number().optional(),
  singleKeyProof: z.object({ proof: bytesList, key: hex, otherKeyStatus: entry.optional() }).optional(),
  expectedHeads: z.array(z.object({ paraId: z.number() }).catchall(z.unknown())).default([]),
});

export const storageProof = ({ name, content, setEnds }: FixtureFile): readonly ConformanceCase[] => {
  const file = storageFile.parse(content);
  const { stateRoot, proof, header, singleKeyProof: single } = file;
  const ends = setEnds(file.chain);
  const setId = file.blockNumber !== undefined && ends !== undefined ? setIdOf(ends, file.blockNumber) : undefined;
  return [
    states(`${name}: trie`, file.trie, () => trieFacts(stateRoot, proof)),
    ...file.entries.flatMap((one) => entryCases(name, stateRoot, proof, one)),
    ...file.expectedHeads.map((head) =>
      states(`${name}: head of ${head.paraId}`, head, () => headFacts(stateRoot, proof, head.paraId)),
    ),
    ...(header === undefined
      ? []
      : [
          states(
            `${name}: header`,
            { number: file.blockNumber, hash: file.blockHash, stateRoot: hex0x(stateRoot) },
            () => headerFacts(decodeHeader(header)),
          ),
        ]),
    ...(setId === undefined || file.grandpaSetIdForBlock === undefined
      ? []
      : [equality(`${name}: authority set`, file.grandpaSetIdForBlock, () => Number(setId))]),
    ...(single === undefined
      ? []
      : [
          equality(`${name}: one key alone`, readStatus(stateRoot, proof, single.key), () =>
            readStatus(stateRoot, single.proof, single.key),
          ),
          ...(single.otherKeyStatus === undefined
            ? []
            : entryCases(`${name}: one key alone`, stateRoot, single.proof, single.otherKeyStatus)),
        ]),
  ];
};

const prefixFile = z.object({ stateRoot: hex, prefix: hex, proof: bytesList, expectedKeys: bytesList });

const sortedHex = (values: readonly Uint8Array[]): readonly string[] => values.map(hex0x).toSorted();

export const prefixProof = ({ name, content }: FixtureFile): readonly ConformanceCase[] => {
  const { stateRoot, prefix, proof, expectedKeys } = prefixFile.parse(content);
  return [
    equality(`${name}: keys`, sortedHex(expectedKeys), () => sortedHex(readPrefix(stateRoot, proof, prefix))),
    equality(`${name}: keys found singly`, true, () => {
      const lookup = openProof(stateRoot, proof);
      return expectedKeys.every((key) => lookup(key) !== undefined);
    }),
    rejected(`${name}: without its root`, "a node is missing", () =>
      readPrefix(
        stateRoot,
        proof.filter((node) => !equal(blake2b256(node), stateRoot)),
        prefix,
      ),
    ),
  ];
};

const relayToParaFile = z.object({
  relay: z.object({ stateRoot: hex, key: hex, proof: bytesList, value: hex, hashedValue: z.boolean().optional() }),
  para: z
    .object({
      paraId: z.number(),
      stateRoot: hex,
      proof: bytesList,
      entries: z.array(entry).default([]),
      absent: bytesList.default([]),
    })
    .catchall(z.unknown()),
});

export const relayToParaStorage = ({ name, content }: FixtureFile): readonly ConformanceCase[] => {
  const { relay, para } = relayToParaFile.parse(content);
  return [
    ...entryCases(`${name}: relay`, relay.stateRoot, relay.proof, relay),
    equality(`${name}: key of the head`, hex0x(relay.key), () => hex0x(parasHeads(para.paraId))),
    states(`${name}: head`, { ...para, stateRoot: hex0x(para.stateRoot) }, () =>
      headFacts(relay.stateRoot, relay.proof, para.paraId),
    ),
    ...para.entries.flatMap((one) => entryCases(`${name}: para`, para.stateRoot, para.proof, one)),
    ...para.absent.flatMap((key) => entryCases(`${name}: para`, para.stateRoot, para.proof, { key, status: "absent" })),
  ];
};
