/** GRANDPA justifications and finality proofs. */
import { utf8 } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/scale";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import {
  type Authority,
  type AuthoritySet,
  threshold,
  totalWeight,
} from "@pdiem/light-client/polkadot/finality/authority-set";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { type Finality, verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { type Justification, justification } from "@pdiem/light-client/polkadot/finality/justification";
import { setChange } from "@pdiem/light-client/polkadot/finality/set-change";
import { tallyVotes, verifyJustification } from "@pdiem/light-client/polkadot/finality/vote-tally";
import { z } from "zod";
import { accepted, asText, type ConformanceCase, equality, rejected } from "./conformance-case.js";
import {
  authorityKeys,
  decodeHeader,
  type FixtureFile,
  headerFacts,
  hex,
  hex0x,
  stated,
  states,
  u64,
} from "./polkadot-schema.js";

const decodeVotes = (encoded: Uint8Array): Justification => decode(justification, encoded);

const justificationFacts = ({ round, commit, votesAncestries }: Justification): Record<string, unknown> => ({
  round: Number(round),
  number: commit.targetNumber,
  hash: hex0x(commit.targetHash),
  targetNumber: commit.targetNumber,
  targetHash: hex0x(commit.targetHash),
  precommits: commit.precommits.length,
  precommitCount: commit.precommits.length,
  votesAncestries: votesAncestries.length,
  votesAncestriesCount: votesAncestries.length,
});

const EVERY_VOTE = { untilQuorum: false, isNumberKnown: false };

/** Every vote counted, none left out once there is a quorum. */
const tallyFacts = (set: AuthoritySet, votes: Justification): Record<string, unknown> => {
  const tally = tallyVotes(set, votes, EVERY_VOTE);
  return {
    signed: tally.signed,
    threshold: Number(tally.threshold),
    total: set.authorities.length,
    unknown: tally.unknown,
    badSig: tally.badSignature,
    equivocations: tally.equivocators,
    atThreshold: tally.weight === tally.threshold,
  };
};

/** Without as many votes as it takes to fall below the threshold. */
const belowQuorum = (set: AuthoritySet, votes: Justification): Justification => {
  const weights = new Map(set.authorities.map(({ id, weight }) => [hex0x(id), weight]));
  let weight = 0n;
  const precommits = votes.commit.precommits.filter(({ id }) => {
    const more = weights.get(hex0x(id)) ?? 0n;
    if (weight + more >= threshold(set.authorities)) return false;
    weight += more;
    return true;
  });
  return { ...votes, commit: { ...votes.commit, precommits } };
};

export const justificationCases = (
  name: string,
  set: AuthoritySet,
  encoded: Uint8Array,
  expected: Readonly<Record<string, unknown>>,
): readonly ConformanceCase[] => {
  const verify = () => verifyJustification(set, decodeVotes(encoded));
  const isValid = expected.valid ?? expected.ok ?? true;
  if (isValid !== true) return [rejected(`${name}: verdict`, "the file says that it is invalid", verify)];
  return [
    accepted(`${name}: verdict`, verify),
    states(`${name}: votes`, expected, () => tallyFacts(set, decodeVotes(encoded))),
    equality(`${name}: encoding`, hex0x(encoded), () => hex0x(encode(justification, decodeVotes(encoded)))),
    rejected(`${name}: below quorum`, "a vote too few", () =>
      verifyJustification(set, belowQuorum(set, decodeVotes(encoded))),
    ),
  ];
};

const signers = (votes: Justification): readonly Authority[] =>
  [...new Map(votes.commit.precommits.map(({ id }) => [hex0x(id), id])).values()].map((id) => ({ id, weight: 1n }));

/** A set of that size, of which only the signers are known. */
const padded = (votes: Justification, setId: bigint, size: number): AuthoritySet => {
  const known = signers(votes);
  const strangers = Array.from({ length: Math.max(0, size - known.length) }, (_, i) => ({
    id: blake2b256(utf8(`authority ${i}`)),
    weight: 1n,
  }));
  return { setId, authorities: [...known, ...strangers] };
};

/** The largest set of which so many signers are enough. */
const largestSet = (count: number): number => {
  let size = count;
  while (Number(threshold(Array.from({ length: size + 1 }, () => ({ id: new Uint8Array(32), weight: 1n })))) <= count)
    size += 1;
  return size;
};

/**
 * Where the set isn't known, each signature is still checked, and the count against sets of any
 * size.
 */
const signersOnlyCases = (name: string, setId: bigint, encoded: Uint8Array): readonly ConformanceCase[] => {
  const check = (more: number) => () => {
    const votes = decodeVotes(encoded);
    verifyJustification(padded(votes, setId, largestSet(signers(votes).length) + more), votes);
  };
  return [
    equality(`${name}: signatures`, "0 bad", () => {
      const votes = decodeVotes(encoded);
      return `${tallyVotes(padded(votes, setId, 0), votes, EVERY_VOTE).badSignature} bad`;
    }),
    accepted(`${name}: in the largest set for which its signers are a quorum`, check(0)),
    rejected(`${name}: in a set of one more`, "no quorum", check(1)),
  ];
};

const justificationFile = z.object({
  setId: u64,
  authorities: authorityKeys.nullish(),
  authorityCountInSet: z.number().optional(),
  justification: hex,
  decoded: stated.optional(),
  expected: stated,
});

const THRESHOLD_FOR = /^thresholdFor(\d+)$/;

export const grandpaJustification = ({ name, content }: FixtureFile): readonly ConformanceCase[] => {
  const file = justificationFile.parse(content);
  const { setId, authorities, authorityCountInSet, justification: encoded, expected } = file;
  const facts = states(`${name}: content`, file.decoded ?? {}, () => justificationFacts(decodeVotes(encoded)));
  if (authorities) return [facts, ...justificationCases(name, { setId, authorities }, encoded, expected)];
  const sizes = Object.keys(expected).flatMap((field) => THRESHOLD_FOR.exec(field)?.slice(1) ?? []);
  return [
    facts,
    ...signersOnlyCases(name, setId, encoded),
    states(`${name}: signers`, expected, () => {
      const votes = decodeVotes(encoded);
      const { signed, badSignature } = tallyVotes(padded(votes, setId, 0), votes, EVERY_VOTE);
      return { distinctSigners: signed, allSignaturesValidForSetId: badSignature === 0 ? Number(setId) : undefined };
    }),
    ...sizes.map((size) =>
      equality(`${name}: threshold of ${size}`, expected[`thresholdFor${size}`], () =>
        Number(threshold(padded(decodeVotes(encoded), setId, Number(size)).authorities)),
      ),
    ),
    ...(authorityCountInSet === undefined
      ? []
      : [
          accepted(`${name}: verdict in a set of ${authorityCountInSet}`, () =>
            verifyJustification(padded(decodeVotes(encoded), setId, authorityCountInSet), decodeVotes(encoded)),
          ),
        ]),
  ];
};

const partialFile = z.object({
  items: z.array(z.object({ setId: u64, justification: hex, signers: z.array(hex).optional() }).catchall(z.unknown())),
});

export const grandpaJustificationsPartial = ({ name, content }: FixtureFile): readonly ConformanceCase[] =>
  partialFile.parse(content).items.flatMap((item, i) => {
    const label = `${name}: ${i} ${asText(item.name ?? "")}`;
    return [
      states(`${label}: content`, item, () => justificationFacts(decodeVotes(item.justification))),
      ...(item.signers === undefined
        ? []
        : [
            equality(`${label}: signers`, item.signers.map(hex0x).toSorted(), () =>
              signers(decodeVotes(item.justification))
                .map(({ id }) => hex0x(id))
                .toSorted(),
            ),
          ]),
      ...signersOnlyCases(label, item.setId, item.justification),
    ];
  });

const bulkFile = z.object({
  authoritySets: z.record(z.string(), z.object({ authorities: authorityKeys, scheduledAt: z.number().optional() })),
  items: z.array(
    z.object({ setId: u64, justification: hex, header: hex.optional(), expected: stated }).catchall(z.unknown()),
  ),
});

/** Proves one block to a light client that knows its set and its parent. */
const finalize = (set: AuthoritySet, encodedVotes: Uint8Array, encodedHeader: Uint8Array): Finality => {
  const target = decodeHeader(encodedHeader);
  const proof = { block: headerHash(target), justification: encodedVotes, unknownHeaders: [] };
  return verifyFinality(
    { ...set, finalized: { number: target.number - 1, hash: target.parentHash } },
    { finalityProof: encode(finalityProof, proof), header: encodedHeader },
  );
};

export const grandpaJustifications = ({ name, content }: FixtureFile): readonly ConformanceCase[] => {
  const { authoritySets, items } = bulkFile.parse(content);
  return items.flatMap((item, i) => {
    const label = `${name}: ${i}, block ${asText(item.number ?? "?")}`;
    const authorities = authoritySets[String(item.setId)]?.authorities ?? [];
    const set = { setId: item.setId, authorities };
    const { header } = item;
    const facts = () => ({
      ...justificationFacts(decodeVotes(item.justification)),
      ...(header && headerFacts(decodeHeader(header))),
    });
    const cases = [
      states(`${label}: content`, item, facts),
      ...justificationCases(label, set, item.justification, item.expected),
    ];
    if (header === undefined || item.expected.valid === false) return cases;
    const announced = setChange(decodeHeader(header))?.change.nextAuthorities;
    const next = announced === undefined ? set : { setId: item.setId + 1n, authorities: announced };
    const known = authoritySets[String(next.setId)]?.authorities ?? next.authorities;
    return [
      ...cases,
      equality(`${label}: the set after it`, [next.setId, known.map(({ id }) => hex0x(id)), totalWeight(known)], () => {
        const { state } = finalize(set, item.justification, header);
        return [state.setId, state.authorities.map(({ id }) => hex0x(id)), totalWeight(state.authorities)];
      }),
    ];
  });
};

const proofFile = z.object({ setId: u64, authorities: authorityKeys, encodedFinalityProof: hex, expected: stated });

export const finalityProofFile = ({ name, content }: FixtureFile): readonly ConformanceCase[] => {
  const { setId, authorities, encodedFinalityProof: encoded, expected } = proofFile.parse(content);
  const set = { setId, authorities };
  const verify = () => {
    const oldest = decode(finalityProof, encoded).unknownHeaders[0];
    const finalized = oldest && { number: oldest.number - 1, hash: oldest.parentHash };
    return verifyFinality(
      { ...set, finalized: finalized ?? { number: 0, hash: new Uint8Array(32) } },
      { finalityProof: encoded },
    );
  };
  if (expected.valid === false) return [rejected(`${name}: verdict`, "the file says that it is invalid", verify)];
  return [
    ...justificationCases(name, set, decode(finalityProof, encoded).justification, expected),
    equality(`${name}: encoding of the proof`, hex0x(encoded), () =>
      hex0x(encode(finalityProof, decode(finalityProof, encoded))),
    ),
    equality(`${name}: verified headers`, expected.unknownHeaders, () => {
      const { ancestors, verified } = verify();
      return [...ancestors, verified].map(({ header, hash }) => ({ number: header.number, hash: hex0x(hash) }));
    }),
  ];
};
