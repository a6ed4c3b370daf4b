/**
 * The methods of a Diem node that prove what they answer, `submit`, and a hint at what became of
 * it. Source: json-rpc/src/methods.rs.
 */

import { accumulatorRangeProof } from "@pdiem/chain-formats/diem/proofs/accumulator-range";
import type { EventByVersionWithProof } from "@pdiem/chain-formats/diem/proofs/event-by-version";
import type { TransactionListWithProof } from "@pdiem/chain-formats/diem/proofs/transaction-list";
import { type TransactionWithProof, transactionWithProof } from "@pdiem/chain-formats/diem/proofs/transaction-proof";
import { transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { bytes, type Codec, decode, vector } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import type { StateProof } from "@pdiem/light-client/diem/epochs/trusted-state";
import type { AccountStateWithProof } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { accumulatorProof } from "@pdiem/light-client/diem/proofs/accumulator";
import {
  type AccumulatorConsistencyProof,
  accumulatorConsistencyProof,
} from "@pdiem/light-client/diem/proofs/accumulator-append";
import { type EventWithProof, eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import { sparseMerkleProof } from "@pdiem/light-client/diem/proofs/sparse-merkle";
import { transactionInfo } from "@pdiem/light-client/diem/proofs/transaction-info";
import { contractEvent, type EventKey } from "@pdiem/light-client/diem/state/event";
import { z } from "zod";
import type { JsonRpcCall } from "./json-rpc.js";
import { shaped } from "./result-shape.js";

/** Hex of one BCS value. */
const bcs = <T>(codec: Codec<T>): z.ZodType<T> => z.string().transform((text) => decode(codec, fromHex(text)));

const stateProof: z.ZodType<StateProof> = z
  .object({
    ledger_info_with_signatures: bcs(ledgerInfoWithSignatures),
    epoch_change_proof: bcs(epochChangeProof),
    ledger_consistency_proof: bcs(accumulatorConsistencyProof),
  })
  .transform((result) => ({
    latest: result.ledger_info_with_signatures,
    epochChangeProof: result.epoch_change_proof,
    consistencyProof: result.ledger_consistency_proof,
  }));

/** @param version that is trusted, or earlier than which nothing is needed */
export const getStateProof = (version: bigint): JsonRpcCall<StateProof> => ({
  method: "get_state_proof",
  params: [version],
  read: (result) => shaped(stateProof, result),
});

/** @param from undefined: from before genesis */
export const getAccumulatorConsistencyProof = (
  from: bigint | undefined,
  version: bigint,
): JsonRpcCall<AccumulatorConsistencyProof> => ({
  method: "get_accumulator_consistency_proof",
  params: [from ?? null, version],
  read: (result) =>
    shaped(z.object({ ledger_consistency_proof: bcs(accumulatorConsistencyProof) }), result).ledger_consistency_proof,
});

const accountState: z.ZodType<AccountStateWithProof> = z
  .object({
    version: z.bigint(),
    blob: bcs(bytes()).nullable(),
    proof: z.object({
      ledger_info_to_transaction_info_proof: bcs(accumulatorProof),
      transaction_info: bcs(transactionInfo),
      transaction_info_to_account_proof: bcs(sparseMerkleProof),
    }),
  })
  .transform(({ version, blob, proof }) => ({
    version,
    blob: blob ?? undefined,
    proof: {
      transactionInfoWithProof: {
        ledgerInfoToTransactionInfoProof: proof.ledger_info_to_transaction_info_proof,
        transactionInfo: proof.transaction_info,
      },
      transactionInfoToAccountProof: proof.transaction_info_to_account_proof,
    },
  }));

/**
 * @param version of the state, the latest if left out;
 * @param ledgerVersion that it is proven at, likewise
 */
export const getAccountStateWithProof = (
  address: AccountAddress,
  version?: bigint,
  ledgerVersion?: bigint,
): JsonRpcCall<AccountStateWithProof> => ({
  method: "get_account_state_with_proof",
  params: [toHex(address), version ?? null, ledgerVersion ?? null],
  read: (result) => shaped(accountState, result),
});

const eventItem = z.object({ event_with_proof: bcs(eventWithProof) }).transform((item) => item.event_with_proof);

/** Asks for at most `limit` events of a stream; a node may keep the last ones back. */
export const getEventsWithProofs = (
  key: EventKey,
  start: bigint,
  limit: number,
): JsonRpcCall<readonly EventWithProof[]> => ({
  method: "get_events_with_proofs",
  params: [toHex(key), start, BigInt(limit)],
  read: (result) => shaped(z.array(eventItem).max(limit), result),
});

/** @param version the latest if left out */
export const getEventByVersionWithProof = (key: EventKey, version?: bigint): JsonRpcCall<EventByVersionWithProof> => ({
  method: "get_event_by_version_with_proof",
  params: [toHex(key), version ?? null],
  read: (result) => {
    const bounds = z.object({ lower_bound_incl: eventItem.nullish(), upper_bound_excl: eventItem.nullish() });
    const { lower_bound_incl, upper_bound_excl } = shaped(bounds, result);
    return { lowerBoundIncl: lower_bound_incl ?? undefined, upperBoundExcl: upper_bound_excl ?? undefined };
  },
});

/** Asks for at most `limit` transactions of a sender from sequence number `start` on. */
export const getAccountTransactionsWithProofs = (
  sender: AccountAddress,
  start: bigint,
  limit: number,
  includeEvents: boolean,
  ledgerVersion?: bigint,
): JsonRpcCall<readonly TransactionWithProof[]> => ({
  method: "get_account_transactions_with_proofs",
  params: [toHex(sender), start, BigInt(limit), includeEvents, ledgerVersion ?? null],
  read: (result) =>
    shaped(z.object({ serialized_txns_with_proofs: z.array(bcs(transactionWithProof)).max(limit) }), result)
      .serialized_txns_with_proofs,
});

const transactionList = (start: bigint, limit: number): z.ZodType<TransactionListWithProof> =>
  z
    .object({
      serialized_transactions: z.array(bcs(transaction)).max(limit),
      serialized_events: bcs(vector(vector(contractEvent))).nullish(),
      proofs: z.object({
        ledger_info_to_transaction_infos_proof: bcs(accumulatorRangeProof),
        transaction_infos: bcs(vector(transactionInfo)),
      }),
    })
    .transform(({ serialized_transactions, serialized_events, proofs }) => ({
      transactions: serialized_transactions,
      events: serialized_events ?? undefined,
      // The answer doesn't say it; that it is true is what the proof shows.
      firstTransactionVersion: start,
      proof: {
        ledgerInfoToTransactionInfosProof: proofs.ledger_info_to_transaction_infos_proof,
        transactionInfos: proofs.transaction_infos,
      },
    }));

/** Asks for transactions; undefined when `start` is after the ledger's end, or `limit` is 0. */
export const getTransactionsWithProofs = (
  start: bigint,
  limit: number,
  includeEvents: boolean,
): JsonRpcCall<TransactionListWithProof | undefined> => ({
  method: "get_transactions_with_proofs",
  params: [start, BigInt(limit), includeEvents],
  read: (result) => (result === null ? undefined : shaped(transactionList(start, limit), result)),
});

/** Asks for an account's next sequence number, unproven; 0 where there is no account. */
export const getSequenceNumber = (address: AccountAddress): JsonRpcCall<bigint> => ({
  method: "get_account",
  params: [toHex(address)],
  read: (result) => (result === null ? 0n : shaped(z.object({ sequence_number: z.bigint() }), result).sequence_number),
});

/**
 * Success means only that the transaction is in this node's mempool.
 * @param signed the bytes that were signed for, which nothing encodes anew
 */
export const submit = (signed: Uint8Array): JsonRpcCall<undefined> => ({
  method: "submit",
  params: [toHex(signed)],
  read: () => undefined,
});
