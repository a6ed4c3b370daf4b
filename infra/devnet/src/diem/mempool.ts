/** Transactions waiting for a block. Source: diem/diem mempool/src/core_mempool, config/src/config/mempool_config.rs. */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type SignedTransaction, signedTransaction } from "@pdiem/light-client/diem/transactions/signed-transaction";
import { transactionPayload } from "@pdiem/light-client/diem/transactions/transaction-payload";

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

interface Entry {
  readonly transaction: SignedTransaction;
  readonly bytes: Uint8Array;
  readonly admittedUsecs: bigint;
}

export interface Mempool {
  readonly add: (transaction: SignedTransaction, nowUsecs: bigint) => Admission;
  /** Those that can run next: for each sender in the order of its sequence numbers, without a gap. */
  readonly ready: (sequenceNumberOf: (sender: AccountAddress) => bigint, limit: number) => readonly SignedTransaction[];
  readonly remove: (transaction: SignedTransaction) => void;
  /** Drops what the chain has passed by: used sequence numbers, expired or overdue entries. */
  readonly prune: (sequenceNumberOf: (sender: AccountAddress) => bigint, chainUsecs: bigint) => void;
  readonly size: () => number;
}

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

export const createMempool = (limits: MempoolLimits = MEMPOOL_LIMITS): Mempool => {
  const senders = new Map<string, Map<bigint, Entry>>();
  let size = 0;

  const remove = ({ rawTransaction: { sender, sequenceNumber } }: SignedTransaction): void => {
    const entries = senders.get(toHex(sender));
    if (entries?.delete(sequenceNumber)) size -= 1;
    if (entries?.size === 0) senders.delete(toHex(sender));
  };

  const replace = (entries: Map<bigint, Entry>, pending: Entry, next: Entry): Admission => {
    const { sequenceNumber, gasUnitPrice } = next.transaction.rawTransaction;
    if (equal(pending.bytes, next.bytes)) return ACCEPTED;
    if (!isUpdate(pending.transaction, next.transaction))
      return { type: "invalidUpdate", message: `Failed to update gas price to ${gasUnitPrice}` };
    entries.set(sequenceNumber, next);
    return ACCEPTED;
  };

  return {
    add: (transaction, nowUsecs) => {
      const { sender, sequenceNumber } = transaction.rawTransaction;
      const entry = { transaction, bytes: encode(signedTransaction, transaction).slice(), admittedUsecs: nowUsecs };
      const entries = senders.get(toHex(sender)) ?? new Map<bigint, Entry>();
      const pending = entries.get(sequenceNumber);
      if (pending !== undefined) return replace(entries, pending, entry);
      if (size >= limits.capacity)
        return { type: "full", message: `mempool size: ${size}, capacity: ${limits.capacity}` };
      if (entries.size >= limits.capacityPerUser)
        return {
          type: "tooMany",
          message: `txns length: ${entries.size} capacity per user: ${limits.capacityPerUser}`,
        };
      entries.set(sequenceNumber, entry);
      size += 1;
      senders.set(toHex(sender), entries);
      return ACCEPTED;
    },
    ready: (sequenceNumberOf, limit) => {
      const runs = [...senders.values()].map((entries) => {
        const run: SignedTransaction[] = [];
        const [first] = entries.values();
        let next = first === undefined ? 0n : sequenceNumberOf(first.transaction.rawTransaction.sender);
        for (let entry = entries.get(next); entry !== undefined; entry = entries.get(next)) {
          run.push(entry.transaction);
          next += 1n;
        }
        return run;
      });
      return runs.flat().slice(0, limit);
    },
    remove,
    prune: (sequenceNumberOf, chainUsecs) => {
      for (const entries of [...senders.values()])
        for (const { transaction, admittedUsecs } of [...entries.values()]) {
          const { sender, sequenceNumber, expirationTimestampSecs } = transaction.rawTransaction;
          const expired = chainUsecs >= expirationTimestampSecs * 1_000_000n;
          const overdue = chainUsecs >= admittedUsecs + limits.timeoutUsecs;
          if (expired || overdue || sequenceNumber < sequenceNumberOf(sender)) remove(transaction);
        }
    },
    size: () => size,
  };
};
