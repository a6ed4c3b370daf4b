import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Upkeep, type UpkeepParts, upkeepPage } from "../jobs/upkeep/upkeep.js";
import { type UpkeepView, upkeepView } from "../views/upkeep-view.js";
import type { AtWork } from "./at-work.js";
import { post } from "./route.js";
import { transferId } from "./view-transfer.js";

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

const ROUTES = [
  ["clear", "/transfers/clear", "Has transfers' jobs looked at again at once"],
  ["replay", "/transfers/replay", "Does transfers' jobs again"],
  ["rebuild", "/transfers/rebuild", "Makes transfers' jobs anew from the chains"],
] as const satisfies readonly (readonly [verb: Upkeep, path: string, summary: string])[];

/**
 * Serves what looks after transfers' jobs, of some transfers or of a page of all. One page at a
 * time, so that live work goes on.
 */
export const upkeepRoutes = (app: FastifyInstance, work: AtWork<UpkeepParts>): void => {
  let isBusy = false;
  const serve = async (verb: Upkeep, asked: z.output<typeof body>): Promise<UpkeepView> => {
    const { by, dryRun, ...chosen } = asked;
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
  for (const [verb, path, summary] of ROUTES)
    post(
      app,
      path,
      { summary, tag: "operator", access: "operate", body, answers: { 200: upkeepView } },
      ({ body: asked }) => serve(verb, asked),
    );
};
