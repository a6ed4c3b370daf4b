import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { DepositEnds } from "../sync/transfers/deposit-ends.js";
import { depositId } from "../sync/transfers/transfer-id.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { TransferView } from "../views/transfer-view.js";
import type { AtWork } from "./at-work.js";
import { type DepositViewParts, viewDeposit } from "./deposit-view.js";
import { parseRequest } from "./parse-request.js";
import { viewWithdrawal, type WithdrawalViewParts } from "./withdrawal-view.js";

export type TransferParts = DepositViewParts &
  WithdrawalViewParts & {
    readonly depositEnds: Pick<DepositEnds, "get" | "newest">;
    readonly withdrawalEnds: Pick<WithdrawalEnds, "get" | "nextId" | "newest" | "ofRelease">;
  };

const query = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });
export const transferId = z
  .string()
  .regex(/^(?:deposit-[0-9]{1,20}|withdrawal-[0-9a-f]{64}-[A-Z][A-Z0-9]{0,31}-[0-9]{1,10})$/);
/** A transfer's id in a path. */
export const transferParams = z.object({ id: transferId });

const DEPOSIT = "deposit-";

/** Shows a transfer; undefined for an id of none. */
export const viewTransfer = (parts: TransferParts, id: string): Promise<TransferView | undefined> =>
  id.startsWith(DEPOSIT) ? viewDeposit(parts, BigInt(id.slice(DEPOSIT.length))) : viewWithdrawal(parts, id);

/**
 * Lists transfers that haven't ended: deposits the newest first, what accounts hold, and what is
 * burned and unpaid.
 */
const openTransfers = (parts: TransferParts): readonly string[] => {
  const { payments, payouts, withdrawals, withdrawalEnds, follower } = parts;
  const history = follower.view()?.current?.history;
  const unpaid = history === undefined ? [] : payouts.unpaid(history);
  const aborted = (history?.waiting ?? []).flatMap((leaf, i) =>
    leaf.type === "release" && history?.cleared.has(BigInt(i)) === false ? [leaf.value] : [],
  );
  return [
    ...payments
      .open()
      .map(({ number }) => depositId(number))
      .reverse(),
    ...withdrawals.holdings().map(({ account, currency }) => withdrawalEnds.nextId(account, currency)),
    ...[...unpaid, ...aborted].flatMap((release) => withdrawalEnds.ofRelease(Number(release))?.id ?? []),
  ];
};

/** Lists both kinds, the newest batch first. */
export const endedTransfers = ({ depositEnds, withdrawalEnds }: TransferParts, limit: number): readonly string[] =>
  [
    ...depositEnds.newest(limit).map(([number, { block }]) => ({ id: depositId(number), block })),
    ...withdrawalEnds.newest(limit).map(({ id, block }) => ({ id, block })),
  ]
    .sort((a, b) => b.block - a.block)
    .map(({ id }) => id);

/**
 * Serves transfers. `GET /transfers?limit=` lists open ones, then the newest that ended; `GET
 * /transfers/:id` is one.
 */
export const transferRoutes = (app: FastifyInstance, work: AtWork<TransferParts>): void => {
  app.get("/api/v1/transfers", async (request) => {
    const parts = work();
    const { limit } = parseRequest(query, request.query);
    const open = openTransfers(parts);
    const ids = [...new Set([...open, ...endedTransfers(parts, limit)])].slice(0, limit);
    const views = await Promise.all(ids.map((id) => viewTransfer(parts, id)));
    return { transfers: views.filter((view) => view !== undefined), open: open.length };
  });
  app.get("/api/v1/transfers/:id", async (request, reply) => {
    const { id } = parseRequest(transferParams, request.params);
    const view = await viewTransfer(work(), id);
    return (
      view ??
      reply.status(404).send({ code: "transfer/unknown", message: `no transfer ${id} is known`, retry: "later" })
    );
  });
};
