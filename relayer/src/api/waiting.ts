import type { WaitingLeaf } from "@pdiem/bridge/ledger/lists";
import type { History } from "@pdiem/bridge-client/journal/history";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Queues } from "../jobs/jobs.js";
import { progressOf } from "../jobs/progress.js";
import type { PaymentWatch } from "../sync/transfers/payment-watch.js";
import { depositId } from "../sync/transfers/transfer-id.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import { type WaitingView, waitingView } from "../views/waiting-view.js";
import { type AtWork, currentOf } from "./at-work.js";
import { cursorText, pageLimit, readCursor, writeCursor } from "./cursor.js";
import { get } from "./route.js";
import { type ObstructedParts, waitOfAll } from "./wait-of-all.js";

export interface WaitingParts extends ObstructedParts {
  readonly payments: Pick<PaymentWatch, "custody" | "open">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "ofRelease">;
  readonly queues: Pick<Queues, "deposit">;
}

interface PlacedLeaf {
  readonly index: number;
  readonly leaf: WaitingLeaf;
}

/** Lists the leaves that aren't cleared, the oldest first. */
export const waitingLeaves = ({ waiting, cleared }: Pick<History, "waiting" | "cleared">): readonly PlacedLeaf[] =>
  waiting.flatMap((leaf, index) => (cleared.has(BigInt(index)) ? [] : [{ index, leaf }]));

const query = z.strictObject({ limit: pageLimit(100, 1_000), cursor: cursorText.optional() });
/** Index of the first leaf of the page. */
const place = z.tuple([z.int().min(0)]);

type Shown = WaitingView["waiting"][number];

const viewWaitingDeposit = async (parts: WaitingParts, index: number, number: bigint): Promise<Shown> => {
  const id = depositId(number);
  const job = await parts.queues.deposit.getJob(id);
  const payment = parts.payments.open().find((one) => one.number === number);
  return {
    index,
    kind: "deposit",
    transfer: id,
    ...(payment === undefined ? {} : { currency: payment.currency, amount: payment.amount.toString() }),
    waitingFor: (job === undefined ? undefined : progressOf(job).waitingFor) ?? "a batch that settles it",
  };
};

const viewWaitingRelease = (
  { withdrawalEnds }: WaitingParts,
  { releases }: Pick<History, "releases">,
  index: number,
  value: bigint,
): Shown => {
  const release = releases[Number(value)];
  const deposit = release?.origin.type === "deposit" ? depositId(release.origin.value.number) : undefined;
  const transfer = deposit ?? withdrawalEnds.ofRelease(Number(value))?.id;
  const end = deposit === undefined ? "gives it back" : "releases it anew, once its payee can be paid";
  return {
    index,
    kind: "release",
    ...(transfer === undefined ? {} : { transfer }),
    release: Number(value),
    ...(release === undefined ? {} : { currency: release.currency, amount: release.amount.toString() }),
    waitingFor: `a batch that ${end}: its payment aborted on Diem`,
  };
};

const viewWaiting = async (parts: WaitingParts, { limit, cursor }: z.output<typeof query>): Promise<WaitingView> => {
  const { history } = currentOf(parts);
  const leaves = waitingLeaves(history);
  const wait = waitOfAll(parts);
  const first = cursor === undefined ? 0 : readCursor(place, cursor)[0];
  const rest = leaves.filter(({ index }) => index >= first);
  const next = rest[limit]?.index;
  const waiting = await Promise.all(
    rest
      .slice(0, limit)
      .map(({ index, leaf: { type, value } }) =>
        type === "deposit" ? viewWaitingDeposit(parts, index, value) : viewWaitingRelease(parts, history, index, value),
      ),
  );
  return {
    ...(wait === undefined ? {} : { standstill: wait }),
    count: leaves.length,
    waiting,
    ...(next === undefined ? {} : { next: writeCursor([next]) }),
  };
};

/** Serves what waits and why (PROTOCOL 2): `GET /api/v1/waiting?limit=`, the oldest first. */
export const waitingRoutes = (app: FastifyInstance, work: AtWork<WaitingParts>): void => {
  get(
    app,
    "/waiting",
    {
      summary: "Lists what was taken up and waits, or aborted on Diem, and why; the oldest first",
      tag: "transfers",
      query,
      answers: { 200: waitingView },
    },
    ({ query: asked }) => viewWaiting(work(), asked),
  );
};
