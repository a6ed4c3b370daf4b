import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { parseAccountId } from "../account-id.js";
import type { ThawRequests } from "../stores/thaw-requests.js";
import { governanceAt } from "../sync/bridge/governance.js";
import { type ThawsView, thawsView } from "../views/thaws-view.js";
import { type AtWork, currentOf, type Followed } from "./at-work.js";
import { get, post } from "./route.js";

export interface ThawParts extends Followed {
  readonly config: BridgeConfig;
  readonly thawRequests: Pick<ThawRequests, "add" | "all">;
  readonly pollSoon: () => void;
}

const body = z.strictObject({ currency: z.string().max(32), account: z.string().max(200) });

const isAmnesty = (parts: ThawParts): boolean => governanceAt(parts.config, currentOf(parts)).amnesty;

const viewThaws = async (parts: ThawParts): Promise<ThawsView> => ({
  amnesty: isAmnesty(parts),
  waiting: (await parts.thawRequests.all()).map(({ currency, account }) => ({ currency, account: toHex(account) })),
});

/**
 * Serves what an amnesty thaws (PROTOCOL 6). `POST /thaws {currency, account}` asks for an
 * account to be thawed by a settlement; `GET /thaws` shows who waits. Whether the account is
 * frozen, the batch has to prove.
 */
export const thawRoutes = (app: FastifyInstance, work: AtWork<ThawParts>): void => {
  get(
    app,
    "/thaws",
    { summary: "Shows who waits to be thawed in an amnesty", tag: "bridge", answers: { 200: thawsView } },
    () => viewThaws(work()),
  );
  const ask = async ({ currency, account }: z.output<typeof body>, reply: FastifyReply): Promise<ThawsView> => {
    const parts = work();
    if (!parts.config.currencies.some(({ code }) => code === currency))
      throw new PdiemError("refused/unknown-currency", `expected a bridged currency, got ${currency}`, "never");
    if (!isAmnesty(parts))
      throw new PdiemError("refused/no-amnesty", "expected guardians to have an amnesty on, they haven't", "later");
    await parts.thawRequests.add({ currency, account: parseAccountId(account) });
    parts.pollSoon();
    reply.status(202);
    return viewThaws(parts);
  };
  post(
    app,
    "/thaws",
    {
      summary: "Asks for an account to be thawed by a settlement",
      tag: "bridge",
      cost: "costly",
      body,
      answers: { 202: thawsView },
    },
    ({ body: asked, reply }) => ask(asked, reply),
  );
};
