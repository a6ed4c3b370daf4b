/**
 * Makes answers of two networks comparable: hashes and signatures become blanks of their length,
 * inside encoded values too. The keys of one network's validators and association become those of
 * the other. Everything else stays as it is, byte for byte.
 */

import { type AccumulatorRangeProof, accumulatorRangeProof } from "@pdiem/chain-formats/diem/proofs/accumulator-range";
import { type TransactionWithProof, transactionWithProof } from "@pdiem/chain-formats/diem/proofs/transaction-proof";
import { type Transaction, transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { bytes, type Codec, decode, encode, mapped, vector } from "@pdiem/light-client/codec/bcs";
import { type EpochChangeProof, epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { type LedgerInfoWithSignatures, ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { hashValue } from "@pdiem/light-client/diem/hash-value";
import { ACCUMULATOR_PLACEHOLDER_HASH, SPARSE_MERKLE_PLACEHOLDER_HASH } from "@pdiem/light-client/diem/hashing";
import { type AccumulatorProof, accumulatorProof } from "@pdiem/light-client/diem/proofs/accumulator";
import { type EventWithProof, eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import { type SparseMerkleProof, sparseMerkleProof } from "@pdiem/light-client/diem/proofs/sparse-merkle";
import { type TransactionInfo, transactionInfo } from "@pdiem/light-client/diem/proofs/transaction-info";
import type { TransactionInfoWithProof } from "@pdiem/light-client/diem/proofs/transaction-info-proof";
import { type AccountState, accountState } from "@pdiem/light-client/diem/state/account-state";
import { contractEvent } from "@pdiem/light-client/diem/state/event";

const BLANK_HASH = new Uint8Array(32);
const BLANK_SIGNATURE = new Uint8Array(64);
const PLACEHOLDERS = [ACCUMULATOR_PLACEHOLDER_HASH, SPARSE_MERKLE_PLACEHOLDER_HASH];

/** Placeholders show the shape of a tree and stay; so does a hash of zeros. */
const blank = (hash: Uint8Array): Uint8Array =>
  PLACEHOLDERS.find((placeholder) => equal(placeholder, hash)) ??
  (equal(hash, BLANK_HASH) ? hash : new Uint8Array(32).fill(0xff));

const blankAll = (hashes: readonly Uint8Array[]): readonly Uint8Array[] => hashes.map(blank);

const maskInfo = (info: TransactionInfo): TransactionInfo => ({
  ...info,
  transactionHash: blank(info.transactionHash),
  stateRootHash: blank(info.stateRootHash),
  eventRootHash: blank(info.eventRootHash),
});

const maskAccumulator = ({ siblings }: AccumulatorProof): AccumulatorProof => ({ siblings: blankAll(siblings) });

const maskRange = (proof: AccumulatorRangeProof): AccumulatorRangeProof => ({
  leftSiblings: blankAll(proof.leftSiblings),
  rightSiblings: blankAll(proof.rightSiblings),
});

const maskSparse = ({ leaf, siblings }: SparseMerkleProof): SparseMerkleProof => ({
  leaf: leaf && { ...leaf, valueHash: blank(leaf.valueHash) },
  siblings: blankAll(siblings),
});

/**
 * Masks the signers: which of them signed is chance. The first validators stand in, in the same
 * number.
 */
const maskLedgerInfo = ({ ledgerInfo, signatures }: LedgerInfoWithSignatures): LedgerInfoWithSignatures => ({
  ledgerInfo: {
    commitInfo: {
      ...ledgerInfo.commitInfo,
      id: blank(ledgerInfo.commitInfo.id),
      executedStateId: blank(ledgerInfo.commitInfo.executedStateId),
    },
    consensusDataHash: blank(ledgerInfo.consensusDataHash),
  },
  signatures: signatures.map((_, i) => [new Uint8Array(16).fill(i), BLANK_SIGNATURE] as const),
});

const maskEpochChange = ({ ledgerInfos, more }: EpochChangeProof): EpochChangeProof => ({
  ledgerInfos: ledgerInfos.map(maskLedgerInfo),
  more,
});

/** Code is bytecode in the one and a header in the other: names only. */
const CODE = 0;

const maskTransaction = (value: Transaction): Transaction => {
  if (value.type === "blockMetadata") return { ...value, value: { ...value.value, id: blank(value.value.id) } };
  if (value.type === "genesis") {
    if (value.value.type !== "direct") return value;
    const { writeSet, events } = value.value.value;
    const masked = writeSet.map((write) =>
      write.accessPath.path[0] === CODE ? { ...write, op: { type: "value", value: new Uint8Array() } as const } : write,
    );
    return { type: "genesis", value: { type: "direct", value: { writeSet: masked, events } } };
  }
  const { rawTransaction, authenticator } = value.value;
  if (authenticator.type !== "ed25519") return value;
  const unsigned = { type: "ed25519", value: { ...authenticator.value, signature: BLANK_SIGNATURE } } as const;
  return { type: "user", value: { rawTransaction, authenticator: unsigned } };
};

const maskInfoWithProof = (proof: TransactionInfoWithProof): TransactionInfoWithProof => ({
  ledgerInfoToTransactionInfoProof: maskAccumulator(proof.ledgerInfoToTransactionInfoProof),
  transactionInfo: maskInfo(proof.transactionInfo),
});

const maskEvent = ({ proof, ...event }: EventWithProof): EventWithProof => ({
  ...event,
  proof: {
    transactionInfoWithProof: maskInfoWithProof(proof.transactionInfoWithProof),
    transactionInfoToEventProof: maskAccumulator(proof.transactionInfoToEventProof),
  },
});

const maskTransactionWithProof = (value: TransactionWithProof): TransactionWithProof => ({
  ...value,
  transaction: maskTransaction(value.transaction),
  proof: maskInfoWithProof(value.proof),
});

const same = <T>(value: T): T => value;

type Masker = (hex: string) => string;

/**
 * Decodes, masks and encodes again: what isn't the canonical encoding of its type doesn't get
 * through.
 */
const masker =
  <T>(codec: Codec<T>, mask: (value: T) => T): Masker =>
  (hex) =>
    toHex(encode(codec, mask(decode(codec, fromHex(hex)))));

const maskHash: Masker = (hex) => toHex(blank(fromHex(hex)));
const blob = mapped<Uint8Array, AccountState>(
  bytes(),
  (content) => decode(accountState, content),
  (state) => encode(accountState, state),
);

/** By the name of the member that holds the text. */
const MASKERS: Readonly<Record<string, Masker>> = {
  accumulator_root_hash: maskHash,
  hash: maskHash,
  signature: (hex) => "00".repeat(hex.length / 2),
  ledger_info_with_signatures: masker(ledgerInfoWithSignatures, maskLedgerInfo),
  epoch_change_proof: masker(epochChangeProof, maskEpochChange),
  ledger_consistency_proof: masker(vector(hashValue), blankAll),
  blob: masker(blob, same),
  ledger_info_to_transaction_info_proof: masker(accumulatorProof, maskAccumulator),
  transaction_info: masker(transactionInfo, maskInfo),
  transaction_info_to_account_proof: masker(sparseMerkleProof, maskSparse),
  ledger_info_to_transaction_infos_proof: masker(accumulatorRangeProof, maskRange),
  transaction_infos: masker(vector(transactionInfo), (infos) => infos.map(maskInfo)),
  serialized_events: masker(vector(vector(contractEvent)), same),
  serialized_transactions: masker(transaction, maskTransaction),
  serialized_txns_with_proofs: masker(transactionWithProof, maskTransactionWithProof),
  bytes: masker(transaction, maskTransaction),
  event_with_proof: masker(eventWithProof, maskEvent),
};

const MEMBER = /"([a-z_]+)":(\[(?:"[0-9a-f]*",?)*\]|"[0-9a-f]*")/g;

/** The text of an answer, otherwise untouched. */
export const maskAnswer = (text: string): string =>
  text.replace(MEMBER, (member: string, name: string, value: string) => {
    const mask = MASKERS[name];
    if (mask === undefined) return member;
    return `"${name}":${value.replace(/"([0-9a-f]+)"/g, (_, hex: string) => `"${mask(hex)}"`)}`;
  });
