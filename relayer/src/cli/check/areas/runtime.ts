/** Whether somebody has vouched for the parachain's runtime, and its calls can be written. */
import { isPdiemError } from "@pdiem/light-client/error";
import { lastRuntimeUpgrade } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readRuntimeUpgrade } from "@pdiem/light-client/polkadot/trie/storage-value";
import { blocking, joined } from "../../../readiness/obstacle.js";
import { callsObstacles } from "../../../readiness/readiness.js";
import { unnamedRuntime } from "../../../readiness/standstill.js";
import { batchEncoding } from "../../../simulate/batch-encoding.js";
import type { KeptWord } from "../../../sync/checkpoints/checkpoint-giver.js";
import { keptByMany } from "../../../sync/checkpoints/checkpoint-watch.js";
import { type Area, notLookedAt, ofObstacles } from "../area.js";
import type { CheckContext } from "../context.js";

/** Finds what the enclave goes by; none beside the configuration where it can't be asked. */
export const keptCheckpoint = async ({ holding }: Pick<CheckContext, "holding">): Promise<KeptWord> => {
  const { holders, threshold } = await holding();
  const words = holders.map(({ state }): KeptWord | undefined => {
    const role = state?.status?.role;
    return role?.type === "holder" ? (role.value.checkpoints.checkpoint ?? "none") : undefined;
  });
  return keptByMany(threshold, words) ?? "none";
};

/** Tries whether batches can be encoded, as a relayer does. */
const callsFault = async ({ clients }: CheckContext, specVersion: number) => {
  try {
    await batchEncoding(clients, specVersion);
    return undefined;
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return { specVersion, reason: error.message };
  }
};

const versionOf = async ({ hub }: CheckContext): Promise<number | undefined> => {
  const value = (await hub()).lookup(lastRuntimeUpgrade);
  return value === undefined ? undefined : readRuntimeUpgrade(value).specVersion;
};

const EXPECTED = "a runtime that a checkpoint names, and whose calls are pinned or proven";

/** The runtime, its name in the checkpoint, and its metadata hash. */
export const runtimeArea: Area<CheckContext> = {
  name: "runtime",
  look: async (context) => {
    const version = await versionOf(context);
    if (version === undefined) return [notLookedAt("runtime", EXPECTED, "the parachain has told no upgrade yet")];
    const kept = await keptCheckpoint(context);
    const named = unnamedRuntime({ config: context.bridge, checkpoints: { kept: () => kept } }, version);
    const calls = callsObstacles(await callsFault(context, version));
    const found = `spec version ${version}, named by ${kept === "none" ? "the configuration" : "the checkpoint"}`;
    const common = { code: "runtime", name: "runtime", expected: EXPECTED, found };
    return ofObstacles(common, joined(blocking(...named), calls));
  },
};
