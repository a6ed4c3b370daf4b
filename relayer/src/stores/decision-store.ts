/**
 * Decisions on their way: files that guardians have signed, and evidence, until a batch takes
 * them.
 */
import { decision as decisionCodec } from "@pdiem/bridge/governance/decision";
import {
  culpritName,
  culpritsOf,
  type MisbehaviourEvidence,
  misbehaviourEvidence,
  misbehaviourHash,
} from "@pdiem/bridge/governance/misbehaviour";
import {
  type DecisionFile,
  formatDecisionFile,
  mergeDecisionFiles,
  parseDecisionFile,
} from "@pdiem/bridge-client/guardians/decision-file";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Redis } from "ioredis";
import { z } from "zod";
import { keepLastingHash } from "./lasting-hash.js";

export type PendingDecision = { readonly id: string; readonly refused?: string } & (
  | { readonly type: "file"; readonly file: DecisionFile }
  | { readonly type: "evidence"; readonly evidence: MisbehaviourEvidence }
);

/** Shared by the relayers of one Redis. What all of them lose, guardians can submit again. */
export interface DecisionStore {
  /**
   * Adds a file, with the signatures of earlier ones about the same decision. Where there is no
   * room, one that fewer have signed gives way.
   * @throws PdiemError `relayer/full`, or of `mergeDecisionFiles`
   */
  readonly addFile: (file: DecisionFile) => Promise<PendingDecision>;
  /**
   * Adds evidence, unless some against one of the same sets waits: whoever has their keys can make
   * any number. Makes room likewise, as if more had signed it than any file.
   * @throws PdiemError `relayer/full`
   */
  readonly addEvidence: (evidence: MisbehaviourEvidence) => Promise<PendingDecision>;
  readonly all: () => Promise<readonly PendingDecision[]>;
  /** Notes why no batch takes it. */
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
    if (evidence !== undefined)
      return { ...told, type: "evidence", evidence: decode(misbehaviourEvidence, fromHex(evidence)) };
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
      : { evidence: toHex(encode(misbehaviourEvidence, pending.evidence)) }),
    ...(pending.refused === undefined ? {} : { refused: pending.refused }),
  });

const namesOf = (evidence: MisbehaviourEvidence): readonly string[] => culpritsOf(evidence).map(culpritName);

/** Tells whether two are evidence against one of the same sets. */
export const isSameMisbehaviour = (a: MisbehaviourEvidence, b: MisbehaviourEvidence): boolean => {
  const names = namesOf(b);
  return namesOf(a).some((name) => names.includes(name));
};

/** Tells whether it is evidence against one of the same sets: each counts once. */
export const isAbout = (pending: PendingDecision, evidence: MisbehaviourEvidence): boolean =>
  pending.type === "evidence" && isSameMisbehaviour(pending.evidence, evidence);

/** Evidence needs no signature. */
const weightOf = (pending: PendingDecision): number =>
  pending.type === "file" ? pending.file.signatures.length : Number.POSITIVE_INFINITY;

/** @param prefix of the key in Redis */
export const keepDecisions = (redis: Redis, prefix: string): DecisionStore => {
  const pendings = keepLastingHash(redis, `${prefix}:decisions`);

  const all = async (): Promise<readonly PendingDecision[]> => {
    const found = [...(await pendings.all())].map(([id, text]) => read(id, text));
    return found.filter((pending) => pending !== undefined);
  };

  /**
   * A guardian alone can fill the store, but not with what others have signed too, and not against
   * evidence.
   */
  const makeRoom = async (pending: PendingDecision): Promise<void> => {
    const kept = await all();
    if (kept.length < MOST || kept.some(({ id }) => id === pending.id)) return;
    const fewest = Math.min(...kept.map(weightOf));
    const least = kept.find((one) => weightOf(one) === fewest);
    if (least === undefined || fewest >= weightOf(pending))
      throw new PdiemError("relayer/full", `expected at most ${MOST} decisions on their way`, "backoff");
    await pendings.remove([least.id]);
  };

  return {
    addFile: async (file) => {
      const id = toHex(blake2b256(encode(decisionCodec, file.decision)));
      let merged: PendingDecision = { id, type: "file", file: mergeDecisionFiles(file) };
      await makeRoom(merged);
      await pendings.update(id, (text) => {
        const before = text === undefined ? undefined : read(id, text);
        const files = before?.type === "file" ? [before.file] : [];
        merged = { id, type: "file", file: mergeDecisionFiles(file, ...files) };
        return format(merged);
      });
      return merged;
    },
    addEvidence: async (evidence) => {
      const waiting = (await all()).find((one) => isAbout(one, evidence));
      if (waiting !== undefined) return waiting;
      const pending: PendingDecision = { id: toHex(misbehaviourHash(evidence)), type: "evidence", evidence };
      await makeRoom(pending);
      await pendings.set(pending.id, format(pending));
      return pending;
    },
    all,
    refuse: (id, refused) =>
      pendings.update(id, (text) => {
        const pending = text === undefined ? undefined : read(id, text);
        return pending === undefined ? undefined : format({ ...pending, refused });
      }),
    remove: pendings.remove,
  };
};
