/** The enclaves that hold the key, asked all the time: each by itself, and looked at together. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import type { HolderStatus } from "@pdiem/enclave/wire/identity";
import type { Logger } from "pino";
import { EnclaveError } from "../../error.js";
import { type EnclaveState, lookAtEnclave, watchEnclave } from "./enclave-watch.js";
import { type Holding, holdingOf, soundHolder } from "./holding.js";
import type { KeptConfigurations } from "./kept-configurations.js";

export interface HoldersWatch {
  readonly holding: () => Holding;
  /**
   * Asks one of them now, and activates one that holds nothing yet.
   * @param at its place among the enclaves
   * @throws EnclaveError
   */
  readonly look: (at: number) => Promise<HolderStatus>;
  /**
   * Asks all, and gives the key that as many as sign say they hold.
   * @returns 32 bytes
   * @throws EnclaveError of one of them
   */
  readonly key: () => Promise<Uint8Array>;
  readonly stop: () => Promise<void>;
}

export interface HoldersWatchSources {
  readonly config: BridgeConfig;
  /** One, or one for each slot in their order. */
  readonly enclaves: readonly EnclaveClient[];
  readonly kept: KeptConfigurations;
  /** The key that this relayer works for, once it is known. */
  readonly issuer: () => Uint8Array | undefined;
  readonly log: Logger;
}

/** Asks each once, and activates none. */
export const lookAtHolders = async ({
  config,
  enclaves,
  kept,
}: Pick<HoldersWatchSources, "config" | "enclaves" | "kept">): Promise<Holding> =>
  holdingOf(
    config,
    await Promise.all(enclaves.map((enclave) => lookAtEnclave({ clients: { config, enclave }, kept }))),
  );

/** All of them keep the same. */
const keepingOnce = (kept: KeptConfigurations): KeptConfigurations => {
  let keeping: Promise<void> | undefined;
  return {
    ...kept,
    keep: () => {
      keeping ??= kept.keep();
      return keeping;
    },
  };
};

const UNASKED: NonNullable<EnclaveState["fault"]> = {
  code: "enclave/unasked",
  message: "the enclave hasn't answered yet",
};

const faultAt = ({ holders }: Holding, at: number): EnclaveError => {
  const { code, message } = holders[at]?.state?.fault ?? UNASKED;
  return new EnclaveError(code, message, "backoff");
};

export const watchHolders = (sources: HoldersWatchSources): HoldersWatch => {
  const { config, enclaves, issuer, log } = sources;
  const kept = keepingOnce(sources.kept);
  const watches = enclaves.map((enclave, i) =>
    watchEnclave({
      clients: { config, enclave },
      kept,
      issuer,
      log: config.holders === undefined ? log : log.child({ slot: i + 1 }),
    }),
  );
  const holding = (): Holding =>
    holdingOf(
      config,
      watches.map(({ state }) => state()),
    );

  const look = async (at: number): Promise<HolderStatus> => {
    await watches[at]?.holder();
    const seen = holding();
    const one = seen.holders[at];
    const status = one === undefined ? undefined : soundHolder(one);
    if (status === undefined) throw faultAt(seen, at);
    return status;
  };

  return {
    holding,
    look,
    key: async () => {
      const looks = await Promise.allSettled(watches.map((_, at) => look(at)));
      const { threshold, publicPackage, holders } = holding();
      const sound = holders.flatMap((one) => soundHolder(one) ?? []);
      const [first] = sound;
      if (first !== undefined && sound.length >= threshold) return publicPackage?.groupKey ?? first.custodyKey;
      const failed = looks.find(({ status }) => status === "rejected");
      throw failed?.status === "rejected" ? failed.reason : faultAt(holding(), 0);
    },
    stop: async () => {
      await Promise.all(watches.map(({ stop }) => stop()));
    },
  };
};
