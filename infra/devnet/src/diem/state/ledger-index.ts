/** Where to find events, accounts' transactions and block times. */

import type { Transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { toHex } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { ContractEvent, EventKey } from "@pdiem/light-client/diem/state/event";

/** An event by the version of its transaction and its place among that transaction's events. */
export interface EventPlace {
  readonly version: number;
  readonly index: number;
}

export interface LedgerIndex {
  readonly add: (version: number, transaction: Transaction, events: readonly ContractEvent[]) => void;
  readonly timestampAt: (version: number) => bigint;
  readonly eventPlaces: (key: EventKey) => readonly EventPlace[];
  /** Gives the version of the account's transaction with that sequence number. */
  readonly transactionOf: (sender: AccountAddress, sequenceNumber: bigint) => number | undefined;
}

interface BlockStart {
  readonly version: number;
  readonly timestampUsecs: bigint;
}

/** The last block that starts at the version or before it. */
const blockOf = (starts: readonly BlockStart[], version: number): BlockStart | undefined => {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle]?.version ?? 0) <= version) low = middle + 1;
    else high = middle;
  }
  return starts[low - 1];
};

const listIn = <T>(lists: Map<string, T[]>, name: string): T[] => {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
};

export const createLedgerIndex = (): LedgerIndex => {
  const blocks: BlockStart[] = [];
  const events = new Map<string, EventPlace[]>();
  const transactions = new Map<string, number>();
  return {
    add: (version, transaction, emitted) => {
      if (transaction.type === "blockMetadata")
        blocks.push({ version, timestampUsecs: transaction.value.timestampUsecs });
      if (transaction.type === "user") {
        const { sender, sequenceNumber } = transaction.value.rawTransaction;
        transactions.set(`${toHex(sender)}/${sequenceNumber}`, version);
      }
      for (const [index, event] of emitted.entries()) listIn(events, toHex(event.key)).push({ version, index });
    },
    timestampAt: (version) => blockOf(blocks, version)?.timestampUsecs ?? 0n,
    eventPlaces: (key) => events.get(toHex(key)) ?? [],
    transactionOf: (sender, sequenceNumber) => transactions.get(`${toHex(sender)}/${sequenceNumber}`),
  };
};
