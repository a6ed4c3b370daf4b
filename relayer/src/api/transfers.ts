import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { BridgeContext } from "../jobs/bridge-context.js";
import { depositId } from "../jobs/jobs.js";
import type { Running } from "../running.js";
import { contextOf } from "./context.js";
import { parseRequest } from "./parse-request.js";
import { depositView, type TransferView, withdrawalView } from "./transfer-view.js";

const query = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });
const params = z.object({
  id: z.string().regex(/^(?:deposit-[0-9]{1,20}|withdrawal-[0-9a-f]{64}-[A-Z][A-Z0-9]{0,31}-[0-9]{1,10})$/),
});

const DEPOSIT = "deposit-";

const transferView = (context: BridgeContext, id: string): Promise<TransferView | undefined> =>
  id.startsWith(DEPOSIT) ? depositView(context, BigInt(id.slice(DEPOSIT.length))) : withdrawalView(context, id);

/** Transfers that haven't ended: deposits the newest first, what is on withdrawal accounts, and what is burned and unpaid. */
const openTransfers = ({
  payments,
  payouts,
  withdrawals,
  withdrawalEnds,
  follower,
}: BridgeContext): readonly string[] => {
  const history = follower.view()?.current?.history;
  const unpaid = history === undefined ? [] : payouts.unpaid(history);
  return [
    ...payments
      .open()
      .map(({ number }) => depositId(number))
      .reverse(),
    ...withdrawals.holdings().map(({ account, currency }) => withdrawalEnds.nextId(account, currency)),
    ...unpaid.flatMap((release) => {
      const transfer = withdrawalEnds.ofRelease(Number(release));
      return transfer === undefined ? [] : [transfer.id];
    }),
  ];
};

/** Both kinds, the newest batch first. */
const endedTransfers = ({ outcomes, withdrawalEnds }: BridgeContext, limit: number): readonly string[] =>
  [
    ...outcomes.newest(limit).map(([number, { block }]) => ({ id: depositId(number), block })),
    ...withdrawalEnds.newest(limit).map(({ id, block }) => ({ id, block })),
  ]
    .sort((a, b) => b.block - a.block)
    .map(({ id }) => id);

/** `GET /api/transfers?limit=`: open ones, then the newest that ended. `GET /api/transfers/:id`. */
export const transferRoutes = (app: FastifyInstance, running: Running): void => {
  app.get("/api/transfers", async (request) => {
    const context = contextOf(running);
    const { limit } = parseRequest(query, request.query);
    const open = openTransfers(context);
    const ids = [...new Set([...open, ...endedTransfers(context, limit)])].slice(0, limit);
    const views = await Promise.all(ids.map((id) => transferView(context, id)));
    return { transfers: views.filter((view) => view !== undefined), open: open.length };
  });
  app.get("/api/transfers/:id", async (request, reply) => {
    const { id } = parseRequest(params, request.params);
    const view = await transferView(contextOf(running), id);
    return (
      view ??
      reply.status(404).send({ code: "transfer/unknown", message: `no transfer ${id} is known`, retry: "later" })
    );
  });
};
