/**
 * Keeps the enclave's checkpoint and those that guardians hand in in step. Either of the two may
 * have lost what it had.
 */
import type { CheckpointStep, SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Signers } from "@pdiem/bridge/config/guardians";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { type CheckpointFile, completeCheckpoint } from "@pdiem/bridge-client/guardians/checkpoint-file";
import { isPdiemError } from "@pdiem/light-client/error";
import { lastRuntimeUpgrade, systemAccount, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import type { Logger } from "pino";
import { reasonOf } from "../../error.js";
import { type CheckpointStore, checkpointId, type StoredCheckpoint } from "../../stores/checkpoint-store.js";
import { createDeferrals } from "../../stores/deferrals.js";
import type { CurrentLedger } from "../bridge/bridge-view.js";
import { anchorKey } from "../bridge/current-ledger.js";
import type { Follower } from "../bridge/follower.js";
import { governanceAt } from "../bridge/governance.js";
import type { Clients } from "../clients.js";
import { activeEnclave, type SyncClients, syncEnclave } from "../enclave/enclave-sync.js";
import { createLastWord } from "./last-word.js";
import { stepsTo } from "./succession.js";

export interface CheckpointWatch {
  /**
   * Tells what the enclave goes by, as it last said: none beside the configuration's roots, or not
   * known yet.
   */
  readonly kept: () => SignedCheckpoint | "none" | undefined;
  /**
   * Asks the enclave, and gives it the newest checkpoint that enough guardians have signed where
   * its own is older.
   * @throws EnclaveError where it can't be asked
   */
  readonly poll: () => Promise<void>;
  /** Gives it this one now. @throws EnclaveError of the enclave's refusal */
  readonly give: (one: StoredCheckpoint) => Promise<void>;
}

export interface CheckpointSources {
  readonly clients: SyncClients & Pick<Clients, "config">;
  /** The enclave's key, 32 bytes. */
  readonly issuer: Uint8Array;
  readonly store: CheckpointStore;
  readonly follower: Follower;
  /** Proves storage at the newest finalized block, for the enclave. */
  readonly proveBlock: (storage: readonly Uint8Array[]) => Promise<{ readonly proofs: ProofBundle }>;
  readonly log: Logger;
}

const REFUSED_MS = 30_000;
/** Batches that may come while a checkpoint is shown. */
const ATTEMPTS = 3;

/** Finds who has to sign: the guardians in force, before genesis those of the configuration. */
export const checkpointSigners = (config: BridgeConfig, current: CurrentLedger | undefined): Signers => {
  const { keys, threshold } = current === undefined ? config.guardians : governanceAt(config, current).guardians;
  return { keys, threshold };
};

/** Undefined where too few have signed so far. */
const complete = (config: BridgeConfig, signers: Signers, file: CheckpointFile): CheckpointStep | undefined => {
  try {
    return completeCheckpoint(bridgeId(config), signers, file);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/** Tells people whether enough have signed: the store's text alone doesn't say. */
export const isComplete = (config: BridgeConfig, signers: Signers, { file }: StoredCheckpoint): boolean =>
  complete(config, signers, file) !== undefined;

export const watchCheckpoints = ({
  clients,
  issuer,
  store,
  follower,
  proveBlock,
  log,
}: CheckpointSources): CheckpointWatch => {
  const { config, enclave } = clients;
  const id = bridgeId(config);
  const refused = createDeferrals<string>(REFUSED_MS);
  const kept = createLastWord<SignedCheckpoint | "none">();

  const current = (): CurrentLedger | undefined => follower.view()?.current;
  const signed = (): SignedCheckpoint | undefined => {
    const one = kept.get();
    return one === "none" ? undefined : one;
  };
  const timeKept = (): bigint => signed()?.checkpoint.time ?? config.rootsTime;

  const request = async (newest: CheckpointStep) => {
    const ledger = current();
    const key = ledger === undefined ? systemAccount(issuer) : anchorKey({ config, issuer }, ledger.anchor);
    const { proofs } = await proveBlock([timestampNow, lastRuntimeUpgrade, key]);
    const history = ledger?.history;
    return {
      checkpoints: stepsTo({ config, bridgeId: id, history }, signed(), newest),
      proofs,
      governed: history === undefined ? undefined : { ledger: history.ledger, governance: history.governance },
    };
  };

  /** The ledger shown must be in force at the block shown: a batch may come in between. */
  const showInForce = async (newest: CheckpointStep) => {
    for (let left = ATTEMPTS; ; left -= 1) {
      await follower.follow();
      try {
        return await enclave.checkpoint(await request(newest));
      } catch (error) {
        if (left === 1 || !isPdiemError(error) || error.code !== "refused/not-in-force") throw error;
      }
    }
  };

  const offer = async (newest: CheckpointStep): Promise<void> => {
    await syncEnclave(clients);
    const { checkpoints } = await showInForce(newest);
    kept.set(checkpoints.checkpoint ?? "none");
    const { diem, relay, time } = newest.signed.checkpoint;
    log.info(
      { epoch: diem.epoch.toString(), setId: relay.setId.toString(), time: time.toString() },
      "checkpoint given",
    );
  };

  /** The enclave's own is kept for one that is rolled back; what is older has served its turn. */
  const tidy = async (): Promise<void> => {
    const own = signed();
    if (own === undefined) return;
    const all = await store.all();
    const name = checkpointId(own);
    const signers = checkpointSigners(config, current());
    const file = { ...own, bridgeId: id, decision: undefined };
    // The enclave's host stands between: what guardians in force haven't signed isn't kept.
    const isWanted = !all.some((one) => one.id === name && isComplete(config, signers, one));
    if (isWanted && complete(config, signers, file) !== undefined) await store.add(file);
    await store.remove(
      all.filter((one) => one.id !== name && one.file.checkpoint.time <= timeKept()).map((one) => one.id),
    );
  };

  const giveNewest = async (): Promise<void> => {
    const signers = checkpointSigners(config, current());
    for (const { id: name, file } of await store.all()) {
      if (file.checkpoint.time <= timeKept()) return;
      const step = refused.isDeferred(name) ? undefined : complete(config, signers, file);
      if (step === undefined) continue;
      try {
        await offer(step);
        return;
      } catch (error) {
        if (!isPdiemError(error) || !/^(?:refused|proof)\//.test(error.code)) throw error;
        refused.defer(name);
        await store.refuse(name, reasonOf(error));
        log.warn({ code: error.code, error: error.message }, "checkpoint refused");
      }
    }
  };

  return {
    kept: kept.get,
    poll: async () => {
      await kept.ask(async () => (await activeEnclave(clients)).checkpoints.checkpoint ?? "none");
      await giveNewest();
      await tidy();
    },
    give: async ({ id: name, file }) => {
      try {
        await follower.follow();
        await offer(completeCheckpoint(id, checkpointSigners(config, current()), file));
        await tidy();
      } catch (error) {
        if (isPdiemError(error)) await store.refuse(name, reasonOf(error));
        throw error;
      }
    },
  };
};
