/** What shows how a transfer ended, beside proofs of both chains. */
import { readDestination } from "@pdiem/bridge/deposit/destination";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { release as releaseCodec } from "@pdiem/bridge/ledger/release";
import type { ListTree } from "@pdiem/bridge-client/ledger/list-tree";
import type { TransferEvidence } from "@pdiem/bridge-client/proof-set/transfer-evidence";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import type { DiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { PdiemError } from "@pdiem/light-client/error";
import type { CurrentLedger } from "../../../sync/bridge/bridge-view.js";
import type { JournalRecord } from "../../../sync/journal/journal-record.js";
import type { DepositEnds } from "../../../sync/transfers/deposit-ends.js";
import type { PayoutWatch } from "../../../sync/transfers/payout-watch.js";
import type { ReleaseEnds } from "../../../sync/transfers/release-ends.js";
import { depositNumber } from "../../../sync/transfers/transfer-id.js";
import type { WithdrawalEnds } from "../../../sync/transfers/withdrawal-ends.js";
import { latestRelease } from "../../payout-view.js";

export interface TransferEnds {
  readonly depositEnds: Pick<DepositEnds, "get">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "get">;
  readonly releaseEnds: Pick<ReleaseEnds, "get">;
  readonly payouts: Pick<PayoutWatch, "get">;
}

/** What has to be proven of Diem for a transfer, and what of the ledger. */
export interface TransferNeeds {
  readonly id: string;
  /** Place among custody's received payments. */
  readonly payment: bigint | undefined;
  readonly release: number | undefined;
  /** Place of the release's payment among custody's sent ones. */
  readonly paid: bigint | undefined;
  /** Index among what waits. */
  readonly waiting: number | undefined;
  /** From the batch before the transfer's own on; none where too many have come since. */
  readonly batches: readonly JournalRecord[];
}

/** Each is told with its block's hash, which a node is asked for once. */
const MOST_BATCHES = 128;

/** Lists the batches from the one before the named one on, the oldest first. */
const batchesFrom = ({ history, records }: CurrentLedger, name: string): readonly JournalRecord[] => {
  const newest: JournalRecord[] = [];
  for (const { anchor } of history.batches.slice(-MOST_BATCHES).reverse()) {
    const record = records.get(toHex(anchor));
    if (record === undefined) return [];
    newest.push(record);
    if (newest.length > 1 && toHex(newest.at(-2)?.hash ?? new Uint8Array()) === name) return newest.reverse();
  }
  return [];
};

const releaseNeeds = ({ payouts }: TransferEnds, release: number) => ({
  release,
  paid: payouts.get(BigInt(release))?.number,
});

const NOTHING = { payment: undefined, release: undefined, paid: undefined, waiting: undefined, batches: [] };

const waitingIndex = ({ history }: CurrentLedger, number: bigint): number | undefined => {
  const index = history.waiting.findLastIndex(({ type, value }) => type === "deposit" && value === number);
  return index < 0 || history.cleared.has(BigInt(index)) ? undefined : index;
};

/**
 * Finds what shows a transfer's end.
 * @throws PdiemError `transfer/unknown` for a deposit that custody has not received
 */
export const transferNeeds = (
  ends: TransferEnds,
  current: CurrentLedger,
  { receivedEvents }: Pick<DiemAccount, "receivedEvents">,
  id: string,
): TransferNeeds => {
  const payment = depositNumber(id);
  if (payment !== undefined) {
    if (payment >= receivedEvents.count)
      throw new PdiemError("transfer/unknown", `no transfer ${id} is known`, "later");
    const end = ends.depositEnds.get(payment);
    const waiting = end === undefined ? waitingIndex(current, payment) : undefined;
    const known = { ...NOTHING, id, payment, waiting };
    if (end === undefined) return known;
    if (end.outcome === "refunded") return { ...known, ...releaseNeeds(ends, latestRelease(ends, end.release)) };
    return { ...known, batches: batchesFrom(current, end.batch) };
  }
  const burned = ends.withdrawalEnds.get(id);
  if (burned === undefined) return { ...NOTHING, id };
  if (burned.type === "released") return { ...NOTHING, id, ...releaseNeeds(ends, burned.release) };
  return { ...NOTHING, id, batches: batchesFrom(current, burned.batch) };
};

const leafOf = <T>(tree: ListTree<T>, index: number) => ({
  index: index.toString(),
  path: tree.path(BigInt(index)).map(toHex),
});

/** Gives the leaf of the registered account that a deposit's payment names. */
const accountLeaf = ({ history }: CurrentLedger, { diem }: Facts, account: DiemAccount, payment: bigint) => {
  const { event } = diem.event(account.receivedEvents.key, payment);
  const destination = readDestination(readPayment(event).metadata);
  const leaf = destination.type === "registered" ? history.accounts[Number(destination.index)] : undefined;
  return destination.type !== "registered" || leaf === undefined
    ? undefined
    : { ...leafOf(history.trees.accounts, Number(destination.index)), leaf: toHex(leaf) };
};

/** Writes what the ledger shows, once both chains are proven. @param batches as they are told */
export const transferEvidenceOf = (
  needs: TransferNeeds,
  current: CurrentLedger,
  account: DiemAccount,
  facts: Facts,
  batches: TransferEvidence["batches"],
): TransferEvidence => {
  const { history } = current;
  const { id, payment, release, paid, waiting } = needs;
  const owed = release === undefined ? undefined : history.releases[release];
  const named = payment === undefined ? undefined : accountLeaf(current, facts, account, payment);
  return {
    id,
    ...(payment === undefined ? {} : { payment: payment.toString() }),
    ...(release === undefined || owed === undefined
      ? {}
      : {
          release: {
            ...leafOf(history.trees.releases, release),
            leaf: toHex(encode(releaseCodec, owed)),
            ...(paid === undefined ? {} : { paid: paid.toString() }),
          },
        }),
    ...(waiting === undefined ? {} : { waiting: leafOf(history.trees.waiting, waiting) }),
    ...(named === undefined ? {} : { account: named }),
    batches,
  };
};
