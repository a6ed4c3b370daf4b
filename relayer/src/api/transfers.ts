import type { FastifyInstance } from "fastify";
import { transfersView, transferView } from "../views/transfer-schema.js";
import type { AtWork } from "./at-work.js";
import { listQuery, SEARCHED } from "./list-query.js";
import { NotFound } from "./not-found.js";
import { get } from "./route.js";
import { listTransfers } from "./transfer-search.js";
import { type TransferParts, transferParams, viewTransfer } from "./view-transfer.js";

/** Serves transfers: page by page, searched, and one by its id. */
export const transferRoutes = (app: FastifyInstance, work: AtWork<TransferParts>): void => {
  get(
    app,
    "/transfers",
    {
      summary: "Lists transfers: those that haven't ended, then the newest that have",
      description:
        "What comes in moves no page: a transfer is shown once, or again where it ended in between. A search looks a bounded number up at a time: go on while there is `next`.",
      tag: "transfers",
      costlyWith: SEARCHED,
      query: listQuery,
      answers: { 200: transfersView },
    },
    ({ query }) => listTransfers(work(), query),
  );
  get(
    app,
    "/transfers/:id",
    { summary: "Shows a transfer", tag: "transfers", params: transferParams, answers: { 200: transferView } },
    async ({ params: { id } }) => {
      const view = await viewTransfer(work(), id);
      if (view === undefined) throw new NotFound("transfer/unknown", `no transfer ${id} is known`, "later");
      return view;
    },
  );
};
