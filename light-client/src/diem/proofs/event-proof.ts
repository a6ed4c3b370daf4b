/**
 * Proves that an event happened, and its place in its stream. Sources: diem/diem
 * types/src/contract_event.rs, types/src/proof/definition.rs.
 */
import { equal, toHex } from "../../bytes.js";
import { type Codec, struct, u64 } from "../../codec/bcs.js";
import { ProofError } from "../../error.js";
import type { VerifiedLedgerInfo } from "../epochs/verified-ledger-info.js";
import { hashEventAccumulatorNode } from "../hashing.js";
import { type ContractEvent, contractEvent, contractEventHash, type EventKey } from "../state/event.js";
import { type AccumulatorProof, accumulatorProof, verifyInclusion } from "./accumulator.js";
import type { KeptVMStatus } from "./transaction-info.js";
import {
  type TransactionInfoWithProof,
  transactionInfoWithProof,
  verifyTransactionInfo,
} from "./transaction-info-proof.js";

export interface EventProof {
  readonly transactionInfoWithProof: TransactionInfoWithProof;
  readonly transactionInfoToEventProof: AccumulatorProof;
}

/** `eventIndex` counts the events of the transaction at `transactionVersion`. */
export interface EventWithProof {
  readonly transactionVersion: bigint;
  readonly eventIndex: bigint;
  readonly event: ContractEvent;
  readonly proof: EventProof;
}

export const eventProof: Codec<EventProof> = struct<EventProof>({
  transactionInfoWithProof,
  transactionInfoToEventProof: accumulatorProof,
});

export const eventWithProof: Codec<EventWithProof> = struct<EventWithProof>({
  transactionVersion: u64,
  eventIndex: u64,
  event: contractEvent,
  proof: eventProof,
});

/** Names the event that was asked for: the `sequenceNumber`th of its stream, from 0. */
export interface EventPlace {
  readonly key: EventKey;
  readonly sequenceNumber: bigint;
}

/**
 * What identifies it is its key and sequence number. `status` and `gasUsed` are the transaction's.
 */
export interface VerifiedEvent {
  readonly event: ContractEvent;
  readonly transactionVersion: bigint;
  readonly eventIndex: bigint;
  readonly status: KeptVMStatus;
  readonly gasUsed: bigint;
}

/**
 * Checks that the event is the one asked for and happened in the transaction that is named. Whether
 * more events follow it is known only from the proven count in the stream's handle.
 * @throws ProofError `proof/event-key`, `proof/event-sequence`, or of `verifyTransactionInfo` and
 * `verifyInclusion`
 */
export const verifyEvent = (
  verified: VerifiedLedgerInfo,
  { transactionVersion, eventIndex, event, proof }: EventWithProof,
  { key, sequenceNumber }: EventPlace,
): VerifiedEvent => {
  if (!equal(event.key, key))
    throw new ProofError(
      "proof/event-key",
      `expected an event of stream ${toHex(key)}, got one of ${toHex(event.key)}`,
    );
  if (event.sequenceNumber !== sequenceNumber)
    throw new ProofError("proof/event-sequence", `expected event ${sequenceNumber}, got event ${event.sequenceNumber}`);
  const info = verifyTransactionInfo(verified, transactionVersion, proof.transactionInfoWithProof);
  verifyInclusion(
    hashEventAccumulatorNode,
    info.eventRootHash,
    contractEventHash(event),
    eventIndex,
    proof.transactionInfoToEventProof,
  );
  return { event, transactionVersion, eventIndex, status: info.status, gasUsed: info.gasUsed };
};
