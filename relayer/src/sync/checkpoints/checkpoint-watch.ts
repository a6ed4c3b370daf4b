/** Keeps the enclave's checkpoint and those that guardians hand in in step, whichever of the two has lost what it had. */
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { type CheckpointFile, completeCheckpoint } from "@pdiem/bridge-client/guardians/checkpoint-file";
import { type SignedCheckpoint, signedCheckpoint, verifyCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Logger } from "pino";
import { createDeferrals } from "../../jobs/deferrals.js";
import { activeEnclave, syncEnclave } from "../enclave/enclave-sync.js";
import type { Clients } from "../../simulate/clients.js";
import { type CheckpointStore, checkpointId, type StoredCheckpoint } from "../../jobs/checkpoint-store.js";
import { reasonOf } from "../../jobs/retry.js";

export interface CheckpointWatch {
  /** What the enclave goes by, as it last said: none beside the configuration's roots, or not known yet. */
  readonly kept: () => SignedCheckpoint | "none" | undefined;
  /**
   * Asks the enclave, and gives it the newest checkpoint that enough guardians have signed where its own is older.
   * @throws EnclaveError where it can't be asked
   */
  readonly look: () => Promise<void>;
  /** Gives it this one now. @throws EnclaveError of the enclave's refusal */
  readonly give: (one: StoredCheckpoint) => Promise<void>;
}

const REFUSED_MS = 30_000;

/** Undefined where too few have signed so far. */
const complete = (config: BridgeConfig, file: CheckpointFile): SignedCheckpoint | undefined => {
  try {
    return completeCheckpoint(config, file);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/** For people, who have signed enough: the store's text alone doesn't say. */
export const isComplete = (config: BridgeConfig, { file }: StoredCheckpoint): boolean =>
  complete(config, file) !== undefined;

export const watchCheckpoints = (clients: Clients, store: CheckpointStore, log: Logger): CheckpointWatch => {
  const { config, enclave, bridgeJson } = clients;
  const refused = createDeferrals<string>(REFUSED_MS);
  let kept: SignedCheckpoint | "none" | undefined;
  let heard: string | undefined;

  const timeKept = (): bigint => (kept === undefined || kept === "none" ? config.rootsTime : kept.checkpoint.time);

  const hear = (text: string | undefined): void => {
    if (kept !== undefined && text === heard) return;
    const signed = text === undefined ? "none" : decode(signedCheckpoint, fromHex(text));
    // The enclave's host stands between.
    if (signed !== "none") verifyCheckpoint(config, signed);
    kept = signed;
    heard = text;
  };

  const offer = async (signed: SignedCheckpoint): Promise<void> => {
    await syncEnclave(clients);
    const { checkpoint } = await enclave.checkpoint({ checkpoint: `0x${toHex(encode(signedCheckpoint, signed))}` });
    hear(checkpoint);
    const { diem, relay, time } = signed.checkpoint;
    log.info(
      { epoch: diem.epoch.toString(), setId: relay.setId.toString(), time: time.toString() },
      "checkpoint given",
    );
  };

  /** The enclave's own is kept for one that is rolled back; what is older has served its turn. */
  const tidy = async (): Promise<void> => {
    if (kept === undefined || kept === "none") return;
    const all = await store.all();
    const id = checkpointId(kept);
    if (!all.some((one) => one.id === id && isComplete(config, one)))
      await store.add({ ...kept, bridgeId: bridgeId(config) });
    const time = timeKept();
    await store.remove(all.filter((one) => one.id !== id && one.file.checkpoint.time <= time).map((one) => one.id));
  };

  const giveNewest = async (): Promise<void> => {
    for (const { id, file } of await store.all()) {
      if (file.checkpoint.time <= timeKept()) return;
      const signed = refused.isDeferred(id) ? undefined : complete(config, file);
      if (signed === undefined) continue;
      try {
        await offer(signed);
        return;
      } catch (error) {
        if (!isPdiemError(error) || !/^(?:refused|proof)\//.test(error.code)) throw error;
        refused.defer(id);
        await store.refuse(id, reasonOf(error));
        log.warn({ code: error.code, error: error.message }, "checkpoint refused");
      }
    }
  };

  return {
    kept: () => kept,
    look: async () => {
      hear((await activeEnclave(enclave, bridgeJson)).checkpoint);
      await giveNewest();
      await tidy();
    },
    give: async ({ id, file }) => {
      try {
        await offer(completeCheckpoint(config, file));
        await tidy();
      } catch (error) {
        if (isPdiemError(error)) await store.refuse(id, reasonOf(error));
        throw error;
      }
    },
  };
};
