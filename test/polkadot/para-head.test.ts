/** From votes to a parachain's storage, over states that the devnet's own trie writes. */
import { rootHash, type StateVersion } from "@pdiem/devnet/trie/encode";
import { readProof as writeProof } from "@pdiem/devnet/trie/proof";
import { withChanges } from "@pdiem/devnet/trie/trie";
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { bytes, compactU32, encode } from "@pdiem/light-client/codec/scale";
import { type VerifiedRelayHeader, verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { type Header, header, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { chain, child, prove, voters } from "@pdiem/light-client/polkadot/testing/chain";
import { verifyParaAncestors, verifyParaHead } from "@pdiem/light-client/polkadot/trie/para-head";
import { parasHeads } from "@pdiem/light-client/polkadot/trie/storage-key";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";

const PARA = 1000;
const set = voters(4);
const trusted = child(undefined);
const paraChain = chain(3, undefined, "para");
const paraHead = paraChain.at(-1) ?? trusted;

/**
 * A finalized relay block whose state holds that value as the parachain's head, with the nodes
 * that prove it.
 */
const relayWith = (head: Uint8Array | undefined, version: StateVersion, padding = "x".repeat(40)) => {
  const filling = [parasHeads(2000), parasHeads(2001)].map((key) => [key, utf8(padding)] as const);
  const trie = withChanges(undefined, head === undefined ? filling : [...filling, [parasHeads(PARA), head]]);
  const block: Header = { ...child(trusted), stateRoot: rootHash(trie, version) };
  const finalized = { number: trusted.number, hash: headerHash(trusted) };
  const { verified } = verifyFinality({ ...set, finalized }, { finalityProof: prove(set, block) });
  return { verified, nodes: writeProof(trie, version, [parasHeads(PARA)]) };
};

const headData = (value: Header): Uint8Array => encode(bytes, encode(header, value));

describe.each([0, 1] as const)("in a relay state of version %i", (version) => {
  test("a parachain's head and its ancestors are those that the relay chain includes", () => {
    const { verified, nodes } = relayWith(headData(paraHead), version);
    const proven = verifyParaHead(verified, PARA, nodes);
    expect(proven).toMatchObject({ paraId: PARA, header: paraHead, hash: headerHash(paraHead) });
    expect(verifyParaAncestors(proven, paraChain.slice(0, -1)).map((one) => one.header)).toEqual(
      paraChain.slice(0, -1),
    );
    expect(outcome(() => verifyParaAncestors(proven, paraChain.slice(0, 1)))).toBe("proof/ancestry");
    expect(outcome(() => verifyParaAncestors(proven, paraChain))).toBe("proof/ancestry");
  });

  test("a proof from another relay block doesn't do", () => {
    const { nodes } = relayWith(headData(paraHead), version);
    const other = relayWith(headData(paraHead), version, "y".repeat(40));
    expect(outcome(() => verifyParaHead(other.verified, PARA, nodes))).toBe("proof/missing-node");
  });

  test("a parachain that isn't there, and one that isn't shown, are told apart", () => {
    const { verified, nodes } = relayWith(undefined, version);
    expect(outcome(() => verifyParaHead(verified, PARA, nodes))).toBe("proof/no-para-head");
    expect(outcome(() => verifyParaHead(verified, 2000, nodes.slice(0, 1)))).toBe("proof/missing-node");
  });

  test("a head that is no header, or more than one, is refused", () => {
    const encoded = encode(header, paraHead);
    for (const head of [
      new Uint8Array(0),
      encoded,
      encode(bytes, concat(encoded, Uint8Array.of(0))),
      concat(encode(compactU32, encoded.length - 1), encoded),
      encode(bytes, new Uint8Array(40)),
    ]) {
      const { verified, nodes } = relayWith(head, version);
      expect(outcome(() => verifyParaHead(verified, PARA, nodes))).toMatch(/^decode\//);
    }
  });
});

test("what wasn't verified can't be passed off as verified", () => {
  const { nodes } = relayWith(headData(paraHead), 0);
  // @ts-expect-error A header and its hash aren't enough: only verification makes the type.
  const forged: VerifiedRelayHeader = { header: trusted, hash: headerHash(trusted) };
  expect(outcome(() => verifyParaHead(forged, PARA, nodes))).not.toBe("accepted");
});
