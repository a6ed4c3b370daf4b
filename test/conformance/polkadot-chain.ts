/** From an authority set's announcement to a parachain's storage, proven step by step. */
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/scale";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { setChange } from "@pdiem/light-client/polkadot/finality/set-change";
import { type VerifiedRelayHeader, verifyAncestors } from "@pdiem/light-client/polkadot/finality/verified-relay-header";
import {
  type VerifiedParaHeader,
  verifyParaAncestors,
  verifyParaHead,
} from "@pdiem/light-client/polkadot/trie/para-head";
import { parasHeads } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readProof } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { z } from "zod";
import { type ConformanceCase, equality } from "./conformance-case.js";
import { justificationCases } from "./polkadot-grandpa.js";
import {
  authorityKeys,
  bytesList,
  decodeHeader,
  type FixtureFile,
  headerFacts,
  hex,
  hex0x,
  stated,
  states,
  u64,
} from "./polkadot-schema.js";
import { entry, entryCases } from "./polkadot-trie.js";

const statedHeader = z.object({ header: hex }).catchall(z.unknown());

const parachain = z.object({
  paraId: z.number(),
  key: hex,
  proof: bytesList,
  value: hex,
  trieVersion: z.string().default(""),
  head: statedHeader,
  ancestors: z.array(statedHeader).default([]),
  expectedOtherKey: z.object({ paraId: z.number(), status: z.enum(["present", "absent", "incomplete"]) }).optional(),
});

const storage = z.object({
  on: z.enum(["relay", "parachain"]),
  blockNumber: z.number(),
  blockHash: z.string(),
  header: hex,
  stateRoot: z.string().optional(),
  headersToFinalized: bytesList.default([]),
  key: hex,
  proof: bytesList,
  value: hex,
  expected: stated.default({}),
  otherKey: entry.optional(),
});

const chainFile = z.object({
  setHeader: statedHeader,
  setId: u64,
  authorities: authorityKeys,
  relay: z.object({ header: hex, justification: hex, expected: stated }).catchall(z.unknown()),
  parachains: z.array(parachain),
  storage: z.array(storage).default([]),
});
type ChainFile = z.infer<typeof chainFile>;

/** The relay header, finalized by the set that `setHeader` announces. */
const finalizedRelay = ({ setHeader, setId, relay }: ChainFile): VerifiedRelayHeader => {
  const announced = decodeHeader(setHeader.header);
  const authorities = setChange(announced)?.change.nextAuthorities ?? [];
  const proof = {
    block: headerHash(decodeHeader(relay.header)),
    justification: relay.justification,
    unknownHeaders: [],
  };
  return verifyFinality(
    { setId, authorities, finalized: { number: announced.number, hash: headerHash(announced) } },
    { finalityProof: encode(finalityProof, proof), header: relay.header },
  ).verified;
};

const paraHeads = (file: ChainFile, relay: VerifiedRelayHeader): readonly VerifiedParaHeader[] =>
  file.parachains.flatMap(({ paraId, proof, trieVersion, ancestors }) => {
    const stateVersion = trieVersion.startsWith("V0") ? 0 : 1;
    const head = verifyParaHead(relay, paraId, proof, { stateVersion });
    return [
      ...verifyParaAncestors(
        head,
        ancestors.map(({ header }) => decodeHeader(header)),
      ),
      head,
    ];
  });

const parachainCases = (
  name: string,
  file: ChainFile,
  para: ChainFile["parachains"][number],
): readonly ConformanceCase[] => {
  const label = `${name}: parachain ${para.paraId}`;
  const { stateRoot } = decodeHeader(file.relay.header);
  const other = para.expectedOtherKey;
  return [
    ...entryCases(label, stateRoot, para.proof, { key: para.key, value: para.value }),
    equality(`${label}: key of the head`, hex0x(para.key), () => hex0x(parasHeads(para.paraId))),
    states(`${label}: head`, para.head, () => {
      const head = verifyParaHead(finalizedRelay(file), para.paraId, para.proof);
      return { ...headerFacts(head.header), hash: hex0x(head.hash) };
    }),
    equality(
      `${label}: ancestors`,
      para.ancestors.map(({ number, hash }) => [number, hash]),
      () =>
        verifyParaAncestors(
          verifyParaHead(finalizedRelay(file), para.paraId, para.proof),
          para.ancestors.map(({ header }) => decodeHeader(header)),
        ).map(({ header, hash }) => [header.number, hex0x(hash)]),
    ),
    ...(other === undefined
      ? []
      : entryCases(label, stateRoot, para.proof, { key: parasHeads(other.paraId), status: other.status })),
  ];
};

/**
 * The state root of a block that the relay header proves: an ancestor, a parachain's head or its
 * ancestor.
 */
const provenRoot = (
  file: ChainFile,
  { on, blockNumber, headersToFinalized }: ChainFile["storage"][number],
): Uint8Array => {
  const relay = finalizedRelay(file);
  const known =
    on === "parachain"
      ? paraHeads(file, relay)
      : [...verifyAncestors(relay, headersToFinalized.map(decodeHeader)), relay];
  const found = known.find(({ header }) => header.number === blockNumber);
  if (found === undefined) throw new Error(`no proven header of block ${blockNumber}`);
  return found.header.stateRoot;
};

const storageCases = (
  name: string,
  file: ChainFile,
  item: ChainFile["storage"][number],
  i: number,
): readonly ConformanceCase[] => {
  const label = `${name}: storage ${i} on ${item.on}`;
  const { stateRoot } = decodeHeader(item.header);
  const { number, hash } = { number: item.blockNumber, hash: item.blockHash };
  return [
    states(`${label}: header`, { number, hash, stateRoot: item.stateRoot }, () =>
      headerFacts(decodeHeader(item.header)),
    ),
    states(`${label}: value`, item.expected, () => {
      const value = readProof(provenRoot(file, item), item.proof, item.key);
      const claimed = String(item.expected.claimedEvent ?? "").replace(/^0x/, "");
      return {
        status: value === undefined ? "absent" : "present",
        length: value?.length,
        claimedEventFoundInValue: value !== undefined && toHex(value).includes(claimed),
      };
    }),
    ...entryCases(label, stateRoot, item.proof, {
      key: item.key,
      value: item.value,
      hashedValue: item.expected.hashedValue === undefined ? undefined : item.expected.hashedValue === true,
    }),
    ...(item.otherKey === undefined ? [] : entryCases(label, stateRoot, item.proof, item.otherKey)),
  ];
};

export const lightClientChain = ({ name, content }: FixtureFile): readonly ConformanceCase[] => {
  const file = chainFile.parse(content);
  const set = { setId: file.setId, authorities: file.authorities };
  return [
    states(`${name}: announcing header`, file.setHeader, () => headerFacts(decodeHeader(file.setHeader.header))),
    equality(
      `${name}: announced set`,
      file.authorities.map(({ id }) => hex0x(id)),
      () => setChange(decodeHeader(file.setHeader.header))?.change.nextAuthorities.map(({ id }) => hex0x(id)),
    ),
    ...justificationCases(`${name}: relay`, set, file.relay.justification, file.relay.expected),
    states(`${name}: relay header`, file.relay, () => headerFacts(finalizedRelay(file).header)),
    ...file.parachains.flatMap((para) => parachainCases(name, file, para)),
    ...file.storage.flatMap((item, i) => storageCases(name, file, item, i)),
  ];
};
