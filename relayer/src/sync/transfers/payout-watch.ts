import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { readPaidRelease } from "@pdiem/bridge/deposit/destination";
import type { DiemFacts, ProvenEvent } from "@pdiem/bridge/facts/facts";
import type { History } from "@pdiem/bridge-client/journal/journal";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { ProofError } from "@pdiem/light-client/error";
import type { DiemClient } from "../../chains/diem/client.js";
import { provePayments } from "../../chains/diem/payments.js";
import type { HeadsKeeper } from "../light-clients/light-client-keeper.js";
import { placesBetween } from "../../simulate/predict.js";
import type { CustodySight } from "./payment-watch.js";

/** A payment by custody, proven in its place. */
export interface SentPayout {
  /** In custody's sent-payment events. */
  readonly number: bigint;
  /** Of the transaction on Diem. */
  readonly version: bigint;
  readonly release: bigint;
}

/** What custody has paid since genesis, as Diem itself tells it. */
export interface PayoutWatch {
  /** Reads what is new; returns the payments not given before. */
  readonly look: (history: History, sight: CustodySight) => Promise<readonly SentPayout[]>;
  readonly get: (release: bigint) => SentPayout | undefined;
  /** Custody's next sent event that hasn't been read: what came before is known. */
  readonly next: () => bigint;
  /** Releases of the ledger that neither it nor any payment read says are paid, lowest index first. */
  readonly unpaid: (history: History) => readonly bigint[];
  /** What is known of custody, as the bridge's rules look it up: its account, and its payments since the ledger's. */
  readonly facts: (sight: CustodySight) => DiemFacts;
}

const PAGE = 200n;
/** A long history is read over several looks. */
const PAGES_AT_ONCE = 20;

const sentPayout = ({
  event,
  transactionVersion,
}: ProvenEvent & { readonly event: { readonly sequenceNumber: bigint } }) => {
  const release = readPaidRelease(readPayment(event).metadata);
  return release === undefined ? [] : [{ number: event.sequenceNumber, version: transactionVersion, release }];
};

const notShown = (what: string): never => {
  throw new ProofError("proof/not-shown", `expected to have read ${what}`, "later");
};

export const watchPayouts = ({ diem }: BridgeConfig, client: DiemClient, heads: HeadsKeeper): PayoutWatch => {
  const byRelease = new Map<bigint, SentPayout>();
  const unfolded = new Map<bigint, ProvenEvent>();
  let next = 0n;

  return {
    look: async ({ entries, ledger }, { account }) => {
      const before = entries[0]?.step.ledger.paid.sent ?? 0n;
      if (next < before) next = before;
      const { key, count } = account.sentEvents;
      const added: SentPayout[] = [];
      for (let page = 0; page < PAGES_AT_ONCE && next < count; page++) {
        const to = next + PAGE < count ? next + PAGE : count;
        const events = await provePayments(client, heads.get().diem, diem.chainId, key, { from: next, to });
        for (const event of events) unfolded.set(event.event.sequenceNumber, event);
        added.push(...events.flatMap(sentPayout));
        next = to;
      }
      for (const payout of added) byRelease.set(payout.release, payout);
      for (const number of unfolded.keys()) if (number < ledger.paid.sent) unfolded.delete(number);
      return added;
    },
    get: (release) => byRelease.get(release),
    next: () => next,
    unpaid: ({ ledger: { paid, releases } }) =>
      [...paid.open, { from: paid.next, to: releases.numLeaves }]
        .flatMap(({ from, to }) => placesBetween(from, to))
        .filter((index) => !byRelease.has(index))
        .sort((a, b) => (a < b ? -1 : 1)),
    facts: ({ resources, version, time }) => ({
      version,
      time,
      account: (address) => (equal(address, diem.custody) ? resources : notShown(`account ${toHex(address)}`)),
      event: (_, number) => unfolded.get(number) ?? notShown(`payment ${number} of custody`),
    }),
  };
};
