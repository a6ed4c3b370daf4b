import { encode } from "@pdiem/light-client/codec/scale";
import { signerOf, verifyAhead } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { type FinalityUpdate, finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { finalitySignatures } from "@pdiem/light-client/polkadot/finality/finality-signatures";
import { type GrandpaState, verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { type Header, header, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { justification } from "@pdiem/light-client/polkadot/finality/justification";
import { voteMessage } from "@pdiem/light-client/polkadot/finality/vote-signature";
import { bareVerifications } from "./bare-verifications.js";
import type { Benchmark } from "./measure.js";

const AUTHORITIES = 1000;
const QUORUM = AUTHORITIES - Math.floor((AUTHORITIES - 1) / 3);
const HASH = sha3_256(Uint8Array.of(1));

const target: Header = { parentHash: HASH, number: 101, stateRoot: HASH, extrinsicsRoot: HASH, digest: [] };

/**
 * A finality proof whose justification has exactly as many votes as are needed; decoding included.
 */
export const grandpaJustification = (): Benchmark => {
  const signers = Array.from({ length: AUTHORITIES }, (_, i) => signerOf(sha3_256(Uint8Array.of(2, i, i >> 8))));
  const state: GrandpaState = {
    setId: 5n,
    authorities: signers.map((signer) => ({ id: signer.publicKey(), weight: 1n })),
    finalized: { number: 100, hash: HASH },
  };
  const vote = { targetHash: headerHash(target), targetNumber: target.number };
  const updateOf = (round: bigint): FinalityUpdate => {
    const message = voteMessage(vote, round, state.setId);
    const precommits = signers
      .slice(0, QUORUM)
      .map((signer) => ({ precommit: vote, signature: signer.sign(message), id: signer.publicKey() }));
    const proof = {
      block: vote.targetHash,
      justification: encode(justification, { round, commit: { ...vote, precommits }, votesAncestries: [] }),
      unknownHeaders: [],
    };
    return { finalityProof: encode(finalityProof, proof), header: encode(header, target) };
  };
  let round = 0n;
  let update = updateOf(round);
  return {
    name: `GRANDPA finality proof, ${AUTHORITIES} authorities, ${QUORUM} votes`,
    // Signatures that the process hasn't seen yet.
    prepare: () => {
      round += 1n;
      update = updateOf(round);
    },
    run: async () => {
      await verifyAhead(finalitySignatures(state, update), false);
      verifyFinality(state, update);
    },
    floor: bareVerifications(QUORUM),
  };
};
