/**
 * Keeps the enclaves' checkpoints and those that guardians hand in in step. Either of the two may
 * have lost what it had.
 */
import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { completeCheckpoint } from "@pdiem/bridge-client/guardians/checkpoint-file";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { reasonOf } from "../../error.js";
import { type CheckpointStore, checkpointId, type StoredCheckpoint } from "../../stores/checkpoint-store.js";
import type { Clients } from "../clients.js";
import { asManyAs } from "./as-many-as.js";
import { type CheckpointGiver, type GiverSources, giveCheckpoints, type KeptWord } from "./checkpoint-giver.js";
import { checkpointSigners, completedBy, isComplete } from "./checkpoint-signers.js";

export interface CheckpointWatch {
  /**
   * Tells what as many as sign go by, as they last said: none beside the configuration's roots, or
   * not known yet.
   */
  readonly kept: () => KeptWord | undefined;
  /**
   * Asks the enclaves, and gives each the newest checkpoint that enough guardians have signed where
   * its own is older.
   * @throws EnclaveError where fewer than sign can be asked
   */
  readonly poll: () => Promise<void>;
  /**
   * Gives them this one now.
   * @throws EnclaveError where fewer than sign take it: of one's refusal
   */
  readonly give: (one: StoredCheckpoint) => Promise<void>;
}

export interface CheckpointSources extends Omit<GiverSources, "clients"> {
  readonly clients: Pick<Clients, "config" | "diem" | "relay" | "lightClients" | "catchUp">;
  /** Holders of the key. */
  readonly enclaves: readonly EnclaveClient[];
  /** How many of them sign. */
  readonly threshold: number;
  readonly store: CheckpointStore;
}

/** Finds what as many as sign go by at least; undefined until they have said so. */
export const keptByMany = (threshold: number, words: readonly (KeptWord | undefined)[]): KeptWord | undefined => {
  const timeOf = (word: KeptWord): bigint => (word === "none" ? -1n : word.checkpoint.time);
  return words.flatMap((word) => word ?? []).sort((a, b) => (timeOf(a) > timeOf(b) ? -1 : 1))[threshold - 1];
};

export const watchCheckpoints = (sources: CheckpointSources): CheckpointWatch => {
  const { clients, enclaves, threshold, store, follower } = sources;
  const { config } = clients;
  const id = bridgeId(config);
  const givers = enclaves.map((enclave) => giveCheckpoints({ ...sources, clients: { ...clients, enclave } }));
  const polls = new Map<CheckpointGiver, Promise<void>>();
  const refusals = new Map<string, Set<CheckpointGiver>>();

  const signers = () => checkpointSigners(config, follower.view()?.current);
  const kept = (): KeptWord | undefined =>
    keptByMany(
      threshold,
      givers.map((giver) => giver.kept()),
    );
  const signed = (): SignedCheckpoint | undefined => {
    const one = kept();
    return one === "none" ? undefined : one;
  };

  /** Told of it is who has signed it, once so many refuse it that too few are left. */
  const noteRefused = (giver: CheckpointGiver) => async (name: string, error: PdiemError) => {
    const by = refusals.get(name) ?? new Set();
    refusals.set(name, by.add(giver));
    if (givers.length - by.size < threshold) await store.refuse(name, reasonOf(error));
  };

  /** Their own is kept for those that are rolled back; what is older has served its turn. */
  const tidy = async (): Promise<void> => {
    const own = signed();
    if (own === undefined) return;
    const all = await store.all();
    const name = checkpointId(own);
    const file = { ...own, bridgeId: id, decision: undefined };
    // Their hosts stand between: what guardians in force haven't signed isn't kept.
    const isWanted = !all.some((one) => one.id === name && isComplete(config, signers(), one));
    if (isWanted && completedBy(config, signers(), file) !== undefined) await store.add(file);
    await store.remove(
      all.filter((one) => one.id !== name && one.file.checkpoint.time <= own.checkpoint.time).map((one) => one.id),
    );
  };

  /** One at a time for each: who is slow is asked again once it has answered. */
  const pollOne = (giver: CheckpointGiver): Promise<void> => {
    const known = polls.get(giver);
    if (known !== undefined) return known;
    const begun = giver.poll(store.all, signers, noteRefused(giver)).finally(() => polls.delete(giver));
    polls.set(giver, begun);
    return begun;
  };

  return {
    kept,
    poll: async () => {
      await asManyAs(threshold, givers.map(pollOne));
      await tidy();
    },
    give: async ({ id: name, file }) => {
      try {
        await follower.follow();
        const step = completeCheckpoint(id, signers(), file);
        await asManyAs(
          threshold,
          givers.map((giver) => giver.offer(step)),
        );
        await tidy();
      } catch (error) {
        if (isPdiemError(error)) await store.refuse(name, reasonOf(error));
        throw error;
      }
    },
  };
};
