import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { readPaidRelease } from "@pdiem/bridge/deposit/destination";
import type { ProvenEvent } from "@pdiem/bridge/facts/facts";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import type { History } from "@pdiem/bridge-client/journal/history";
import { type PaymentStatus, paymentStatus } from "@pdiem/bridge-client/payout/payment-status";
import type { VerifiedEvent } from "@pdiem/light-client/diem/proofs/event-proof";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { ProofError } from "@pdiem/light-client/error";
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
  readonly history: Pick<History, "ledger" | "batches" | "waiting">;
}

/** What custody has paid since genesis, as Diem itself tells it. */
export interface PayoutWatch {
  /** Reads what is new, then some of what the ledger has folded before; returns the payments not given before. */
  readonly poll: (current: PaidFrom, sight: CustodySight) => Promise<readonly SentPayout[]>;
  /** Finds a release's payment; undefined where there is none, or it isn't read yet. */
  readonly get: (release: bigint) => SentPayout | undefined;
  /** Finds the release that custody paid at a version of Diem's ledger. */
  readonly at: (version: bigint) => bigint | undefined;
  /**
   * Tells what became of a signed payment by what was proven last; undefined before that, or until all is read.
   * @param expirationSecs whole seconds, before which it executes
   * @throws RefusedError `refused/unknown-payment`: custody's key was used by somebody else
   */
  readonly status: (index: bigint, expirationSecs: bigint) => PaymentStatus["type"] | undefined;
  /** Custody's proven sequence number; 0 before the first poll. */
  readonly used: () => bigint;
  /** How many sent events since the ledger's own are read: all that a fold needs, where it is custody's count. */
  readonly readUpTo: () => bigint;
  /** Lists releases whose sequence numbers aren't used, as proven last; the lowest index first. */
  readonly unpaid: (history: Pick<History, "ledger">) => readonly bigint[];
}

const PAGE = 200n;
/** A long way is read over several polls. */
const PAGES_AT_ONCE = 20;

interface Page {
  readonly from: bigint;
  readonly to: bigint;
}

/** Events that are read: `from` to before `to`, of which the newer ones come first. */
type Read = Page;

/** Lists the pages to read next: what is new in order, then backwards what came before. */
export const nextPages = (read: Read | undefined, first: bigint, folded: bigint, count: bigint): readonly Page[] => {
  const pages: Page[] = [];
  const start = read === undefined ? folded : read.to;
  for (let from = start; from < count && pages.length < PAGES_AT_ONCE; from += PAGE)
    pages.push({ from, to: from + PAGE < count ? from + PAGE : count });
  const before = read?.from ?? folded;
  if (pages.length === 0 && first < before)
    pages.push({ from: before - PAGE > first ? before - PAGE : first, to: before });
  return pages;
};

const extended = (read: Read | undefined, { from, to }: Page): Read =>
  read === undefined ? { from, to } : { from: from < read.from ? from : read.from, to: to > read.to ? to : read.to };

/** What was proven last, and the ledger in force then. */
interface Sighted {
  readonly sight: CustodySight;
  readonly ledger: Ledger;
  /** Releases that came to wait, whatever became of them since. */
  readonly aborted: ReadonlySet<bigint>;
}

interface UnfoldedEvent {
  readonly proven: ProvenEvent;
  /** The release that it pays; undefined for none, which custody's key can't have signed. */
  readonly release: bigint | undefined;
}

const releaseOf = ({ event }: ProvenEvent): bigint | undefined => readPaidRelease(readPayment(event).metadata);

export const watchPayouts = (
  { diem }: Pick<BridgeConfig, "diem">,
  client: DiemClient,
  lightClients: LightClientKeeper,
): PayoutWatch => {
  const byRelease = new Map<bigint, SentPayout>();
  const byVersion = new Map<bigint, bigint>();
  /** Events since the ledger's own. */
  const unfolded = new Map<bigint, UnfoldedEvent>();
  let read: Read | undefined;
  let last: Sighted | undefined;

  const note = (events: readonly VerifiedEvent[], { paid }: Ledger): readonly SentPayout[] => {
    const payouts: SentPayout[] = [];
    for (const proven of events) {
      const number = proven.event.sequenceNumber;
      const release = releaseOf(proven);
      if (number >= paid.events) unfolded.set(number, { proven, release });
      if (release !== undefined) payouts.push({ number, version: proven.transactionVersion, release });
    }
    for (const payout of payouts) {
      byRelease.set(payout.release, payout);
      byVersion.set(payout.version, payout.release);
    }
    return payouts;
  };

  const eventAt = (number: bigint): ProvenEvent => {
    const event = unfolded.get(number);
    if (event === undefined)
      throw new ProofError("proof/not-shown", `expected to have read payment ${number} of custody`, "later");
    return event.proven;
  };

  const statusOf = ({ sight, ledger }: Sighted, index: bigint, expirationTimestampSecs: bigint) => {
    const earlier = [...unfolded.values()].filter(({ release }) => release !== undefined && release < index);
    const facts = { time: sight.time, event: (_: unknown, number: bigint) => eventAt(number) };
    const before = ledger.paid.events + BigInt(earlier.length);
    return paymentStatus(ledger, sight.account, facts, { index, expirationTimestampSecs }, before).type;
  };

  return {
    poll: async ({ history: { ledger, batches, waiting } }, sight) => {
      const { key, count } = sight.account.sentEvents;
      const first = batches[0]?.entry.ledger.paid.events ?? ledger.paid.events;
      const added: SentPayout[] = [];
      for (const page of nextPages(read, first, ledger.paid.events, count)) {
        added.push(...note(await provePayments(client, lightClients.get().diem, diem.chainId, key, page), ledger));
        read = extended(read, page);
      }
      for (const number of unfolded.keys()) if (number < ledger.paid.events) unfolded.delete(number);
      const aborted = new Set(waiting.flatMap(({ type, value }) => (type === "release" ? [value] : [])));
      last = { sight, ledger, aborted };
      return added;
    },
    get: (release) => byRelease.get(release),
    at: (version) => byVersion.get(version),
    status: (index, expirationSecs) => {
      if (last === undefined) return undefined;
      const { sight, ledger, aborted } = last;
      if (index < ledger.paid.releases) return aborted.has(index) ? "aborted" : "paid";
      return (read?.to ?? ledger.paid.events) < sight.account.sentEvents.count
        ? undefined
        : statusOf(last, index, expirationSecs);
    },
    used: () => last?.sight.account.sequenceNumber ?? 0n,
    readUpTo: () => read?.to ?? 0n,
    unpaid: ({ ledger: { start, paid, releases } }) => {
      const used = (last?.sight.account.sequenceNumber ?? start) - start;
      const from = used > paid.releases ? used : paid.releases;
      return Array.from({ length: Math.max(0, Number(releases.numLeaves - from)) }, (_, i) => from + BigInt(i));
    },
  };
};
