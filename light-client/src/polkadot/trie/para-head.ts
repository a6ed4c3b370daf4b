/** Parachain headers, proven by the relay chain's state. */
import { decode, bytes as lengthPrefixed } from "../../codec/scale.js";
import { blake2b256 } from "../../crypto/blake2b.js";
import { ProofError } from "../../error.js";
import { linkAncestors } from "../finality/ancestry.js";
import { type Header, header as headerCodec } from "../finality/header.js";
import type { VerifiedRelayHeader } from "../finality/verified-relay-header.js";
import type { TrieOptions } from "./proof-nodes.js";
import { parasHeads } from "./storage-key.js";
import { readProof } from "./trie-proof.js";

const verifiedBrand: unique symbol = Symbol("verified parachain header");

/**
 * A parachain's header that the relay chain has finalized with its own block. Like that one, it
 * can't be written down.
 */
export interface VerifiedParaHeader {
  readonly [verifiedBrand]: true;
  readonly paraId: number;
  readonly header: Header;
  readonly hash: Uint8Array;
}

const create = (paraId: number, header: Header, hash: Uint8Array): VerifiedParaHeader => ({
  [verifiedBrand]: true,
  paraId,
  header,
  hash,
});

/**
 * Proves the parachain's head in the relay block's state: the last block of it included there.
 * @param nodes a read proof of `Paras.Heads(paraId)`
 * @throws ProofError `proof/no-para-head` if the relay chain knows no such parachain, or of
 * `readProof`; DecodeError
 */
export const verifyParaHead = (
  relay: VerifiedRelayHeader,
  paraId: number,
  nodes: readonly Uint8Array[],
  options?: TrieOptions,
): VerifiedParaHeader => {
  const head = readProof(relay.header.stateRoot, nodes, parasHeads(paraId), options);
  if (head === undefined)
    throw new ProofError("proof/no-para-head", `expected parachain ${paraId} in relay block ${relay.header.number}`);
  const encoded = decode(lengthPrefixed, head);
  return create(paraId, decode(headerCodec, encoded), blake2b256(encoded));
};

/**
 * Verifies ancestors of a parachain's head, oldest first.
 * @throws ProofError of `linkAncestors`
 */
export const verifyParaAncestors = (
  { paraId, header: head }: VerifiedParaHeader,
  headers: readonly Header[],
): readonly VerifiedParaHeader[] =>
  linkAncestors(head, headers).map(({ header, hash }) => create(paraId, header, hash));
