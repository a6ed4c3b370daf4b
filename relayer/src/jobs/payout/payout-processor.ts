/** Pays releases on Diem: all within the window at once, as long as custody's number moves. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import type { Logger } from "pino";
import { getSequenceNumber } from "../../chains/diem/calls.js";
import { resultOf } from "../../chains/diem/json-rpc.js";
import { monotonicNow } from "../../clock.js";
import { reasonOf } from "../../error.js";
import type { Metrics } from "../../metrics.js";
import { releasesInWindow, simulatePayouts } from "../../simulate/simulate-payouts.js";
import type { CurrentLedger } from "../../sync/bridge/bridge-view.js";
import type { Follower } from "../../sync/bridge/follower.js";
import type { SigningClients } from "../../sync/clients.js";
import type { PaymentWatch } from "../../sync/transfers/payment-watch.js";
import { transferOfRelease } from "../../sync/transfers/transfer-of-release.js";
import type { WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";
import type { Tracing } from "../../tracing/tracing.js";
import { aboutPayout } from "../about-job.js";
import type { PayoutData, PayoutProgress, PayoutResult, Queues } from "../jobs.js";
import { Wait } from "../retry.js";
import type { WriteWatch } from "../write-watch.js";
import {
  afterExpiry,
  afterUsed,
  EMPTY_WINDOW,
  type PayoutWindow,
  signedFrom,
  toSubmit,
  withSigned,
  withSubmitted,
} from "./payout-window.js";
import type { PaymentSubmitter, ProvenNumber } from "./submit-payments.js";

export interface PayoutParts {
  readonly config: BridgeConfig;
  /** The enclave's key. */
  readonly issuer: Uint8Array;
  readonly clients: SigningClients;
  readonly follower: Pick<Follower, "view">;
  readonly payments: Pick<PaymentWatch, "custody">;
  readonly paymentSubmitter: Pick<PaymentSubmitter, "handOver" | "judge">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "ofRelease">;
  readonly tracing: Pick<Tracing, "step">;
  readonly queues: Pick<Queues, "payout">;
  /** Has both chains polled now. */
  readonly pollSoon: () => void;
  readonly metrics: Pick<Metrics, "payouts">;
  readonly writes: WriteWatch;
  readonly log: Logger;
}

/** A job that nothing moves gives others a turn, and is run again. */
const RUN_MS = 10_000;
const STILL_MS = 2_000;
const AGAIN_MS = 1_000;
const OTHERS_MS = 1_000;
/** How often custody's number is asked for while payments are in flight. */
const CHASE_MS = 50;
/** Progress that nothing hangs on is shown no more often. */
const SHOW_MS = 300;
/** The ledger moves on at every batch: the poll is a moment behind. */
const LEDGER_MS = 200;
/**
 * Fewer payments than these are signed only once nothing else is in flight. Each request costs as
 * much as proofs do.
 */
const WORTHWHILE = 16;

type Ledger = CurrentLedger["history"]["ledger"];

type PayoutJob = Job<PayoutData, PayoutResult>;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether those that aren't signed yet are worth a request now. */
const isSigningDue = (unsigned: number, inFlight: number): boolean =>
  unsigned > 0 && (inFlight === 0 || unsigned >= WORTHWHILE);

/**
 * Uses custody's sequence numbers, each for the release that was born with it. It compares what is
 * used with what is signed, does what is due, and goes on while anything moves. Killed at any
 * point, run twice or by two relayers at once, each release is paid once. How payments end isn't
 * judged here, but by custody's proven sent events.
 */
