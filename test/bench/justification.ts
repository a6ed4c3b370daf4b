import { encode } from "@pdiem/light-client/codec/scale";
import { publicKeyOf, sign } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
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
  const seeds = Array.from({ length: AUTHORITIES }, (_, i) => sha3_256(Uint8Array.of(2, i, i >> 8)));
  const state: GrandpaState = {
    setId: 5n,
    authorities: seeds.map((seed) => ({ id: publicKeyOf(seed), weight: 1n })),
    finalized: { number: 100, hash: HASH },
  };
  const vote = { targetHash: headerHash(target), targetNumber: target.number };
  const message = voteMessage(vote, 9n, state.setId);
  const precommits = seeds
    .slice(0, QUORUM)
    .map((seed) => ({ precommit: vote, signature: sign(seed, message), id: publicKeyOf(seed) }));
  const proof = encode(finalityProof, {
    block: vote.targetHash,
    justification: encode(justification, { round: 9n, commit: { ...vote, precommits }, votesAncestries: [] }),
    unknownHeaders: [],
  });
  const evidence = { finalityProof: proof, header: encode(header, target) };
  return {
    name: `GRANDPA finality proof, ${AUTHORITIES} authorities, ${QUORUM} votes`,
    run: () => void verifyFinality(state, evidence),
    floor: bareVerifications(QUORUM),
  };
};
