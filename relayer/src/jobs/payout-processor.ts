import { type Confirmation, confirmationOf } from "@pdiem/bridge/custody/confirmation";
import { fromHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { signedTransaction } from "@pdiem/light-client/diem/transactions/transaction";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Job } from "bullmq";
import type { BridgeContext } from "./bridge-context.js";
import { submit } from "../chains/diem/calls.js";
import { resultOf } from "../chains/diem/json-rpc.js";
import type { PayoutData, PayoutResult, SignedPayoutData } from "./jobs.js";
import { Wait } from "./retry.js";
import { holdBack, signPayout } from "./sign-payout.js";

/** A job is woken when custody's sequence number moves; this is for what doesn't move it: an expiration. */
const LOOK_AGAIN_MS = 2_000;
/** Another relayer, which made the job, has seen more of custody already: it may take the job up instead. */
const BEHIND_MS = 100;
const SEE_WHAT_IS_SENT = "this relayer to see what custody has sent";

/** Handing a payment to a node again is harmless: one executes per sequence number. That a node refuses it isn't believed. */
const submitPayment = async (
  context: BridgeContext,
  { transaction, hash, release, sequenceNumber }: SignedPayoutData,
): Promise<void> => {
  const { clients, submittedPayment, paymentChase, log } = context;
  if (!submittedPayment.isDue(hash)) return;
  try {
    await clients.diem.run(async (node) => {
      const { answers } = await node.batch([submit(decode(signedTransaction, fromHex(transaction)))]);
      resultOf(answers[0]);
    });
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    log.warn({ payout: hash, release, error: error.message }, "payment not taken by any node");
  }
  paymentChase.start(BigInt(sequenceNumber));
};

const confirm = ({ config, payouts, payments, follower }: BridgeContext, payment: SignedPayoutData): Confirmation => {
  const sight = payments.custody();
  const ledger = follower.view()?.current?.history.ledger;
  if (sight === undefined || ledger === undefined) return { type: "pending" };
  return confirmationOf(config, ledger, payouts.facts(sight), {
    index: BigInt(payment.release),
    sequenceNumber: BigInt(payment.sequenceNumber),
    expirationTimestampSecs: BigInt(payment.expires),
  });
};

/** The sequence number is used, or never will be by this payment: it is made again. */
const failed = async (context: BridgeContext, payment: SignedPayoutData, how: "aborted" | "expired"): Promise<void> => {
  const { payoutStates, metrics, log } = context;
  const release = BigInt(payment.release);
  const before = await payoutStates.get(release);
  metrics.payouts.inc({ outcome: how });
  log.warn(
    { payout: payment.hash, release: payment.release, sequenceNumber: payment.sequenceNumber },
    `payment ${how}`,
  );
  await payoutStates.set(release, { ...before, state: how });
  // What has aborted once may abort again: others first.
  if (how === "aborted") holdBack(context, release, before.attempts);
};

const sign = async (context: BridgeContext, job: Job<PayoutData, PayoutResult>): Promise<SignedPayoutData> => {
  const { follower, payoutStates, heldBack, log } = context;
  const current = follower.view()?.current;
  const payment = current === undefined ? undefined : await signPayout(context, current);
  if (payment === undefined) throw new Wait(heldBack.usualMs, "a release that can be paid");
  if (payment.sequenceNumber !== job.data.sequenceNumber) throw new Wait(BEHIND_MS, SEE_WHAT_IS_SENT);
  const { release, hash, sequenceNumber, expires } = payment;
  await job.updateData({ ...job.data, payment });
  const { attempts } = await payoutStates.get(BigInt(release));
  await payoutStates.set(BigInt(release), { state: "signed", attempts: attempts + 1, sequenceNumber, hash, expires });
  await job.updateProgress({ state: "signed", release, expires });
  log.info({ payout: hash, release, sequenceNumber }, "payment signed");
  return payment;
};

/**
 * Uses one of custody's sequence numbers. It looks where things stand, does the one thing that is due, and looks again
 * later: killed at any point, run twice or by two relayers at once, each release is paid once.
 */
export const processPayout = (context: BridgeContext) => {
  const { payments, payouts, metrics, log } = context;

  const pay = async (job: Job<PayoutData, PayoutResult>): Promise<PayoutResult> => {
    const { payment } = job.data;
    const confirmation = payment === undefined ? undefined : confirm(context, payment);
    if (payment !== undefined && confirmation?.type === "paid") {
      metrics.payouts.inc({ outcome: "paid" });
      const version = confirmation.payment?.transactionVersion.toString();
      log.info({ payout: payment.hash, release: payment.release, version }, "payment proven");
      await job.updateProgress({ state: "paid", release: payment.release });
      return { outcome: "paid", release: payment.release };
    }
    if (payment !== undefined && confirmation?.type === "aborted") {
      await failed(context, payment, "aborted");
      await job.updateProgress({ state: "aborted", release: payment.release });
      return { outcome: "aborted", release: payment.release };
    }
    const sight = payments.custody();
    if (sight === undefined || payouts.next() < sight.account.sentEvents.count)
      throw new Wait(LOOK_AGAIN_MS, "all that custody has sent to be read");
    if (sight.account.sequenceNumber > BigInt(job.data.sequenceNumber)) return { outcome: "overtaken" };
    if (sight.account.sequenceNumber < BigInt(job.data.sequenceNumber)) throw new Wait(BEHIND_MS, SEE_WHAT_IS_SENT);
    if (payment !== undefined && confirmation?.type === "expired") {
      await failed(context, payment, "expired");
      await job.updateData({ sequenceNumber: job.data.sequenceNumber });
    }
    const pending = payment !== undefined && confirmation?.type === "pending" ? payment : await sign(context, job);
    await submitPayment(context, pending);
    throw new Wait(LOOK_AGAIN_MS, "its sent event");
  };

  return async (job: Job<PayoutData, PayoutResult>): Promise<PayoutResult> => {
    try {
      return await pay(job);
    } catch (error) {
      // Nothing that goes wrong here is for good while the sequence number is unused: other facts give another answer.
      if (isPdiemError(error) && error.retry === "never")
        throw new PdiemError(error.code, error.message, "backoff", { cause: error });
      throw error;
    }
  };
};
