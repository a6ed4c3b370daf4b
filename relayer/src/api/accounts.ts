import { ACCOUNTS } from "@pdiem/bridge/ledger/list";
import { depositAddress, rawDepositMetadata } from "@pdiem/bridge/withdrawal/addresses";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { parseAccountId } from "../account-id.js";
import type { BridgeContext } from "../jobs/bridge-context.js";
import { leafProofs } from "../simulate/leaf-proofs.js";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import { registrationId } from "../jobs/jobs.js";
import { progressOf } from "../jobs/progress.js";
import { registeredIndex } from "../jobs/registration-processor.js";
import type { Running } from "../running.js";
import { contextOf, inForceOf } from "./context.js";

/** An account's registration. With `proof`, anyone can check that the address pays this account and no other. */
export const accountView = z.object({
  account: z.string(),
  /** Metadata that pays the account without registration, for wallets that can set it; hex. */
  rawMetadata: z.string(),
  registered: z
    .object({
      index: z.int(),
      /** DIP-5. */
      address: z.string(),
      /** Siblings of the leaf in the accounts of this ledger, BCS, which is in force while its anchor is approved. */
      proof: z.object({ siblings: z.array(z.string()), ledger: z.string() }),
    })
    .optional(),
  waitingFor: z.string().optional(),
});

export type AccountView = z.output<typeof accountView>;

const body = z.object({ account: z.string().max(200) });

const registration = ({ config }: BridgeContext, { history }: CurrentLedger, index: number) => {
  const { siblings } = leafProofs(ACCOUNTS, history.accounts).prove(index);
  return {
    index,
    address: depositAddress(config, BigInt(index)),
    proof: { siblings: siblings.map(toHex), ledger: toHex(encode(ledgerCodec, history.ledger)) },
  };
};

const viewAccount = async (context: BridgeContext, current: CurrentLedger, account: Uint8Array): Promise<AccountView> => {
  const name = toHex(account);
  const index = registeredIndex(context, name);
  const view = { account: name, rawMetadata: toHex(rawDepositMetadata(account)) };
  if (index !== undefined) return { ...view, registered: registration(context, current, index) };
  const job = await context.queues.registration.getJob(registrationId(name));
  const waitingFor = job === undefined ? undefined : (progressOf(job).waitingFor ?? "a batch that registers it");
  return waitingFor === undefined ? view : { ...view, waitingFor };
};

/** `POST /api/accounts {account}` asks for a registration; asking again is harmless. `GET /api/accounts/:account` looks. */
export const accountRoutes = (app: FastifyInstance, running: Running): void => {
  app.post("/api/accounts", async (request, reply) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success)
      return reply
        .status(400)
        .send({ code: "request/invalid", message: z.prettifyError(parsed.error), retry: "never" });
    const account = parseAccountId(parsed.data.account);
    const context = contextOf(running);
    const current = inForceOf(running);
    const name = toHex(account);
    if (registeredIndex(context, name) === undefined) {
      await context.queues.registration.add("registration", { account: name }, { jobId: registrationId(name) });
      running.work()?.watch.wake();
      reply.status(202);
    }
    return viewAccount(context, current, account);
  });
  app.get<{ Params: { account: string } }>("/api/accounts/:account", (request) =>
    viewAccount(contextOf(running), inForceOf(running), parseAccountId(request.params.account)),
  );
};
