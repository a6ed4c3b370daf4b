import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import type { LedgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { verifyByWaypoint } from "@pdiem/light-client/diem/epochs/verified-ledger-info";
import { waypointOf } from "@pdiem/light-client/diem/epochs/waypoint";
import { hashEventAccumulatorNode, hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import { eventWithProof, verifyEvent } from "@pdiem/light-client/diem/proofs/event-proof";
import { type TransactionInfo, transactionInfoHash } from "@pdiem/light-client/diem/proofs/transaction-info";
import { type ContractEvent, contractEventHash, eventKeyOf } from "@pdiem/light-client/diem/state/event";
import { receivedPaymentEvent } from "@pdiem/light-client/diem/state/event-data";
import { buildAccumulatorTree } from "@pdiem/light-client/diem/testing/accumulator-tree";
import type { Benchmark } from "./measure.js";

const TRANSACTIONS = 10_000;
const EVENTS = 100;
const FIRST_VERSION = 5_001;
const ZERO = new Uint8Array(32);

const key = eventKeyOf(2n, new Uint8Array(16).fill(7));

const payment = (sequenceNumber: bigint): ContractEvent => ({
  key,
  sequenceNumber,
  typeTag: receivedPaymentEvent.typeTag,
  eventData: encode(receivedPaymentEvent.codec, {
    amount: 1_000_000n + sequenceNumber,
    currencyCode: "XUS",
    payer: new Uint8Array(16).fill(9),
    metadata: new Uint8Array(20),
  }),
});

const transaction = (version: number, eventRootHash: Uint8Array): TransactionInfo => ({
  transactionHash: sha3_256(Uint8Array.of(version, version >> 8)),
  stateRootHash: ZERO,
  eventRootHash,
  gasUsed: 460n,
  status: { type: "executed", value: undefined },
});

/** A page of deposits: every other transaction pays custody, the payer's event before custody's. */
export const depositProofs = (): Benchmark => {
  const sent = sha3_256(Uint8Array.of(1));
  const events = Array.from({ length: EVENTS }, (_, i) => payment(BigInt(i)));
  const trees = events.map((event) => buildAccumulatorTree(hashEventAccumulatorNode, [sent, contractEventHash(event)]));
  const infos = Array.from({ length: TRANSACTIONS }, (_, version) =>
    transaction(version, trees[(version - FIRST_VERSION) / 2]?.root ?? ZERO),
  );
  const ledger = buildAccumulatorTree(hashTransactionAccumulatorNode, infos.map(transactionInfoHash));
  const page = events.map((event, i) => {
    const version = FIRST_VERSION + 2 * i;
    return encode(eventWithProof, {
      transactionVersion: BigInt(version),
      eventIndex: 1n,
      event,
      proof: {
        transactionInfoWithProof: {
          ledgerInfoToTransactionInfoProof: ledger.prove(version),
          transactionInfo: infos[version] ?? transaction(version, ZERO),
        },
        transactionInfoToEventProof: trees[i]?.prove(1) ?? { siblings: [] },
      },
    });
  });
  const signed: LedgerInfoWithSignatures = {
    ledgerInfo: {
      commitInfo: {
        epoch: 1n,
        round: 1n,
        id: ZERO,
        executedStateId: ledger.root,
        version: BigInt(TRANSACTIONS - 1),
        timestampUsecs: 1n,
        nextEpochState: undefined,
      },
      consensusDataHash: ZERO,
    },
    signatures: [],
  };
  const trusted = waypointOf(signed.ledgerInfo);
  return {
    name: `deposit proofs, a page of ${EVENTS} in a ledger of ${TRANSACTIONS}, each`,
    each: EVENTS,
    run: () => {
      const verified = verifyByWaypoint(trusted, signed);
      for (const [i, bytes] of page.entries())
        verifyEvent(verified, decode(eventWithProof, bytes), { key, sequenceNumber: BigInt(i) });
    },
  };
};
