import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf, sign } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { epochChangeProof, verifyEpochChange } from "@pdiem/light-client/diem/epochs/epoch-change";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import {
  type LedgerInfo,
  type LedgerInfoWithSignatures,
  ledgerInfoSigningMessage,
} from "@pdiem/light-client/diem/epochs/ledger-info";
import { bareVerifications } from "./bare-verifications.js";
import type { Benchmark } from "./measure.js";

const EPOCHS = 100;
const VALIDATORS = 100;
const QUORUM = 67;

const seeds = Array.from({ length: VALIDATORS }, (_, i) => sha3_256(Uint8Array.of(1, i)));
const addresses = Array.from({ length: VALIDATORS }, (_, i) =>
  Uint8Array.from({ length: 16 }, (_, at) => (at === 0 ? i : 7)),
);
const keys = seeds.map(publicKeyOf);

const epochState = (epoch: bigint): EpochState => ({
  epoch,
  verifier: {
    validators: addresses.map((address, i) => [address, { publicKey: keys[i] ?? new Uint8Array(), votingPower: 1n }]),
    quorumVotingPower: BigInt(QUORUM),
    totalVotingPower: BigInt(VALIDATORS),
  },
});

const ledgerInfo = (epoch: bigint): LedgerInfo => ({
  commitInfo: {
    epoch,
    round: 3n,
    id: sha3_256(Uint8Array.of(2)),
    executedStateId: sha3_256(Uint8Array.of(3, Number(epoch))),
    version: 1000n * epoch,
    timestampUsecs: 1_700_000_000_000_000n + epoch,
    nextEpochState: epochState(epoch + 1n),
  },
  consensusDataHash: sha3_256(Uint8Array.of(4)),
});

const signed = (epoch: bigint): LedgerInfoWithSignatures => {
  const info = ledgerInfo(epoch);
  const message = ledgerInfoSigningMessage(info);
  return {
    ledgerInfo: info,
    signatures: seeds.slice(0, QUORUM).map((seed, i) => [addresses[i] ?? new Uint8Array(), sign(seed, message)]),
  };
};

/**
 * 100 epochs of 100 validators, each ended by a ledger info with 67 signatures; decoding included.
 */
export const epochChanges = (): Benchmark => {
  const ledgerInfos = Array.from({ length: EPOCHS }, (_, i) => signed(BigInt(i + 1)));
  const bytes = encode(epochChangeProof, { ledgerInfos, more: false });
  const trusted = { type: "epochState", value: epochState(1n) } as const;
  return {
    name: `epoch changes, ${EPOCHS} × ${VALIDATORS} validators, ${QUORUM} signatures each`,
    run: () => void verifyEpochChange(trusted, decode(epochChangeProof, bytes)),
    floor: bareVerifications(EPOCHS * QUORUM),
  };
};
