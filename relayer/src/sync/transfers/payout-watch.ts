import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { readPaidRelease } from "@pdiem/bridge/deposit/destination";
import type { History } from "@pdiem/bridge-client/journal/history";
import type { VerifiedEvent } from "@pdiem/light-client/diem/proofs/event-proof";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import type { DiemClient } from "../../chains/diem/client.js";
import { provePayments } from "../../chains/diem/payments.js";
import type { LightClientKeeper } from "../light-clients/light-client-keeper.js";
import type { CustodySight } from "./payment-watch.js";

/** A payment by custody, proven in its place. */
export interface SentPayout {
  /** In custody's sent-payment events. */
  readonly number: bigint;
  /** Version of the transaction on Diem. */
  readonly version: bigint;
  readonly release: bigint;
}

/** The ledger in force, and where its bridge began. */
export interface PaidFrom {
  readonly history: Pick<History, "ledger" | "batches">;
}

/** What custody has paid since genesis, as Diem itself tells it. */
export interface PayoutWatch {
  /**
   * Reads what is new, then some of what the ledger has folded before; returns the payments not
   * given before.
   */
  readonly poll: (current: PaidFrom, sight: CustodySight) => Promise<readonly SentPayout[]>;
  /** Finds a release's payment; undefined where there is none, or it isn't read yet. */
  readonly get: (release: bigint) => SentPayout | undefined;
  /** Finds the release that custody paid at a version of Diem's ledger. */
  readonly at: (version: bigint) => bigint | undefined;
  /** Lists releases whose sequence numbers aren't used, as proven last; the lowest index first. */
  readonly unpaid: (history: Pick<History, "ledger">) => readonly bigint[];
}

const PAGE = 200n;
/** A long way is read over several polls. */
const PAGES_AT_ONCE = 20;

/** Events `from` to before `to`. */
interface Page {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Lists the pages to read next: what is new in order, then backwards what came before.
 * @param read what is read already, without a gap
 * @param first the bridge's first event
 * @param folded where to begin
 * @param count how many there are
 */
export const nextPages = (read: Page | undefined, first: bigint, folded: bigint, count: bigint): readonly Page[] => {
  const pages: Page[] = [];
  const start = read === undefined ? folded : read.to;
  for (let from = start; from < count && pages.length < PAGES_AT_ONCE; from += PAGE)
    pages.push({ from, to: from + PAGE < count ? from + PAGE : count });
  const before = read?.from ?? folded;
  const back = before - PAGE > first ? before - PAGE : first;
  return pages.length === 0 && first < before ? [{ from: back, to: before }] : pages;
};

const extended = (read: Page | undefined, { from, to }: Page): Page =>
  read === undefined ? { from, to } : { from: from < read.from ? from : read.from, to: to > read.to ? to : read.to };

const payoutOf = ({ event, transactionVersion }: VerifiedEvent): readonly SentPayout[] => {
  const release = readPaidRelease(readPayment(event).metadata);
  return release === undefined ? [] : [{ number: event.sequenceNumber, version: transactionVersion, release }];
};

export const watchPayouts = (
  { diem }: Pick<BridgeConfig, "diem">,
  client: DiemClient,
  lightClients: LightClientKeeper,
): PayoutWatch => {
  const byRelease = new Map<bigint, SentPayout>();
  const byVersion = new Map<bigint, bigint>();
  let read: Page | undefined;
  let sequenceNumber: bigint | undefined;

  const readPage = async (page: Page, { account }: CustodySight): Promise<readonly SentPayout[]> => {
    const { key } = account.sentEvents;
    const payouts = (await provePayments(client, lightClients.get().diem, diem.chainId, key, page)).flatMap(payoutOf);
    for (const payout of payouts) {
      byRelease.set(payout.release, payout);
      byVersion.set(payout.version, payout.release);
    }
    return payouts;
  };

  return {
    poll: async ({ history: { ledger, batches } }, sight) => {
      const { count } = sight.account.sentEvents;
      const first = batches[0]?.entry.ledger.paid.events ?? ledger.paid.events;
      const added: SentPayout[] = [];
      for (const page of nextPages(read, first, ledger.paid.events, count)) {
        added.push(...(await readPage(page, sight)));
        read = extended(read, page);
      }
      sequenceNumber = sight.account.sequenceNumber;
      return added;
    },
    get: (release) => byRelease.get(release),
    at: (version) => byVersion.get(version),
    unpaid: ({ ledger: { start, paid, releases } }) => {
      const used = (sequenceNumber ?? start) - start;
      const from = used > paid.releases ? used : paid.releases;
      return Array.from({ length: Math.max(0, Number(releases.numLeaves - from)) }, (_, i) => from + BigInt(i));
    },
  };
};
