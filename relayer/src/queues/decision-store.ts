/** Decisions on their way: files that guardians have signed, and evidence, until a batch takes them up. */

import { decision as decisionCodec } from "@pdiem/bridge/guardians/decision";
import {
  type DecisionFile,
  formatDecisionFile,
  mergeDecisionFiles,
  parseDecisionFile,
} from "@pdiem/bridge/guardians/decision-file";
import { type Misbehaviour, misbehaviour, misbehaviourHash } from "@pdiem/bridge/guardians/misbehaviour";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Redis } from "ioredis";
import { z } from "zod";
import { keepLastingHash } from "./lasting-hash.js";

export type PendingDecision = { readonly id: string; readonly refused?: string } & (
  | { readonly type: "file"; readonly file: DecisionFile }
  | { readonly type: "evidence"; readonly evidence: Misbehaviour }
);

/** Shared by the relayers of one Redis. What all of them lose, guardians can submit again. */
export interface DecisionStore {
  /** With the signatures of earlier files about the same decision. @throws as `mergeDecisionFiles` */
  readonly addFile: (file: DecisionFile) => Promise<PendingDecision>;
  readonly addEvidence: (evidence: Misbehaviour) => Promise<PendingDecision>;
  readonly all: () => Promise<readonly PendingDecision[]>;
  /** Notes why no batch takes it up. */
  readonly refuse: (id: string, reason: string) => Promise<void>;
  readonly remove: (ids: readonly string[]) => Promise<void>;
}

const MOST = 64;

const stored = z.object({
  file: z.unknown().optional(),
  evidence: z.string().optional(),
  refused: z.string().optional(),
});

const read = (id: string, text: string): PendingDecision | undefined => {
  try {
    const { file, evidence, refused } = stored.parse(JSON.parse(text));
    const told = { id, ...(refused === undefined ? {} : { refused }) };
    if (evidence !== undefined) return { ...told, type: "evidence", evidence: decode(misbehaviour, fromHex(evidence)) };
    return { ...told, type: "file", file: parseDecisionFile(file) };
  } catch (error) {
    if (isPdiemError(error) || error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
};

const format = (pending: PendingDecision): string =>
  JSON.stringify({
    ...(pending.type === "file"
      ? { file: formatDecisionFile(pending.file) }
      : { evidence: toHex(encode(misbehaviour, pending.evidence)) }),
    ...(pending.refused === undefined ? {} : { refused: pending.refused }),
  });

/** @param prefix of the key in Redis */
export const keepDecisions = (redis: Redis, prefix: string): DecisionStore => {
  const pendings = keepLastingHash(redis, `${prefix}:decisions`);

  const get = async (id: string): Promise<PendingDecision | undefined> => {
    const text = (await pendings.all()).get(id);
    return text === undefined ? undefined : read(id, text);
  };

  const put = async (pending: PendingDecision): Promise<PendingDecision> => {
    const all = await pendings.all();
    if (!all.has(pending.id) && all.size >= MOST)
      throw new PdiemError("relayer/full", `expected at most ${MOST} decisions on their way`, "backoff");
    await pendings.set(pending.id, format(pending));
    return pending;
  };

  return {
    addFile: async (file) => {
      const id = toHex(blake2b256(encode(decisionCodec, file.decision)));
      const before = await get(id);
      const merged = before?.type === "file" ? mergeDecisionFiles(before.file, file) : mergeDecisionFiles(file);
      return put({ id, type: "file", file: merged });
    },
    addEvidence: (evidence) => put({ id: toHex(misbehaviourHash(evidence)), type: "evidence", evidence }),
    all: async () => {
      const found = [...(await pendings.all())].map(([id, text]) => read(id, text));
      return found.filter((pending) => pending !== undefined);
    },
    refuse: async (id, refused) => {
      const pending = await get(id);
      if (pending !== undefined) await put({ ...pending, refused });
    },
    remove: pendings.remove,
  };
};
