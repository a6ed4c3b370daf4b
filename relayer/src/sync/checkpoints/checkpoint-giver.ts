/** Gives one enclave the checkpoints that it lacks. */
import type { CheckpointStep, SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Signers } from "@pdiem/bridge/config/guardians";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { lastRuntimeUpgrade, systemAccount, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import type { Logger } from "pino";
import type { StoredCheckpoint } from "../../stores/checkpoint-store.js";
import { createDeferrals } from "../../stores/deferrals.js";
import type { CurrentLedger } from "../bridge/bridge-view.js";
import { anchorKey } from "../bridge/current-ledger.js";
import type { Follower } from "../bridge/follower.js";
import { activeEnclave, type OneEnclave, type SyncClients, syncEnclave } from "../enclave/enclave-sync.js";
import { completedBy } from "./checkpoint-signers.js";
import { createLastWord } from "./last-word.js";
import { stepsTo } from "./succession.js";

/** What an enclave goes by; none beside the configuration's roots. */
export type KeptWord = SignedCheckpoint | "none";

export interface CheckpointGiver {
  /** Undefined until it was asked. */
  readonly kept: () => KeptWord | undefined;
  /**
   * Asks the enclave, and gives it the newest of these that enough guardians have signed, where its
   * own is older.
   * @param onRefused told of each that it refuses
   * @throws EnclaveError where it can't be asked
   */
  readonly poll: (
    stored: () => Promise<readonly StoredCheckpoint[]>,
    signers: () => Signers,
    onRefused: (id: string, error: PdiemError) => Promise<void>,
  ) => Promise<void>;
  /** @throws EnclaveError of its refusal */
  readonly offer: (newest: CheckpointStep) => Promise<void>;
}

export interface GiverSources {
  readonly clients: SyncClients & OneEnclave;
  /** The key, 32 bytes. */
  readonly issuer: Uint8Array;
  readonly follower: Follower;
  /** Proves storage at the newest finalized block, for those who sign. */
  readonly proveBlock: (storage: readonly Uint8Array[]) => Promise<{ readonly proofs: ProofBundle }>;
  readonly log: Logger;
}

const REFUSED_MS = 30_000;
/** Batches that may come while a checkpoint is shown. */
const ATTEMPTS = 3;

export const giveCheckpoints = ({ clients, issuer, follower, proveBlock, log }: GiverSources): CheckpointGiver => {
  const { config, enclave } = clients;
  const id = bridgeId(config);
  const refused = createDeferrals<string>(REFUSED_MS);
  const kept = createLastWord<KeptWord>();

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

  return {
    kept: kept.get,
    offer,
    poll: async (stored, signers, onRefused) => {
      await kept.ask(async () => (await activeEnclave(clients)).checkpoints.checkpoint ?? "none");
      for (const { id: name, file } of await stored()) {
        if (file.checkpoint.time <= timeKept()) return;
        const step = refused.isDeferred(name) ? undefined : completedBy(config, signers(), file);
        if (step === undefined) continue;
        try {
          await offer(step);
          return;
        } catch (error) {
          if (!isPdiemError(error)) throw error;
          refused.defer(name);
          await onRefused(name, error);
          log.warn({ code: error.code, error: error.message }, "checkpoint refused");
        }
      }
    },
  };
};
