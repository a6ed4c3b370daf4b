import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { signerOf, verifyAhead } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { epochSignatures } from "@pdiem/light-client/diem/epochs/epoch-signatures";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import {
  type LedgerInfo,
  type LedgerInfoWithSignatures,
  ledgerInfoSigningMessage,
} from "@pdiem/light-client/diem/epochs/ledger-info";
import { ratchetSets, type TrustedState } from "@pdiem/light-client/diem/epochs/trusted-state";
import { waypointOf } from "@pdiem/light-client/diem/epochs/waypoint";
import { bareVerifications } from "./bare-verifications.js";
import type { Benchmark } from "./measure.js";

const EPOCHS = 100;
const VALIDATORS = 100;
const QUORUM = 67;

const seeds = Array.from({ length: VALIDATORS }, (_, i) => sha3_256(Uint8Array.of(1, i)));
const addresses = Array.from({ length: VALIDATORS }, (_, i) =>
  Uint8Array.from({ length: 16 }, (_, at) => (at === 0 ? i : 7)),
);
const signers = seeds.map(signerOf);
const keys = signers.map((signer) => signer.publicKey());

const epochState = (epoch: bigint): EpochState => ({
  epoch,
  verifier: {
    validators: addresses.map((address, i) => [address, { publicKey: keys[i] ?? new Uint8Array(), votingPower: 1n }]),
    quorumVotingPower: BigInt(QUORUM),
    totalVotingPower: BigInt(VALIDATORS),
  },
});

const ledgerInfo = (proof: number, epoch: bigint): LedgerInfo => ({
  commitInfo: {
    epoch,
    round: 3n,
    id: sha3_256(Uint8Array.of(2, proof, proof >> 8)),
    executedStateId: sha3_256(Uint8Array.of(3, Number(epoch))),
    version: 1000n * epoch,
    timestampUsecs: 1_700_000_000_000_000n + epoch,
    nextEpochState: epochState(epoch + 1n),
  },
  consensusDataHash: sha3_256(Uint8Array.of(4)),
});

const signed = (proof: number, epoch: bigint): LedgerInfoWithSignatures => {
  const info = ledgerInfo(proof, epoch);
  const message = ledgerInfoSigningMessage(info);
  return {
    ledgerInfo: info,
    signatures: signers.slice(0, QUORUM).map((signer, i) => [addresses[i] ?? new Uint8Array(), signer.sign(message)]),
  };
};

const encodedProof = (proof: number): Uint8Array => {
  const ledgerInfos = Array.from({ length: EPOCHS }, (_, i) => signed(proof, BigInt(i + 1)));
  return encode(epochChangeProof, { ledgerInfos, more: false });
};

/**
 * 100 epochs of 100 validators, each ended by a ledger info with 67 signatures; decoding included.
 */
export const epochChanges = (): Benchmark => {
  const first = ledgerInfo(0, 0n);
  const state: TrustedState = {
    type: "epochState",
    value: { waypoint: waypointOf(first), epochState: epochState(1n), accumulator: undefined },
  };
  let made = 0;
  let bytes: Uint8Array = new Uint8Array();
  return {
    name: `epoch changes, ${EPOCHS} × ${VALIDATORS} validators, ${QUORUM} signatures each`,
    // Signatures that the process hasn't seen yet.
    prepare: () => {
      bytes = encodedProof(made);
      made += 1;
    },
    run: async () => {
      const proof = decode(epochChangeProof, bytes);
      const update = { epochChangeProof: proof, latest: proof.ledgerInfos.at(-1) ?? signed(0, 1n) };
      await verifyAhead(epochSignatures(state, update), true);
      ratchetSets(state, update);
    },
    floor: bareVerifications(EPOCHS * QUORUM),
  };
};
