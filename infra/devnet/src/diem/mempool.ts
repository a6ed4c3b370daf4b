/**
 * Transactions waiting for a block. Source: diem/diem mempool/src/core_mempool,
 * config/src/config/mempool_config.rs.
 */

import { type SignedTransaction, signedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { transactionPayload } from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { selectForBlock, type WaitingTransaction } from "./block-selection.js";

export interface MempoolLimits {
  readonly capacity: number;
  readonly capacityPerUser: number;
  /** Microseconds that a transaction may wait. */
  readonly timeoutUsecs: bigint;
}

export const MEMPOOL_LIMITS: MempoolLimits = {
  capacity: 1_000_000,
  capacityPerUser: 100,
  timeoutUsecs: 600_000_000n,
};

/** `accepted` means waiting, nothing more. The text is a node's own. */
export type Admission =
  | { readonly type: "accepted" }
  | { readonly type: "full" | "tooMany" | "invalidUpdate"; readonly message: string };

/** What a test may do to a node's waiting transactions. */
export interface MempoolFaults {
  /**
   * Keeps a sender's transactions, those to come too, out of blocks; they are accepted and expire
   * as ever.
   */
  readonly hold: (sender: AccountAddress) => void;
  /** Ends a `hold`. */
  readonly include: (sender: AccountAddress) => void;
  /** Forgets one of a sender's transactions, or all of them; returns how many. */
  readonly drop: (sender: AccountAddress, sequenceNumber?: bigint) => number;
}

export interface Mempool extends MempoolFaults {
  readonly add: (transaction: SignedTransaction, nowUsecs: bigint) => Admission;
  /**
   * Lists the transactions that can run next: for each sender in the order of its sequence numbers,
   * without a gap.
   */
  readonly ready: (sequenceNumberOf: (sender: AccountAddress) => bigint, limit: number) => readonly SignedTransaction[];
  /**
   * Drops what the chain has passed by: used sequence numbers, expired or overdue entries. What
   * waits behind them stays. Expiry goes by the chain's time, waiting too long by the node's.
   */
  readonly prune: (
    sequenceNumberOf: (sender: AccountAddress) => bigint,
    times: { readonly chainUsecs: bigint; readonly nowUsecs: bigint },
  ) => void;
  readonly size: () => number;
}

interface Entry extends WaitingTransaction {
  readonly bytes: Uint8Array;
}

type Entries = Map<bigint, Entry>;

const ACCEPTED: Admission = { type: "accepted" };

/** A pending transaction may only be replaced by itself at a higher price. */
const isUpdate = (pending: SignedTransaction, next: SignedTransaction): boolean => {
  const [a, b] = [pending.rawTransaction, next.rawTransaction];
  return (
    equal(encode(transactionPayload, a.payload), encode(transactionPayload, b.payload)) &&
    a.maxGasAmount === b.maxGasAmount &&
    a.expirationTimestampSecs === b.expirationTimestampSecs &&
    a.gasUnitPrice < b.gasUnitPrice
  );
};

/** The entries from a sequence number on, up to the first gap. */
const runFrom = (entries: Entries, first: bigint): readonly Entry[] => {
  const run: Entry[] = [];
  for (let entry = entries.get(first); entry !== undefined; entry = entries.get(first + BigInt(run.length)))
    run.push(entry);
  return run;
};

const senderOf = (entries: Entries): AccountAddress | undefined =>
  entries.values().next().value?.transaction.rawTransaction.sender;

export const createMempool = (limits: MempoolLimits = MEMPOOL_LIMITS): Mempool => {
  const senders = new Map<string, Entries>();
  const held = new Set<string>();
  let size = 0;

  const remove = (sender: string, sequenceNumber: bigint): number => {
    const entries = senders.get(sender);
    const removed = entries?.delete(sequenceNumber) === true ? 1 : 0;
    size -= removed;
    if (entries?.size === 0) senders.delete(sender);
    return removed;
  };

  const put = (sender: string, entry: Entry): Admission => {
    const entries: Entries = senders.get(sender) ?? new Map();
    if (size >= limits.capacity)
      return { type: "full", message: `mempool size: ${size}, capacity: ${limits.capacity}` };
    if (entries.size >= limits.capacityPerUser)
      return { type: "tooMany", message: `txns length: ${entries.size} capacity per user: ${limits.capacityPerUser}` };
    entries.set(entry.transaction.rawTransaction.sequenceNumber, entry);
    senders.set(sender, entries);
    size += 1;
    return ACCEPTED;
  };

  return {
    add: (transaction, nowUsecs) => {
      const { sender, sequenceNumber, gasUnitPrice } = transaction.rawTransaction;
      const name = toHex(sender);
      const entry = { transaction, bytes: encode(signedTransaction, transaction).slice(), admittedUsecs: nowUsecs };
      const pending = senders.get(name)?.get(sequenceNumber);
      if (pending === undefined) return put(name, entry);
      if (equal(pending.bytes, entry.bytes)) return ACCEPTED;
      if (!isUpdate(pending.transaction, transaction))
        return { type: "invalidUpdate", message: `Failed to update gas price to ${gasUnitPrice}` };
      remove(name, sequenceNumber);
      return put(name, entry);
    },
    ready: (sequenceNumberOf, limit) => {
      const runs = [...senders].flatMap(([name, entries]) => {
        const sender = held.has(name) ? undefined : senderOf(entries);
        return sender === undefined ? [] : [runFrom(entries, sequenceNumberOf(sender))];
      });
      return selectForBlock(runs, limit);
    },
    prune: (sequenceNumberOf, { chainUsecs, nowUsecs }) => {
      for (const [name, entries] of [...senders]) {
        const sender = senderOf(entries);
        const next = sender === undefined ? 0n : sequenceNumberOf(sender);
        for (const [sequenceNumber, { transaction, admittedUsecs }] of [...entries]) {
          const expired = chainUsecs >= transaction.rawTransaction.expirationTimestampSecs * 1_000_000n;
          const overdue = nowUsecs >= admittedUsecs + limits.timeoutUsecs;
          if (expired || overdue || sequenceNumber < next) remove(name, sequenceNumber);
        }
      }
    },
    hold: (sender) => {
      held.add(toHex(sender));
    },
    include: (sender) => {
      held.delete(toHex(sender));
    },
    drop: (sender, sequenceNumber) => {
      const name = toHex(sender);
      const dropped = sequenceNumber === undefined ? [...(senders.get(name)?.keys() ?? [])] : [sequenceNumber];
      return dropped.reduce((count, one) => count + remove(name, one), 0);
    },
    size: () => size,
  };
};
