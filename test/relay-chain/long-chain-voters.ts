/** Voters who sign many justifications: each key is opened once. */
import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { RelayBlock } from "@pdiem/devnet/relay/blocks";
import { authoritiesOf, type Voter, type VoterSet } from "@pdiem/devnet/relay/voters";
import { concat, fromHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/scale";
import { threshold } from "@pdiem/light-client/polkadot/finality/authority-set";
import { justification } from "@pdiem/light-client/polkadot/finality/justification";
import { voteMessage } from "@pdiem/light-client/polkadot/finality/vote-signature";

/** Before an Ed25519 seed in PKCS #8. Source: RFC 8410. */
const PKCS8 = fromHex("302e020100300506032b657004220420");

const keys = new WeakMap<Voter, KeyObject>();

const keyOf = (voter: Voter): KeyObject => {
  const known = keys.get(voter);
  if (known !== undefined) return known;
  const key = createPrivateKey({ key: Buffer.from(concat(PKCS8, voter.seed)), format: "der", type: "pkcs8" });
  keys.set(voter, key);
  return key;
};

/**
 * Makes a justification with exactly the votes it needs, SCALE encoded, as the devnet's voters do.
 */
export const justifyOften = (set: VoterSet, round: bigint, { header, hash }: RelayBlock): Uint8Array => {
  const vote = { targetHash: hash, targetNumber: header.number };
  const message = voteMessage(vote, round, set.setId);
  const precommits = set.voters.slice(0, Number(threshold(authoritiesOf(set)))).map((voter) => ({
    precommit: vote,
    signature: new Uint8Array(sign(null, message, keyOf(voter))),
    id: voter.publicKey,
  }));
  return encode(justification, { round, commit: { ...vote, precommits }, votesAncestries: [] });
};
