/** The dashboard of the queues, in an operator's words. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { IServerAdapter } from "@bull-board/api/typings/app";
import { FastifyAdapter } from "@bull-board/fastify";
import type { FastifyInstance } from "fastify";
import type { Queues } from "../jobs/jobs.js";
import { titleOf, withoutLongBytes, withReadableTimes } from "./board-words.js";

/** Where the dashboard is. */
export const BOARD = "/queues";

const DESCRIPTIONS: readonly (readonly [name: keyof Queues, description: string])[] = [
  [
    "deposit",
    "A job a payment to custody, until it is minted, refunded or kept; what waits says for what. Amounts in smallest units.",
  ],
  [
    "withdrawal",
    "A job a burn of what a withdrawal account holds, until it is paid or given back. Amounts in smallest units.",
  ],
  ["payout", "A job all payments of custody's from a release on, each with its release's own sequence number."],
  ["registration", "A job an account that is to have a deposit address."],
  [
    "settlement",
    "A job a batch, named by the issuer's nonce. Failed: included and reverted; the next one tries without what may be at fault.",
  ],
];

/** It asks nothing of anyone else, whatever stylesheets it names, and can't be framed. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'";

/** Finds the folder of the library's pages, which lie beside it. */
const pagesFolder = (): string => {
  const library = createRequire(import.meta.url).resolve("@bull-board/api");
  return dirname(createRequire(library).resolve("@bull-board/ui/package.json"));
};

/** Serves the dashboard at `/queues`. */
export const boardRoutes = (app: FastifyInstance, queues: Queues): void => {
  const adapter = new FastifyAdapter();
  createBullBoard({
    queues: DESCRIPTIONS.map(([name, description]) => {
      const shown = new BullMQAdapter(queues[name], { description });
      shown.setFormatter("name", titleOf);
      shown.setFormatter("data", withoutLongBytes);
      shown.setFormatter("progress", withReadableTimes);
      return shown;
    }),
    // The adapter's class and interface differ in how they spell optional fields.
    serverAdapter: adapter as IServerAdapter,
    options: {
      uiBasePath: pagesFolder(),
      uiConfig: { boardTitle: "pDiem", hideDocsLink: true, sortQueues: false, jobDetails: { defaultTab: "Progress" } },
    },
  });
  adapter.setBasePath(BOARD);
  app.register(
    async (scope) => {
      scope.addHook("onSend", async (_, reply) => {
        reply.header("content-security-policy", POLICY);
      });
      scope.register(adapter.registerPlugin());
    },
    { prefix: BOARD },
  );
};
