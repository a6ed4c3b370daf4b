/**
 * Hands batches to nodes, and judges these by what becomes of it: by proven state, not by their
 * word.
 */
import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import type { Logger } from "pino";
import { monotonicNow } from "../../clock.js";
import type { NodeStanding } from "../rpc/node-fault.js";
import type { Fault } from "../rpc/standing.js";
import { keepStandings } from "../rpc/standings.js";
import { type ExtrinsicAnswer, submitExtrinsic } from "./submission.js";
import type { SubstrateNode } from "./substrate-rpc.js";

export interface Handed {
  /** The extrinsic's hash, in hex. */
  readonly hash: string;
  readonly extrinsic: Uint8Array;
}

/** What has come of handing it over this time. */
export type HandOver =
  /** A node has it, as far as nodes tell; or it wasn't due yet. */
  | { readonly type: "taken" }
  /** All refuse it, one at least for its size: a smaller one may take its place. */
  | { readonly type: "tooLarge"; readonly reason: string }
  | { readonly type: "refused"; readonly reason: string; readonly isBanned: boolean };

export interface Submitter {
  /**
   * Hands it to the node preferred, and to the next where that refuses. While it isn't in a proven
   * block it is handed over again, each time anew. It goes to all of them, as one that has taken it
   * may forward nothing. Doing so is harmless, since it executes at most once.
   * @param proven height of the newest proven block, in which it isn't
   */
  readonly handOver: (handed: Handed, proven: number) => Promise<HandOver>;
  /** Judges by the proven block that it stands in those that had it. @param hash in hex */
  readonly judge: (hash: string, block: number) => void;
  readonly standings: () => readonly NodeStanding[];
}

interface Taker {
  readonly url: string;
  readonly at: number;
  /** Proven height then. */
  readonly proven: number;
  /** Whether it, being sound, hadn't heard of it from others. */
  readonly isNew: boolean;
}

/** The time that a block takes, and the way there. */
const FIRST_AGAIN_MS = 6_000;
const AGAIN_MS = 15_000;
/** A node that takes longer to answer is turned from: another one waits. */
const PATIENCE_MS = 8_000;
/** Blocks proven without it, and time passed, after which it should have been in one. */
const OVERDUE_BLOCKS = 8;
const OVERDUE_MS = 30_000;
/** Writes are few: a node that swallows them costs a block's time whenever it is tried again. */
const LEFT_MS = 60_000;

/** Nodes ban a hash for half an hour: another batch in its place has another. */
const BANNED = /\(1012\)$/;

const noEffect = (url: string, what: string): Fault => ({
  code: "rpc/no-effect",
  reason: `${endpointName(url)} takes batches, ${what}`,
});

const late = (url: string, ms: number): Fault => ({
  code: "rpc/timeout",
  reason: `expected ${endpointName(url)} to answer to a batch within ${ms} ms`,
});

const inTime = async (url: string, ms: number, answer: Promise<ExtrinsicAnswer>): Promise<ExtrinsicAnswer> => {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<ExtrinsicAnswer>((resolve) => {
    timer = setTimeout(() => resolve({ type: "refused", fault: late(url, ms) }), ms);
  });
  try {
    return await Promise.race([answer, patience]);
  } finally {
    clearTimeout(timer);
  }
};

/** @param now milliseconds, and @param patienceMs of one node, for tests */
export const createSubmitter = (
  nodes: readonly SubstrateNode[],
  log: Logger,
  now: () => number = monotonicNow,
  patienceMs = PATIENCE_MS,
): Submitter => {
  const standings = keepStandings(
    nodes.map(({ url }) => url),
    LEFT_MS,
    now,
  );
  const byUrl = new Map(nodes.map((node) => [node.url, node]));
  let hash: string | undefined;
  let takers: readonly Taker[] = [];
  let triedAt = Number.NEGATIVE_INFINITY;

  const leave = (url: string, fault: Fault): void => {
    const isNews = standings.leave(url, fault);
    log[isNews ? "warn" : "debug"](
      { node: endpointName(url), code: fault.code, reason: fault.reason },
      "batches go to other nodes",
    );
  };

  const ask = async (url: string, { extrinsic }: Handed, proven: number): Promise<ExtrinsicAnswer> => {
    const node = byUrl.get(url);
    if (node === undefined) throw new RangeError(`expected one of the nodes, got ${endpointName(url)}`);
    const answer = await inTime(url, patienceMs, submitExtrinsic(node, extrinsic));
    const isNew = answer.type === "taken" && standings.of(url).type === "sound";
    if (answer.type === "taken" || answer.type === "known") takers = [...takers, { url, at: now(), proven, isNew }];
    if (answer.type === "refused") leave(url, answer.fault);
    return answer;
  };

  const summary = (answers: readonly ExtrinsicAnswer[]): HandOver => {
    if (answers.some(({ type }) => type === "taken" || type === "known" || type === "used")) return { type: "taken" };
    const faults = answers.flatMap((answer) => ("fault" in answer ? [answer.fault.reason] : []));
    const reason = faults.join("; ") || "all nodes want to be left alone";
    if (answers.some(({ type }) => type === "tooLarge")) return { type: "tooLarge", reason };
    return { type: "refused", reason, isBanned: faults.length > 0 && faults.every((one) => BANNED.test(one)) };
  };

  const toOne = async (handed: Handed, proven: number): Promise<HandOver> => {
    const answers: ExtrinsicAnswer[] = [];
    for (const url of standings.inOrder()) {
      const answer = await ask(url, handed, proven);
      answers.push(answer);
      if (!("fault" in answer)) break;
    }
    return summary(answers);
  };

  const toAll = async (handed: Handed, proven: number): Promise<HandOver> =>
    summary(await Promise.all(standings.inOrder().map((url) => ask(url, handed, proven))));

  const blameOverdue = (proven: number): void => {
    const isOverdue = (one: Taker): boolean => proven - one.proven >= OVERDUE_BLOCKS && now() - one.at >= OVERDUE_MS;
    for (const url of new Set(takers.filter(isOverdue).map((one) => one.url))) {
      leave(url, noEffect(url, "and they don't come into blocks"));
      // It has as long again before it is blamed once more.
      takers = takers.filter((one) => one.url !== url);
    }
  };

  const isDue = (): boolean =>
    takers.length === 0 || now() - triedAt >= (takers.length === 1 ? FIRST_AGAIN_MS : AGAIN_MS);

  return {
    handOver: async (handed, proven) => {
      if (hash !== handed.hash) {
        hash = handed.hash;
        takers = [];
      }
      blameOverdue(proven);
      if (!isDue()) return { type: "taken" };
      const wasTaken = takers.length > 0;
      triedAt = now();
      return wasTaken ? toAll(handed, proven) : toOne(handed, proven);
    },
    judge: (settled, block) => {
      if (hash !== settled) return;
      const [first] = takers;
      // Another one hadn't heard of it by then, and it came into a block only afterwards.
      const later = takers.find(
        ({ url, isNew, at, proven }) =>
          first !== undefined && url !== first.url && isNew && at - first.at >= FIRST_AGAIN_MS && block > proven,
      );
      if (first !== undefined && later !== undefined)
        leave(first.url, noEffect(first.url, "which come into blocks only once other nodes have them"));
      else if (first !== undefined) standings.clear(first.url);
      hash = undefined;
      takers = [];
    },
    standings: standings.all,
  };
};
