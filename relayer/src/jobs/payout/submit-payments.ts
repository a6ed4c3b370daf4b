/**
 * Hands payments to Diem's nodes, and judges these by what becomes of it. Custody's proven number
 * counts, not their word.
 */
import { endpointName, withoutSecrets } from "@pdiem/bridge-client/endpoint-name";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Logger } from "pino";
import type { DiemNode } from "../../chains/diem/client.js";
import { type SubmissionAnswer, submitAll } from "../../chains/diem/submission.js";
import type { NodeStanding } from "../../chains/rpc/node-fault.js";
import { type Fault, faultOf } from "../../chains/rpc/standing.js";
import { keepStandings } from "../../chains/rpc/standings.js";
import { monotonicNow } from "../../clock.js";
import { RpcError } from "../../error.js";
import type { PaymentAnswer } from "../../signing/signers.js";
import type { Due } from "./payout-window.js";

export interface Submitted {
  /**
   * Releases whose numbers have a payment in a node's pool, this one or one of another minute, or
   * are used.
   */
  readonly taken: readonly bigint[];
  /** Releases whose payments are too old, as all nodes say: they have to be signed again. */
  readonly expired: readonly bigint[];
  /** A node's words on the lowest that it doesn't take; undefined where there is none. */
  readonly problem: string | undefined;
}

/** What custody's account is proven to be, or undefined before that. */
export interface ProvenNumber {
  /** The lowest release whose number is unused. */
  readonly next: bigint;
  /** Diem's time, ms. */
  readonly time: bigint;
}

export interface PaymentSubmitter {
  /**
   * Hands payments in rising order to the node preferred, and to the next where that doesn't take
   * the lowest. Where that didn't move for a while, to all of them: one that has taken payments may
   * forward none. Doing so is harmless: one executes per sequence number.
   * @param due at least one
   * @throws RpcError `rpc/payment` with the nodes' words where none takes even the lowest
   */
  readonly handOver: (due: Due, proven: ProvenNumber) => Promise<Submitted>;
  /** Judges those that had the lowest by whether its number is used. */
  readonly judge: (proven: ProvenNumber) => void;
  readonly standings: () => readonly NodeStanding[];
}

interface Taker {
  readonly url: string;
  readonly at: number;
}

/** By Diem's time and this machine's: blocks come every second or so. */
const OVERDUE_MS = 15_000;
const LEFT_MS = 60_000;
/** Times as long as the first node had it alone. */
const PROMPT = 3;

const noEffect = (url: string, what: string): Fault => ({
  code: "rpc/no-effect",
  reason: `${endpointName(url)} takes payments, ${what}`,
});

type Answers = readonly SubmissionAnswer[] | RpcError;

const isTaken = (answers: Answers): answers is readonly SubmissionAnswer[] =>
  Array.isArray(answers) && ["accepted", "other-bytes", "used"].includes(answers[0]?.type ?? "");

const isExpired = (answers: Answers): answers is readonly SubmissionAnswer[] =>
  Array.isArray(answers) && answers[0]?.type === "expired";

const indexesOf = (
  payments: readonly PaymentAnswer[],
  answers: readonly SubmissionAnswer[],
  ...types: readonly string[]
): readonly bigint[] => payments.flatMap(({ index }, i) => (types.includes(answers[i]?.type ?? "") ? [index] : []));

const submittedBy = (payments: readonly PaymentAnswer[], answers: readonly SubmissionAnswer[]): Submitted => ({
  taken: indexesOf(payments, answers, "accepted", "other-bytes", "used"),
  expired: [],
  problem: answers.find(({ type }) => type === "refused" || type === "full")?.message,
});

