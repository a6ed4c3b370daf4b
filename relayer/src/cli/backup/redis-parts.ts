/** What people have handed in and Redis alone has, until a batch takes it. */
import { misbehaviourEvidence } from "@pdiem/bridge/governance/misbehaviour";
import { formatCheckpointFile, parseCheckpointFile } from "@pdiem/bridge-client/guardians/checkpoint-file";
import { formatDecisionFile, parseDecisionFile } from "@pdiem/bridge-client/guardians/decision-file";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import type { Redis } from "ioredis";
import { z } from "zod";
import { JOB_DATA } from "../../jobs/job-data.js";
import { ensureJob, openQueues } from "../../jobs/jobs.js";
import { keepCheckpoints } from "../../stores/checkpoint-store.js";
import { keepDecisions } from "../../stores/decision-store.js";
import { keepFeeClaims } from "../../stores/fee-claims.js";
import { keepThawRequests } from "../../stores/thaw-requests.js";
import { registrationId } from "../../sync/transfers/transfer-id.js";

const MOST_REGISTRATIONS = 10_000;

const decisionsPart = z.array(
  z.union([z.strictObject({ file: z.unknown() }), z.strictObject({ evidence: z.string().max(64_000_000) })]),
);
const checkpointsPart = z.array(z.unknown()).max(1_000);
const requestsPart = z.strictObject({
  feeClaims: z.array(z.string().max(32)).max(64),
  thaws: z.array(z.strictObject({ currency: z.string().max(32), account: z.string().max(64) })).max(10_000),
  registrations: z.array(z.string().max(64)).max(MOST_REGISTRATIONS),
});

/** What Redis holds of one kind, as the backup has it. */
export interface RedisParts {
  readonly decisions: z.output<typeof decisionsPart>;
  readonly checkpoints: z.output<typeof checkpointsPart>;
  readonly requests: z.output<typeof requestsPart>;
}

export const REDIS_PARTS = { decisions: decisionsPart, checkpoints: checkpointsPart, requests: requestsPart } as const;

const withQueues = async <T>(
  redis: Redis,
  prefix: string,
  work: (queues: ReturnType<typeof openQueues>) => Promise<T>,
) => {
  const queues = openQueues(redis, prefix);
  try {
    return await work(queues);
  } finally {
    await Promise.all(Object.values(queues).map((queue) => queue.close()));
  }
};

const waitingRegistrations = (redis: Redis, prefix: string): Promise<readonly string[]> =>
  withQueues(redis, prefix, async ({ registration }) => {
    const jobs = await registration.getJobs(["waiting", "active", "delayed"], 0, MOST_REGISTRATIONS - 1, true);
    return jobs.flatMap(({ data }) => JOB_DATA.registration.safeParse(data).data?.account ?? []);
  });

/** @param prefix of the relayer's keys */
export const readRedisParts = async (redis: Redis, prefix: string): Promise<RedisParts> => {
  const decisions = await keepDecisions(redis, prefix).all();
  const checkpoints = await keepCheckpoints(redis, prefix).all();
  const feeClaims = await keepFeeClaims(redis, prefix).all();
  const thaws = await keepThawRequests(redis, prefix).all();
  return {
    decisions: decisions.map((one) =>
      one.type === "file"
        ? { file: formatDecisionFile(one.file) }
        : { evidence: toHex(encode(misbehaviourEvidence, one.evidence)) },
    ),
    checkpoints: checkpoints.map(({ file }) => formatCheckpointFile(file)),
    requests: {
      feeClaims: feeClaims.map(({ code }) => code),
      thaws: thaws.map(({ currency, account }) => ({ currency, account: toHex(account) })),
      registrations: [...(await waitingRegistrations(redis, prefix))],
    },
  };
};

/** Adds what is there again: signatures are put together, and nothing is taken away. */
export const addRedisParts = async (
  redis: Redis,
  prefix: string,
  { decisions, checkpoints, requests }: RedisParts,
): Promise<void> => {
  const decisionStore = keepDecisions(redis, prefix);
  for (const one of decisions)
    if ("evidence" in one) await decisionStore.addEvidence(decode(misbehaviourEvidence, fromHex(one.evidence)));
    else await decisionStore.addFile(parseDecisionFile(one.file));
  const checkpointStore = keepCheckpoints(redis, prefix);
  for (const one of checkpoints) await checkpointStore.add(parseCheckpointFile(one));
  if (requests.feeClaims.length > 0) await keepFeeClaims(redis, prefix).add(requests.feeClaims);
  const thaws = keepThawRequests(redis, prefix);
  for (const { currency, account } of requests.thaws) await thaws.add({ currency, account: fromHex(account, 32) });
  await withQueues(redis, prefix, async ({ registration }) => {
    for (const account of requests.registrations) await ensureJob(registration, registrationId(account), { account });
  });
};

const AT_ONCE = 1_000;

const accountsKey = (prefix: string): string => `${prefix}:withdrawal-accounts`;

/** Lists the preimages that relayers of one Redis share. */
export const sharedPreimages = (redis: Redis, prefix: string): Promise<string[]> => redis.smembers(accountsKey(prefix));

/** Tells them to a relayer at work: it has read its disk long ago. */
export const sharePreimages = async (redis: Redis, prefix: string, preimages: readonly string[]): Promise<void> => {
  for (let from = 0; from < preimages.length; from += AT_ONCE)
    await redis.sadd(accountsKey(prefix), ...preimages.slice(from, from + AT_ONCE));
};