export const processPayout = (parts: PayoutParts) => {
  const { clients, config, issuer, follower, payments, paymentSubmitter, withdrawalEnds, tracing } = parts;
  const { queues, pollSoon, metrics, writes, log } = parts;
  let window: PayoutWindow = EMPTY_WINDOW;
  let told: string | undefined;
  let shownAt = 0;

  const currentLedger = (): CurrentLedger => {
    const current = follower.view()?.current;
    if (current === undefined) throw new Wait(AGAIN_MS, "a first poll of the chains");
    return current;
  };

  const provenNumber = ({ start }: Ledger): ProvenNumber => {
    const custody = payments.custody();
    if (custody === undefined) throw new Wait(AGAIN_MS, "a first poll of the chains");
    return { next: custody.account.sequenceNumber - start, time: custody.time };
  };

  /** A node's word: it says what to do next, and ends nothing. */
  const askNumber = (): Promise<bigint> =>
    clients.diem.run(async (node) => resultOf((await node.batch([getSequenceNumber(config.diem.custody)])).answers[0]));

  const show = async (job: PayoutJob, from: bigint, to: bigint, waitingFor?: string): Promise<void> => {
    if (waitingFor === told && monotonicNow() - shownAt < SHOW_MS) return;
    shownAt = monotonicNow();
    const expires = Math.max(0, ...[...window.values()].map((one) => Number(one.payment.expirationTimestampSecs)));
    const progress: PayoutProgress = {
      from: from.toString(),
      to: to.toString(),
      ...(expires > 0 ? { expires } : {}),
      ...(waitingFor === undefined ? {} : { waitingFor }),
    };
    await job.updateProgress(progress);
    if (waitingFor !== undefined && waitingFor !== told)
      log.warn({ ...aboutPayout(parts, progress.from), reason: waitingFor }, "payouts wait");
    told = waitingFor;
  };

  const sign = async ({ history, anchor }: CurrentLedger): Promise<void> => {
    const { ledger, governance } = history;
    const bridge = { config, issuer, ledger, governance };
    await clients.signers.follow();
    const isSigned = (index: bigint): boolean => window.has(index);
    const { requests, proofs, payments: made } = await simulatePayouts(clients, { bridge, history, anchor, isSigned });
    if (requests.length === 0) return;
    const transfers = requests.flatMap(({ index }) => transferOfRelease(history, withdrawalEnds, index) ?? []);
    const signed = await tracing.step("enclave payout", transfers, () =>
      clients.signers.payout({ ledger, governance, proofs, payments: requests }, made),
    );
    window = withSigned(window, signed);
    log.info({ from: requests[0]?.index.toString(), count: signed.length }, "payments signed");
    for (const { index } of signed) log.info(aboutPayout(parts, index.toString()), "payment signed");
  };

  const dropExpired = (): void => {
    const time = payments.custody()?.time ?? 0n;
    const left = afterExpiry(window, time);
    const count = window.size - left.size;
    if (count > 0) metrics.payouts.inc({ outcome: "expired" }, count);
    window = left;
  };

  /** @param next as nodes say */
  const hand = async (next: bigint, proven: ProvenNumber): Promise<string | undefined> => {
    const due = toSubmit(window, next, monotonicNow());
    if (due.payments.length === 0) return undefined;
    const { taken, expired, problem } = await paymentSubmitter.handOver(due, proven);
    window = withSubmitted(window, taken, monotonicNow());
    if (expired.length > 0) window = new Map([...window].filter(([index]) => !expired.includes(index)));
    return problem;
  };

  /** Says what a payment waits for that nodes have. */
  const stillWaiting = (next: bigint): string => {
    const at = window.get(next)?.submittedAt;
    const seconds = at === undefined ? undefined : Math.round((monotonicNow() - at) / 1000);
    return seconds === undefined
      ? "custody's sequence number to move"
      : `custody's sequence number to move: nodes took the payment of release ${next}, last ${seconds} s ago`;
  };

  const pay = async (job: PayoutJob): Promise<PayoutResult> => {
    if ((await queues.payout.getActiveCount()) > 1) throw new Wait(OTHERS_MS, "another relayer, which pays");
    const first = BigInt(job.data.from);
    const began = monotonicNow();
    let movedAt = began;
    let next = 0n;
    for (;;) {
      const current = currentLedger();
      const { ledger } = current.history;
      const { start, releases } = ledger;
      const proven = provenNumber(ledger);
      paymentSubmitter.judge(proven);
      window = afterUsed(window, proven.next);
      dropExpired();
      // No number is used beyond what is signed: more than that isn't believed.
      const most = proven.next + BigInt(signedFrom(window, proven.next));
      const said = (await askNumber()) - start;
      const reached = said < most ? said : most;
      if (reached > next || proven.next > next) {
        next = reached > proven.next ? reached : proven.next;
        movedAt = monotonicNow();
        pollSoon();
      }
      // Relayers share their queues: another may have seen first the ledger that owes it. To end
      // the job would be for good, as no other has its id.
      if (proven.next <= first && first >= releases.numLeaves) throw new Wait(AGAIN_MS, "the ledger that owes it");
      if (proven.next >= releases.numLeaves || (proven.next > first && monotonicNow() - began > RUN_MS)) {
        await show(job, next, next);
        writes.end("payments");
        return { used: Number(proven.next - first) };
      }
      const unsigned = releasesInWindow(ledger, start + next).filter((index) => !window.has(index));
      const inFlight = [...window.keys()].filter((index) => index >= next).length;
      if (isSigningDue(unsigned.length, inFlight)) await sign(current);
      writes.begin("payments", next.toString());
      const problem = await hand(next, proven);
      writes.explain("payments", problem);
      await show(job, next, next + BigInt(inFlight), problem);
      if (problem !== undefined || monotonicNow() - movedAt > STILL_MS)
        throw new Wait(AGAIN_MS, problem ?? stillWaiting(next));
      await pause(CHASE_MS);
    }
  };

  return async (job: PayoutJob): Promise<PayoutResult> => {
    try {
      return await pay(job);
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      if (error.code === "refused/not-in-force") {
        pollSoon();
        throw new Wait(LEDGER_MS, "the ledger in force");
      }
      const from = BigInt(job.data.from);
      await show(job, from, from + BigInt(window.size), reasonOf(error));
      writes.explain("payments", reasonOf(error));
      // Nothing that goes wrong here is for good while the sequence number is unused: other facts
      // give another answer.
      if (error.retry === "never") throw new PdiemError(error.code, error.message, "backoff", { cause: error });
      throw error;
    }
  };
};
