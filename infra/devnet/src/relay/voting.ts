/** Rounds of GRANDPA: what voters sign to finalize a block. */
import { encode } from "@pdiem/light-client/codec/scale";
import { sign } from "@pdiem/light-client/crypto/ed25519";
import { threshold } from "@pdiem/light-client/polkadot/finality/authority-set";
import { justification, type SignedPrecommit, type Vote } from "@pdiem/light-client/polkadot/finality/justification";
import { voteMessage } from "@pdiem/light-client/polkadot/finality/vote-signature";
import type { RelayBlock } from "./blocks.js";
import { authoritiesOf, type Voter, type VoterSet } from "./voters.js";

const voteFor = ({ hash, header }: RelayBlock): Vote => ({ targetHash: hash, targetNumber: header.number });

const precommit = (voter: Voter, vote: Vote, round: bigint, setId: bigint): SignedPrecommit => ({
  precommit: vote,
  signature: sign(voter.seed, voteMessage(vote, round, setId)),
  id: voter.publicKey,
});

/**
 * Makes a justification with exactly the votes it needs, SCALE encoded.
 * @param child where given, a child of the target for which the first voter votes, having seen it
 * already. The child's header is the ancestry that shows this to be a vote for the target, too
 */
export const justify = (set: VoterSet, round: bigint, target: RelayBlock, child?: RelayBlock): Uint8Array => {
  const votes = Number(threshold(authoritiesOf(set)));
  const precommits = set.voters
    .slice(0, votes)
    .map((voter, place) => precommit(voter, voteFor(place === 0 ? (child ?? target) : target), round, set.setId));
  return encode(justification, {
    round,
    commit: { ...voteFor(target), precommits },
    votesAncestries: child === undefined ? [] : [child.header],
  });
};
