import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Upkeep, type UpkeepParts, upkeepPage } from "../jobs/upkeep/upkeep.js";
import type { UpkeepView } from "../views/upkeep-view.js";
import type { AtWork } from "./at-work.js";
import { parseRequest } from "./parse-request.js";
import { transferId } from "./transfers.js";

const MOST_NAMED = 60;

const options = {
  dryRun: z.boolean().default(false),
  by: z.string().trim().min(1).max(200),
};
const name = z.union([transferId, z.string().regex(/^release-[0-9]{1,10}$/)]);
const body = z.union([
  z.strictObject({ ...options, names: z.array(name).min(1).max(MOST_NAMED) }),
  z.strictObject({ ...options, from: z.int().min(0) }),
]);

/**
 * Serves `POST /api/v1/transfers/clear`, `replay` and `rebuild`, each with `{names, by, dryRun?}`
 * for some transfers or `{from, by, dryRun?}` for a page of all. One page at a time, so that live
 * work goes on.
 */
export const upkeepRoutes = (app: FastifyInstance, work: AtWork<UpkeepParts>): void => {
  let isBusy = false;
  const serve = async (verb: Upkeep, value: unknown): Promise<UpkeepView> => {
    const { by, dryRun, ...chosen } = parseRequest(body, value);
    const parts = work();
    if (isBusy) throw new PdiemError("relayer/busy", "somebody else looks after transfers: ask again", "backoff");
    isBusy = true;
    try {
      const page = await upkeepPage(parts, verb, chosen, { isDryRun: dryRun, by });
      return { ...page, done: [...page.done] };
    } finally {
      isBusy = false;
    }
  };
  app.post("/api/v1/transfers/clear", (request) => serve("clear", request.body));
  app.post("/api/v1/transfers/replay", (request) => serve("replay", request.body));
  app.post("/api/v1/transfers/rebuild", (request) => serve("rebuild", request.body));
};
