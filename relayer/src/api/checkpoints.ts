import type { BridgeConfig, Guardians } from "@pdiem/bridge/config/bridge-config";
import { isSameCheckpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import {
  type CheckpointFile,
  formatCheckpointFile,
  parseCheckpointFile,
} from "@pdiem/bridge-client/guardians/checkpoint-file";
import { describeCheckpoint } from "@pdiem/bridge-client/guardians/describe-checkpoint";
import { isFormer, succession, verifySuccession } from "@pdiem/bridge/checkpoint/succession";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { BridgeContext } from "../jobs/bridge-context.js";
import { describeTerm, presentTerm } from "../sync/checkpoints/checkpoint-term.js";
import { isComplete } from "../sync/checkpoints/checkpoint-watch.js";
import { presentSuccession } from "../sync/checkpoints/succession.js";
import type { StoredCheckpoint } from "../jobs/checkpoint-store.js";
import type { Running } from "../running.js";
import { contextOf } from "./context.js";
import { parseRequest } from "./parse-request.js";

/** Until when the bridge signs anything. Times are ms since 1970 as decimal strings. */
export const checkpointTermView = z.object({
  lapsesAt: z.string(),
  remainingSeconds: z.number(),
  state: z.enum(["running", "soon", "lapsed"]),
  text: z.string(),
});

/** Checkpoints and what they have led to. Bytes are hex without prefix. */
export const checkpointsView = z.object({
  bridgeId: z.string(),
  /** Missing until the enclave and the chains have been asked. */
  term: checkpointTermView.optional(),
  /** BCS of the decisions by which the configuration's guardians were followed by those in force. */
  succession: z.string(),
  /** Newest first. */
  checkpoints: z.array(
    z.object({
      id: z.string(),
      text: z.array(z.string()),
      signatures: z.int(),
      threshold: z.int(),
      /** That the enclave goes by. */
      kept: z.boolean(),
      /** Why the enclave didn't take it. */
      refused: z.string().optional(),
      /** As `formatCheckpointFile` writes it. */
      file: z.unknown(),
    }),
  ),
});

export type CheckpointsView = z.output<typeof checkpointsView>;

/** A file may bring a long succession. */
const BODY_LIMIT = 1024 * 1024;

const body = z.strictObject({ file: z.unknown() });

export const termView = (context: BridgeContext): z.output<typeof checkpointTermView> | undefined => {
  const term = presentTerm(context);
  if (term === undefined) return undefined;
  const { lapsesAt, remaining, state } = term;
  return {
    lapsesAt: lapsesAt.toString(),
    remainingSeconds: Math.floor(remaining / 1000),
    state,
    text: describeTerm(term),
  };
};

/** Undefined for what was tampered with in Redis. */
const guardiansOf = (config: BridgeConfig, file: CheckpointFile): Guardians | undefined => {
  try {
    return verifySuccession(config, file.succession);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

const view = async (context: BridgeContext): Promise<CheckpointsView> => {
  const { config, checkpoints, checkpointStore, bridgeId } = context;
  const kept = checkpoints.kept();
  const describe = ({ id, file, refused }: StoredCheckpoint): CheckpointsView["checkpoints"] => {
    const guardians = guardiansOf(config, file);
    if (guardians === undefined) return [];
    return [
      {
        id,
        text: [...describeCheckpoint(file.checkpoint, config)],
        signatures: file.signatures.length,
        threshold: guardians.threshold,
        kept: kept !== undefined && kept !== "none" && isSameCheckpoint(kept.checkpoint, file.checkpoint),
        ...(refused === undefined ? {} : { refused }),
        file: formatCheckpointFile(file),
      },
    ];
  };
  const term = termView(context);
  return {
    bridgeId: toHex(bridgeId),
    ...(term === undefined ? {} : { term }),
    succession: toHex(encode(succession, presentSuccession(context))),
    checkpoints: (await checkpointStore.all()).flatMap(describe),
  };
};

const refuse = (code: string, message: string): never => {
  throw new PdiemError(code, message, "never");
};

/** Only what a guardian has signed is kept: nobody else fills the store. */
const take = async (context: BridgeContext, value: unknown): Promise<StoredCheckpoint> => {
  const { config, bridgeId, checkpointStore } = context;
  const file = parseCheckpointFile(value);
  if (!equal(file.bridgeId, bridgeId)) refuse("refused/another-bridge", "expected a checkpoint of this bridge");
  const present = presentSuccession(context);
  const whole: CheckpointFile = isFormer(file.succession, present) ? { ...file, succession: present } : file;
  const guardians = verifySuccession(config, whole.succession);
  const signatures = whole.signatures.filter(({ guardian }) => guardians.keys.some((key) => equal(key, guardian)));
  if (signatures.length === 0) refuse("checkpoint/unsigned", "expected the signature of at least one guardian");
  return checkpointStore.add({ ...whole, signatures });
};

/**
 * `POST /api/checkpoints {file}` hands in a checkpoint with the signatures of some guardians, those of other files are added;
 * once enough have signed, the enclave gets it. `GET /api/checkpoints` shows all.
 */
export const checkpointRoutes = (app: FastifyInstance, running: Running): void => {
  app.get("/api/checkpoints", () => view(contextOf(running)));
  app.post("/api/checkpoints", { bodyLimit: BODY_LIMIT }, async (request) => {
    const context = contextOf(running);
    const taken = await take(context, parseRequest(body, request.body).file);
    if (isComplete(context.config, taken)) {
      await context.checkpoints.give(taken);
      running.work()?.watch.wake();
    }
    return view(context);
  });
};
