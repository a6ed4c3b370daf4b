import { equal, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/scale";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { linkAncestors } from "@pdiem/light-client/polkadot/finality/ancestry";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { type Header, header as headerCodec, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { type Justification, justification } from "@pdiem/light-client/polkadot/finality/justification";
import type { FinalityConflict, SetJustification } from "@pdiem/light-client/polkadot/finality/misbehaviour";
import { voteMessage } from "@pdiem/light-client/polkadot/finality/vote-signature";
import { verifyJustification } from "@pdiem/light-client/polkadot/finality/vote-tally";
import type { ObservedFinality } from "../../chains/observed.js";
import type { Findings } from "./findings.js";
import { attempt, holds, judge, reportEquivocations } from "./judge.js";
import type { SetsKeeper } from "./sets-keeper.js";

/** Observes what relay chain nodes show, for blocks of different forks that are final. */
export interface FinalityWitness {
  /**
   * Looks for conflicts. Never throws. A node makes it verify a few justifications at most.
   * @returns whether a known set vouches for the block
   */
  readonly observe: (observed: ObservedFinality) => boolean;
  /**
   * Lists the final block that each node has shown last, and this process's light client. All must
   * be of one chain. Highest first.
   */
  readonly newest: () => readonly Shown[];
  /** Tells whether that node has shown headers by which a block lies on its chain. */
  readonly hasPassed: (url: string, block: Finalized) => boolean;
}

export interface Finalized {
  readonly number: number;
  readonly hash: Uint8Array;
}

/** With the set that finalized it. */
export interface Shown extends Finalized {
  readonly setId: bigint;
}

/**
 * A justification with the headers that lead to its block, oldest first; none where they weren't
 * shown.
 */
interface Proof {
  readonly votes: Justification;
  readonly headers: readonly Header[];
}

/**
 * Headers that evidence holds at most. Polkadot's sets have several times as many, but nodes are
 * compared often, and near their heads.
 */
export const MOST_HEADERS = 4096;

const MOST = 32;
const MOST_VERIFIED = 2;
/**
 * Newest ones: a justification doesn't say whose it is, and to find out that it isn't a set's is
 * costly.
 */
const SETS_TRIED = 3;
/** Votes, of which one must be an older set's before that is tried. */
const SAMPLE = 8;
const MOST_PASSED = 1024;
/** In place of a node's URL: this process's own light client. */
const OWN = "";

const targetOf = ({ commit }: Justification): Finalized => ({ number: commit.targetNumber, hash: commit.targetHash });

/**
 * Whether the set validly cast some of the votes, drawn so that nobody can hide the others behind
 * bad ones.
 */
const mayBeBy = ({ setId, authorities }: AuthoritySet, { round, commit: { precommits } }: Justification): boolean => {
  const members = new Set(authorities.map(({ id }) => toHex(id)));
  const sample = Array.from({ length: SAMPLE }, () => precommits[Math.floor(Math.random() * precommits.length)]);
  return sample.some(
    (vote) =>
      vote !== undefined &&
      members.has(toHex(vote.id)) &&
      verifyStrict(vote.id, voteMessage(vote.precommit, round, setId), vote.signature),
  );
};

const read = ({ proof, header }: ObservedFinality): Proof | undefined =>
  attempt(() => {
    const { block, justification: encoded, unknownHeaders } = decode(finalityProof, proof);
    // A copy: votes are kept, and would keep the whole answer that they came in.
    const votes = decode(justification, Uint8Array.from(encoded));
    const given = header === undefined ? [] : [decode(headerCodec, header)];
    if (!equal(block, votes.commit.targetHash)) return undefined;
    return { votes, headers: unknownHeaders.length > 0 ? unknownHeaders : given };
  });

/** What contradicts `known` in what was shown, if it is as it seems. */
const conflictWith = (
  known: SetJustification,
  { votes, headers }: Proof,
  setId: bigint,
): FinalityConflict | undefined => {
  const lower = targetOf(known.justification);
  const { number, hash } = targetOf(votes);
  const higher = { setId, justification: votes };
  if (number === lower.number) return equal(hash, lower.hash) ? undefined : { lower: known, higher, headers: [] };
  if (number < lower.number) return undefined;
  const between = headers.filter((one) => one.number > lower.number);
  const [bottom] = between;
  if (between.length > MOST_HEADERS) return undefined;
  if (bottom === undefined || bottom.number !== lower.number + 1 || equal(bottom.parentHash, lower.hash))
    return undefined;
  return { lower: known, higher, headers: between };
};

/** Lists the sets that a light client has gone through with a step. */
const setsIn = (accepted: ObservedFinality["accepted"]): readonly AuthoritySet[] =>
  accepted === undefined ? [] : [accepted.from, ...accepted.to.passed.map(({ set }) => set), accepted.to.state];

/** @param bridgeId that evidence is kept for */
export const createFinalityWitness = (bridgeId: Uint8Array, sets: SetsKeeper, findings: Findings): FinalityWitness => {
  const memory = new Map<string, SetJustification>();
  const newest = new Map<string, Shown>();
  const passed = new Set<string>();

  /** Whose justification it is, if it is a known set's. */
  const signers = (votes: Justification): AuthoritySet | undefined =>
    sets
      .get()
      .relay.filter((set, i) => i < SETS_TRIED || mayBeBy(set, votes))
      .find((set) => holds(() => verifyJustification(set, votes)));

  const add = (name: string, one: SetJustification): void => {
    memory.delete(name);
    memory.set(name, one);
    const [oldest] = memory.keys();
    if (memory.size > MOST && oldest !== undefined) memory.delete(oldest);
  };

  const suspicions = (shown: Proof, setId: bigint): readonly FinalityConflict[] =>
    [...memory.values()]
      .flatMap((known) => conflictWith(known, shown, setId) ?? [])
      .sort((a, b) => a.headers.length - b.headers.length)
      .slice(0, MOST_VERIFIED);

  /** Too few voted for it: who of them voted for another block in the same round? */
  const report = (shown: Proof): void => {
    for (const { lower } of suspicions(shown, 0n)) {
      const set = sets.get().relay.find(({ setId }) => setId === lower.setId);
      if (set !== undefined) reportEquivocations(findings, set, shown.votes, lower.justification);
    }
  };

  const take = (one: SetJustification, headers: readonly Header[]): void => {
    const found = suspicions({ votes: one.justification, headers }, one.setId);
    for (const value of found) judge(findings, bridgeId, sets.get(), { type: "relay", value });
  };

  const passedName = (url: string, hash: Uint8Array): string => `${url} ${toHex(hash)}`;

  /** Notes which of the blocks remembered the headers of a final one have led through. */
  const pass = (url: string, { votes, headers }: Proof): void => {
    const top = headers.at(-1);
    if (top === undefined || !equal(headerHash(top), votes.commit.targetHash)) return;
    if (attempt(() => linkAncestors(top, headers.slice(0, -1))) === undefined) return;
    for (const { parentHash } of headers) if (memory.has(toHex(parentHash))) passed.add(passedName(url, parentHash));
    for (const name of passed) if (passed.size > MOST_PASSED) passed.delete(name);
  };

  return {
    observe: (observed) => {
      const shown = read(observed);
      if (shown === undefined) return false;
      const { accepted, url } = observed;
      for (const set of setsIn(accepted)) sets.addAuthorities(set);
      const target = targetOf(shown.votes);
      const name = toHex(target.hash);
      // A proof for the very block that a light client knows already is taken whoever signed it.
      const voters = accepted?.to.verified.signedBy;
      let known = memory.get(name);
      if (known === undefined) {
        const set = voters ?? signers(shown.votes);
        if (set === undefined) {
          report(shown);
          return false;
        }
        reportEquivocations(findings, set, shown.votes);
        known = { setId: set.setId, justification: shown.votes };
      }
      take(known, shown.headers);
      // What this process's own light client went through need not be told: it asks for what is new
      // to it alone.
      if (accepted === undefined) pass(url, shown);
      add(name, known);
      // A node may come to show a lower block, of another fork; a light client never goes back.
      const { setId } = known;
      newest.set(url, { ...target, setId });
      if (voters !== undefined && target.number > (newest.get(OWN)?.number ?? -1))
        newest.set(OWN, { ...target, setId });
      return true;
    },
    hasPassed: (url, { hash }) => passed.has(passedName(url, hash)),
    newest: () => {
      const distinct = new Map([...newest.values()].map((one) => [toHex(one.hash), one]));
      return [...distinct.values()].sort((a, b) => b.number - a.number);
    },
  };
};
