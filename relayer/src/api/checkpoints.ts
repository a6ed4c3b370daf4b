import { isSameCheckpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import type { Signers } from "@pdiem/bridge/config/guardians";
import { formatCheckpointFile, parseCheckpointFile } from "@pdiem/bridge-client/guardians/checkpoint-file";
import { describeCheckpoint } from "@pdiem/bridge-client/guardians/describe-checkpoint";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { CheckpointStore, StoredCheckpoint } from "../stores/checkpoint-store.js";
import { checkpointSigners, isComplete } from "../sync/checkpoints/checkpoint-signers.js";
import { describeTerm, presentTerm, type TermParts } from "../sync/checkpoints/checkpoint-term.js";
import type { CheckpointWatch } from "../sync/checkpoints/checkpoint-watch.js";
import { type CheckpointsView, type CheckpointTermView, checkpointsView } from "../views/checkpoints-view.js";
import type { AtWork, Followed } from "./at-work.js";
import { get, post } from "./route.js";

export interface CheckpointParts extends Omit<TermParts, "follower">, Followed {
  readonly bridgeId: Uint8Array;
  readonly checkpoints: Pick<CheckpointWatch, "kept" | "give">;
  readonly checkpointStore: Pick<CheckpointStore, "add" | "all">;
  readonly pollSoon: () => void;
}

const BODY_LIMIT = 1024 * 1024;

const body = z.strictObject({ file: z.unknown() });

/**
 * Shows until when the bridge signs anything; undefined until the enclave and the parachain were
 * asked.
 */
export const viewTerm = (parts: TermParts): CheckpointTermView | undefined => {
  const term = presentTerm(parts);
  if (term === undefined) return undefined;
  const { lapsesAt, remaining, state } = term;
  return {
    lapsesAt: lapsesAt.toString(),
    remainingSeconds: Math.floor(remaining / 1000),
    state,
    text: describeTerm(term),
  };
};

const signersNow = ({ config, follower }: CheckpointParts): Signers =>
  checkpointSigners(config, follower.view()?.current);

const view = async (parts: CheckpointParts): Promise<CheckpointsView> => {
  const { config, checkpoints, checkpointStore, bridgeId } = parts;
  const kept = checkpoints.kept();
  const { threshold } = signersNow(parts);
  const term = viewTerm(parts);
  return {
    bridgeId: toHex(bridgeId),
    ...(term === undefined ? {} : { term }),
    checkpoints: (await checkpointStore.all()).map(({ id, file, refused }) => ({
      id,
      text: [...describeCheckpoint(file.checkpoint, config)],
      signatures: file.signatures.length,
      threshold,
      kept: kept !== undefined && kept !== "none" && isSameCheckpoint(kept.checkpoint, file.checkpoint),
      ...(refused === undefined ? {} : { refused }),
      file: formatCheckpointFile(file),
    })),
  };
};

const refuse = (code: string, message: string): never => {
  throw new PdiemError(code, message, "never");
};

/** Only what a guardian in force has signed is kept: nobody else fills the store. */
const take = async (parts: CheckpointParts, value: unknown): Promise<StoredCheckpoint> => {
  const file = parseCheckpointFile(value);
  if (!equal(file.bridgeId, parts.bridgeId)) refuse("refused/another-bridge", "expected a checkpoint of this bridge");
  const { keys } = signersNow(parts);
  const signatures = file.signatures.filter(({ guardian }) => keys.some((key) => equal(key, guardian)));
  if (signatures.length === 0)
    refuse("checkpoint/unsigned", "expected the signature of at least one guardian in force");
  return parts.checkpointStore.add({ ...file, signatures });
};

/**
 * Serves checkpoints. `POST /checkpoints {file}` hands one in with the signatures of some
 * guardians. Those of other files are added; once enough have signed, the enclave gets it. `GET
 * /checkpoints` shows all.
 */
export const checkpointRoutes = (app: FastifyInstance, work: AtWork<CheckpointParts>): void => {
  get(
    app,
    "/checkpoints",
    {
      summary: "Shows checkpoints, and until when the bridge signs",
      tag: "guardians",
      answers: { 200: checkpointsView },
    },
    () => view(work()),
  );
  const handIn = async (file: unknown): Promise<CheckpointsView> => {
    const parts = work();
    const taken = await take(parts, file);
    if (isComplete(parts.config, signersNow(parts), taken)) {
      await parts.checkpoints.give(taken);
      parts.pollSoon();
    }
    return view(parts);
  };
  post(
    app,
    "/checkpoints",
    {
      summary: "Hands in a checkpoint with the signatures of some guardians",
      tag: "guardians",
      access: "hand-in",
      cost: "costly",
      body,
      bodyLimit: BODY_LIMIT,
      answers: { 200: checkpointsView },
    },
    ({ body: { file } }) => handIn(file),
  );
};