/** @param now milliseconds, for tests */
export const createPaymentSubmitter = (
  nodes: readonly DiemNode[],
  log: Logger,
  now: () => number = monotonicNow,
): PaymentSubmitter => {
  const standings = keepStandings(
    nodes.map(({ url }) => url),
    LEFT_MS,
    now,
  );
  const byUrl = new Map(nodes.map((node) => [node.url, node]));
  /** The lowest release that was handed over, first to one node or to all, and Diem's time then. */
  let lowest: { readonly index: bigint; readonly time: bigint; readonly isToOne: boolean } | undefined;
  let takers: readonly Taker[] = [];

  const leave = (url: string, fault: Fault): void => {
    const isNews = standings.leave(url, fault);
    log[isNews ? "warn" : "debug"](
      { node: endpointName(url), code: fault.code, reason: fault.reason },
      "payments go to other nodes",
    );
  };

  const ask = async (url: string, payments: readonly PaymentAnswer[]): Promise<Answers> => {
    const node = byUrl.get(url);
    if (node === undefined) throw new RangeError(`expected one of the nodes, got ${endpointName(url)}`);
    try {
      const answers = await submitAll(
        node,
        payments.map(({ transaction }) => transaction),
      );
      const [first] = answers;
      if (isTaken(answers)) takers = [...takers, { url, at: now() }];
      else if (first?.type !== "full")
        leave(url, {
          code: "rpc/payment",
          reason: `${endpointName(url)} doesn't take the lowest payment: ${withoutSecrets(first?.message ?? "", url)}`,
        });
      return answers;
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      leave(url, faultOf(error));
      return error instanceof RpcError ? error : new RpcError(error.code, error.message, "backoff");
    }
  };

  const toOne = async (payments: readonly PaymentAnswer[]): Promise<readonly Answers[]> => {
    const all: Answers[] = [];
    for (const url of standings.inOrder()) {
      const answers = await ask(url, payments);
      all.push(answers);
      if (isTaken(answers)) break;
    }
    return all;
  };

  const toAll = (payments: readonly PaymentAnswer[]): Promise<readonly Answers[]> =>
    Promise.all(standings.inOrder().map((url) => ask(url, payments)));

  const summary = (payments: readonly PaymentAnswer[], all: readonly Answers[]): Submitted => {
    const taken = all.find(isTaken);
    if (taken !== undefined) return submittedBy(payments, taken);
    const said = all.filter((one): one is readonly SubmissionAnswer[] => Array.isArray(one));
    // One node's word isn't enough: those that are signed again in vain are never paid.
    const [expired] = said;
    if (expired !== undefined && said.every(isExpired))
      return { taken: [], expired: indexesOf(payments, expired, "expired"), problem: undefined };
    const words = all.map((one) => (one instanceof RpcError ? one.message : (one[0]?.message ?? "no answer")));
    throw new RpcError(
      "rpc/payment",
      `expected a node to take the lowest payment: ${words.join("; ") || "all want to be left alone"}`,
      "backoff",
    );
  };

  return {
    handOver: async ({ payments, isStill }, { time }) => {
      const [first] = payments;
      if (first !== undefined && lowest?.index !== first.index && (takers.length === 0 || isStill)) {
        lowest = { index: first.index, time, isToOne: !isStill };
        takers = [];
      }
      return summary(payments, await (isStill ? toAll(payments) : toOne(payments)));
    },
    judge: ({ next, time }) => {
      const [first] = takers;
      if (lowest === undefined || first === undefined) return;
      if (next <= lowest.index) {
        if (time - lowest.time < OVERDUE_MS || now() - first.at < OVERDUE_MS) return;
        for (const url of new Set(takers.map((one) => one.url))) leave(url, noEffect(url, "and they aren't executed"));
      } else if (lowest.isToOne) {
        // Another one had it much later, and it was used at once.
        const later = takers.find(({ url }) => url !== first.url);
        const isSlow = later !== undefined && now() - later.at < PROMPT * (later.at - first.at);
        if (isSlow) leave(first.url, noEffect(first.url, "which are executed only once other nodes have them"));
        else standings.clear(first.url);
        // Which of them brought it there isn't known: that nothing gets through is over.
      } else if (takers.every(({ url }) => standings.of(url).type === "left"))
        for (const { url } of takers) standings.clear(url);
      lowest = undefined;
      takers = [];
    },
    standings: standings.all,
  };
};
