/** Vectors of facts proven against a ledger info. */

import { eventByVersionWithProof, verifyEventByVersion } from "@pdiem/chain-formats/diem/proofs/event-by-version";
import { transactionListWithProof, verifyTransactionList } from "@pdiem/chain-formats/diem/proofs/transaction-list";
import { transactionWithProof, verifyUserTransaction } from "@pdiem/chain-formats/diem/proofs/transaction-proof";
import { equal } from "@pdiem/light-client/bytes";
import { bytes, decode, encode } from "@pdiem/light-client/codec/bcs";
import { accountAddressHash } from "@pdiem/light-client/diem/address/account-address";
import { ledgerInfo, ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import type { VerifiedLedgerInfo } from "@pdiem/light-client/diem/epochs/verified-ledger-info";
import {
  type AccountStateWithProof,
  accountStateBlobHash,
  verifyAccountState,
} from "@pdiem/light-client/diem/proofs/account-state-proof";
import { accumulatorProof } from "@pdiem/light-client/diem/proofs/accumulator";
import { eventWithProof, verifyEvent } from "@pdiem/light-client/diem/proofs/event-proof";
import { sparseMerkleProof } from "@pdiem/light-client/diem/proofs/sparse-merkle";
import {
  type KeptVMStatus,
  transactionInfo,
  transactionInfoHash,
} from "@pdiem/light-client/diem/proofs/transaction-info";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { contractEventHash } from "@pdiem/light-client/diem/state/event";
import { readBalance, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { formatStructTag, formatTypeTag, structTag } from "@pdiem/light-client/diem/transactions/type-tag";
import { ProofError } from "@pdiem/light-client/error";
import { getTransactionsWithProofs } from "@pdiem/relayer/chains/diem/calls";
import { rustName, statusText } from "./status-text.js";
import { trust, trustRoot } from "./taken-for-granted.js";
import { type Fields, type Handler, type Results, UnreadableVector } from "./vector.js";

const ledgerIn = (input: Fields, expected: Fields): VerifiedLedgerInfo => {
  if (input.has("ledger_info_with_signatures"))
    return trust(input.bcs("ledger_info_with_signatures", ledgerInfoWithSignatures));
  if (input.has("ledger_info")) return trust({ ledgerInfo: input.bcs("ledger_info", ledgerInfo), signatures: [] });
  if (expected.has("accumulator_root"))
    return trustRoot(expected.integer("ledger_version"), expected.hex("accumulator_root"));
  throw new UnreadableVector("expected a ledger info, or an accumulator's root");
};

const ledgerResults = ({ ledgerInfo: { commitInfo } }: VerifiedLedgerInfo): Results => ({
  ledger_version: commitInfo.version,
  accumulator_root: commitInfo.executedStateId,
});

const accountProofIn = (input: Fields): AccountStateWithProof => {
  const proof = input.object("proof");
  return {
    version: input.integer("version"),
    blob: input.has("blob") ? decode(bytes(), input.hex("blob")) : undefined,
    proof: {
      transactionInfoWithProof: {
        ledgerInfoToTransactionInfoProof: proof.bcs("ledger_info_to_transaction_info_proof", accumulatorProof),
        transactionInfo: proof.bcs("transaction_info", transactionInfo),
      },
      transactionInfoToAccountProof: proof.bcs("transaction_info_to_account_proof", sparseMerkleProof),
    },
  };
};

const resourcesOf = (state: AccountState): Results =>
  Object.fromEntries(
    state
      .filter(([path]) => path[0] === 1)
      .map(([path, value]) => [formatStructTag(decode(structTag, path.subarray(1))), { path, value }]),
  );

const balances = (state: AccountState, expected: Fields): Results =>
  Object.fromEntries(
    expected.names
      .filter((name) => name.startsWith("balance_"))
      .map((name) => [name, readBalance(state, name.slice("balance_".length).toUpperCase())]),
  );

const stateResults = (state: AccountState, expected: Fields): Results => {
  const account = readDiemAccount(state);
  return {
    resources: resourcesOf(state),
    ...balances(state, expected),
    authentication_key: account?.authenticationKey,
    received_events_key: account?.receivedEvents.key,
    sent_events_key: account?.sentEvents.key,
    received_count: account?.receivedEvents.count,
    sent_count: account?.sentEvents.count,
    sequence_number: account?.sequenceNumber,
  };
};

const accountState: Handler = (input, { expected }) => {
  const address = input.hex("address");
  const shown = accountProofIn(input);
  const state = verifyAccountState(ledgerIn(input, expected), address, shown, input.integer("version"));
  return {
    absent: state === undefined,
    leaf_present: shown.proof.transactionInfoToAccountProof.leaf !== undefined,
    account_address_hash: accountAddressHash(address),
    account_state_blob_hash: shown.blob && accountStateBlobHash(shown.blob),
    state_root_hash: shown.proof.transactionInfoWithProof.transactionInfo.stateRootHash,
    ...(state === undefined ? {} : stateResults(state, expected)),
  };
};

const event: Handler = (input, { expected }) => {
  const shown = input.bcs("event_with_proof", eventWithProof);
  const { key, sequenceNumber } = shown.event;
  const ledger = ledgerIn(input, expected);
  const proven = verifyEvent(ledger, shown, { key, sequenceNumber });
  return {
    ...ledgerResults(ledger),
    transaction_version: proven.transactionVersion,
    event_index: proven.eventIndex,
    event_key: key,
    sequence_number: sequenceNumber,
    type_tag: formatTypeTag(proven.event.typeTag),
    event_data: proven.event.eventData,
    event_hash: contractEventHash(proven.event),
    event_root_hash: shown.proof.transactionInfoWithProof.transactionInfo.eventRootHash,
  };
};

const eventByVersion: Handler = (input, { expected }) => {
  verifyEventByVersion(
    ledgerIn(input, expected),
    {
      key: input.hex("event_key"),
      version: input.integer("event_version"),
      count: input.has("latest_event_count") ? input.integer("latest_event_count") : undefined,
    },
    input.bcs("event_by_version_with_proof", eventByVersionWithProof),
  );
  return {};
};

const statusResults = (status: KeptVMStatus): Results => {
  const { type, location, abortCode } = statusText(status);
  return { status: rustName(type), vm_status: type, abort_location: location, abort_code: abortCode };
};

const transaction: Handler = (input, { expected }) => {
  const shown = input.bcs("transaction_with_proof", transactionWithProof);
  if (shown.transaction.type !== "user") throw new UnreadableVector("a transaction that isn't a user's");
  const { sender, sequenceNumber } = shown.transaction.value.rawTransaction;
  const ledger = ledgerIn(input, expected);
  const proven = verifyUserTransaction(ledger, shown, { sender, sequenceNumber });
  const info = shown.proof.transactionInfo;
  return {
    ...ledgerResults(ledger),
    version: proven.version,
    sender,
    sequence_number: sequenceNumber,
    transaction_hash: proven.hash,
    transaction_info_hash: transactionInfoHash(info),
    state_root_hash: info.stateRootHash,
    event_root_hash: info.eventRootHash,
    gas_used: proven.gasUsed,
    ...statusResults(proven.status),
    num_events: proven.events?.length,
  };
};

const transactionList: Handler = (input, { expected }) => {
  const first = input.has("first_transaction_version") ? input.integer("first_transaction_version") : undefined;
  const list = input.bcs("transaction_list_with_proof", transactionListWithProof);
  const proven = verifyTransactionList(ledgerIn(input, expected), { first }, list);
  if (input.has("json_rpc") && first !== undefined) {
    const call = getTransactionsWithProofs(first, proven.length, list.events !== undefined);
    const read = call.read(input.json("json_rpc"));
    if (read === undefined || !equal(encode(transactionListWithProof, read), encode(transactionListWithProof, list)))
      throw new ProofError("proof/round-trip", "the JSON-RPC form of the list reads as another list");
  }
  return { count: proven.length };
};

export const proofHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["account-state-with-proof", accountState],
  ["event-with-proof", event],
  ["event-by-version", eventByVersion],
  ["transaction-with-proof", transaction],
  ["transaction-list", transactionList],
]);
