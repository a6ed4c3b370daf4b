/**
 * The relay chain's finality: a round of votes a block, and what `grandpa_proveFinality` is
 * answered from. Source: sc_consensus_grandpa::finality_proof.
 */
import { encode } from "@pdiem/light-client/codec/scale";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import type { Header } from "@pdiem/light-client/polkadot/finality/header";
import type { RelayBlock, RelayBlocks } from "./blocks.js";
import type { VoterSet } from "./voters.js";
import { justify } from "./voting.js";

export interface Justified {
  readonly block: RelayBlock;
  /** SCALE encoded. */
  readonly justification: Uint8Array;
}

export interface Finality {
  readonly finalized: () => RelayBlock;
  readonly round: () => bigint;
  /**
   * Finalizes the block by the votes of a set.
   * @param last the set's last block: its justification is kept for ever
   */
  readonly finalize: (set: VoterSet, block: RelayBlock, options: { readonly last: boolean }) => Justified;
  /** Proves a block's finality; undefined while the block isn't finalized. */
  readonly prove: (number: number) => Uint8Array | undefined;
}

/** In every third round a voter has seen the next block already, and votes for that. */
const VOTES_ABOVE_EVERY = 3n;
/** Limit of Substrate, far above what a light client takes. */
const MAX_UNKNOWN_HEADERS = 100_000;

export const createFinality = (blocks: RelayBlocks): Finality => {
  const endsOfSets: Justified[] = [];
  let latest: Justified | undefined;
  let finalized = blocks.best();
  let round = 0n;

  const headersAfter = (number: number, last: number): readonly Header[] => {
    const headers: Header[] = [];
    for (let at = number + 1; at <= last && headers.length < MAX_UNKNOWN_HEADERS; at++) {
      const block = blocks.at(at);
      if (block !== undefined) headers.push(block.header);
    }
    return headers;
  };

  return {
    finalized: () => finalized,
    round: () => round,
    finalize: (set, block, { last }) => {
      // A new set starts over with its rounds.
      round = endsOfSets.at(-1)?.block === finalized ? 1n : round + 1n;
      // What follows a set's last block is not for that set to vote on.
      const child = !last && round % VOTES_ABOVE_EVERY === 0n ? blocks.at(block.header.number + 1) : undefined;
      latest = { block, justification: justify(set, round, block, child) };
      finalized = block;
      if (last) endsOfSets.push(latest);
      return latest;
    },
    prove: (number) => {
      if (number > finalized.header.number) return undefined;
      const justified = endsOfSets.find(({ block }) => block.header.number >= number) ?? latest;
      if (justified === undefined) return undefined;
      return encode(finalityProof, {
        block: justified.block.hash,
        justification: justified.justification,
        unknownHeaders: headersAfter(number, justified.block.header.number),
      });
    },
  };
};
