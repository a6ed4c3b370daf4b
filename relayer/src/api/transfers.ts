import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { BridgeContext } from "../bridge-context.js";
import type { CustodyPayment } from "../diem/custody-payment.js";
import type { DepositEnd } from "../follow/outcomes.js";
import { type DepositData, depositId, type Stage, type TransferProgress } from "../queues/jobs.js";
import { progressOf } from "../queues/progress.js";
import type { Running } from "../relayer.js";
import { contextOf } from "./context.js";

/** A transfer as the API shows it. Amounts are decimal strings in smallest units; bytes are hex without prefix. */
export interface TransferView {
  readonly id: string;
  readonly kind: "deposit";
  readonly stage: Stage;
  readonly payment?: Omit<DepositData, "number">;
  readonly at?: TransferProgress["at"];
  readonly waitingFor?: string;
  readonly result?: DepositEnd;
}

const query = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });
const params = z.object({ id: z.string().regex(/^deposit-[0-9]{1,20}$/) });

const paymentOf = ({ version, currency, amount, payer, metadata }: CustodyPayment): Omit<DepositData, "number"> => ({
  version: version.toString(),
  currency,
  amount: amount.toString(),
  sender: toHex(payer),
  metadata: toHex(metadata),
});

const invalid = (error: z.ZodError): never => {
  throw new PdiemError("request/invalid", z.prettifyError(error), "never");
};

const parse = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : invalid(parsed.error);
};

/** From the journal and the chain; what the job adds, times and reasons, may be missing after Redis was lost. */
const transferView = async (
  { queues, outcomes, payments }: BridgeContext,
  number: bigint,
): Promise<TransferView | undefined> => {
  const id = depositId(number);
  const job = await queues.deposit.getJob(id);
  const open = payments.open().find((payment) => payment.number === number);
  const end = outcomes.get(number);
  if (job === undefined && open === undefined && end === undefined) return undefined;
  const progress = job === undefined ? undefined : progressOf(job);
  const { number: _, ...told } = job?.data ?? { number: "" };
  const payment = job !== undefined ? (told as Omit<DepositData, "number">) : open && paymentOf(open);
  return {
    id,
    kind: "deposit",
    stage: end === undefined ? (progress?.stage ?? "proven") : "finalized",
    ...(payment === undefined ? {} : { payment }),
    ...(progress === undefined ? {} : { at: progress.at }),
    ...(progress?.waitingFor === undefined || end !== undefined ? {} : { waitingFor: progress.waitingFor }),
    ...(end === undefined ? {} : { result: end }),
  };
};

/** `GET /api/transfers?limit=`: open ones, then the newest that ended. `GET /api/transfers/:id`. */
export const transferRoutes = (app: FastifyInstance, running: Running): void => {
  app.get("/api/transfers", async (request) => {
    const context = contextOf(running);
    const { limit } = parse(query, request.query);
    const open = context.payments.open().map(({ number }) => number);
    const ended = context.outcomes.newest(limit).map(([number]) => number);
    const numbers = [...open.reverse(), ...ended].slice(0, limit);
    const views = await Promise.all(numbers.map((number) => transferView(context, number)));
    return { transfers: views.filter((view) => view !== undefined), open: open.length };
  });
  app.get("/api/transfers/:id", async (request, reply) => {
    const { id } = parse(params, request.params);
    const view = await transferView(contextOf(running), BigInt(id.slice("deposit-".length)));
    return (
      view ??
      reply.status(404).send({ code: "transfer/unknown", message: `no transfer ${id} is known`, retry: "later" })
    );
  });
};
