/** How a process gets what it starts from: what is sealed, or new keys. */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { isOfSlotClass } from "@pdiem/bridge/config/holders-check";
import { RefusedError } from "@pdiem/bridge/error";
import { copyShare } from "@pdiem/bridge/holders/share";
import { equal } from "@pdiem/light-client/bytes";
import { SealedStoreError } from "../error.js";
import { handoverEndOf, makeHandoverEnd } from "../handover/handover-end.js";
import { hexText } from "../hex-text.js";
import type { Log } from "../log.js";
import { ownMeasurement } from "../own-measurement.js";
import type { Opened, Sealed, SealedRest } from "../sealing/sealed-content.js";
import type { SealedStore } from "../sealing/sealed-store.js";
import { makeCustodyKey } from "../signer/custody-key.js";
import { heldKeyOf } from "../signer/share-key.js";
import type { Tee } from "../tee/tee.js";
import type { Following, Holder, Receiver } from "./enclave-state.js";
import { initialKept } from "./kept.js";

export interface Machine {
  readonly tee: Tee;
  readonly store: SealedStore;
  readonly log: Log;
}

/** Seals a state by one of the store's ways. @throws SealedStoreError */
export const sealState = (state: Receiver | Holder, write: (content: Sealed) => Promise<void>): Promise<void> =>
  state.end.withSecrets((end) => {
    const rest = { end, kept: state.kept };
    return state.role === "receiver"
      ? write({ role: state.role, custodyKey: state.custodyKey, share: state.share, rest })
      : state.key.withSecret((seed) => write({ role: "holder", seed, share: state.key.share, rest }));
  });

/**
 * Seals a holder's key, and where that lasts reads it back: what was given can't be had again.
 * @throws SealedStoreError; then the key is erased
 */
export const sealHolder = async (
  holder: Holder,
  { store }: Machine,
  write: SealedStore["create"] = store.create,
): Promise<void> => {
  const { bridgeId, key } = holder;
  try {
    await sealState(holder, (content) => write(bridgeId, content));
    const kept = await store.load(bridgeId);
    const isKept = kept?.role === "holder" && key.withSecret((secret) => equal(kept.seed, secret));
    if (kept?.role === "holder") kept.seed.fill(0);
    if (!isKept && store.isLasting)
      throw new SealedStoreError("sealed/storage", "expected to read back the key that was sealed, got another");
  } catch (error) {
    key.erase();
    throw error;
  }
};

const followingOf = (config: BridgeConfig, bridgeId: Uint8Array, rest: SealedRest | undefined): Following => ({
  config,
  bridgeId,
  kept: rest?.kept ?? initialKept(config),
  end: rest === undefined ? makeHandoverEnd() : handoverEndOf(rest.end),
  isMaker: false,
});

/** @throws RefusedError `refused/receiving` */
export const waitsForKey: () => never = () => {
  throw new RefusedError(
    "refused/receiving",
    "this enclave waits to be given a key and makes none: hand one over to it, or use another data folder",
  );
};

const unseal = async (
  config: BridgeConfig,
  bridgeId: Uint8Array,
  opened: Opened,
  { tee, log }: Machine,
): Promise<Holder> => {
  if (opened.role === "receiver") return waitsForKey();
  const key = heldKeyOf(config, opened.seed, opened.share);
  log("unsealed", { bridgeId: hexText(bridgeId), custodyKey: hexText(key.publicKey) });
  if (opened.rest === undefined) log("light-clients-forgotten", { bridgeId: hexText(bridgeId) });
  const measurement = await ownMeasurement(tee);
  return { role: "holder", ...followingOf(config, bridgeId, opened.rest), key, measurement };
};

const makeHolder = async (config: BridgeConfig, bridgeId: Uint8Array, machine: Machine): Promise<Holder> => {
  const { tee, store, log } = machine;
  if (config.holders !== undefined)
    throw new RefusedError(
      "refused/ceremony-needed",
      "expected a sealed share: several enclaves hold this bridge's key, and make it in a ceremony",
      "later",
    );
  if (!store.isLasting)
    throw new SealedStoreError(
      "sealed/memory-only",
      "expected a hand-over: this enclave keeps keys in memory only, makes none, and holds none since it was started",
      "later",
    );
  const measurement = await ownMeasurement(tee);
  const key = makeCustodyKey();
  const made: Holder = {
    role: "holder",
    ...followingOf(config, bridgeId, undefined),
    key,
    measurement,
    isMaker: true,
  };
  await sealHolder(made, machine);
  log("key-made", { bridgeId: hexText(bridgeId), custodyKey: hexText(key.publicKey) });
  return made;
};

/**
 * Opens the sealed key of a configuration, or makes one where nothing is sealed.
 * @throws SealedStoreError, TeeError; RefusedError `refused/receiving`, `refused/ceremony-needed`
 */
export const openHolder = async (config: BridgeConfig, machine: Machine): Promise<Holder> => {
  const bridgeId = bridgeIdOf(config);
  const opened = await machine.store.load(bridgeId);
  return opened === undefined ? makeHolder(config, bridgeId, machine) : unseal(config, bridgeId, opened, machine);
};

const resumeReceiver = (config: BridgeConfig, bridgeId: Uint8Array, opened: Opened): Receiver => {
  if (opened.role === "receiver" && opened.rest !== undefined) {
    const { role, custodyKey, share } = opened;
    return { role, custodyKey, share, ...followingOf(config, bridgeId, opened.rest) };
  }
  if (opened.role === "holder") opened.seed.fill(0);
  throw new SealedStoreError(
    "sealed/exists",
    "expected a data folder without a sealed file, or one that waits for a key: activate with the key that is there, or use another folder",
  );
};

/** What a receiver is to wait for. */
export type Awaited = Pick<Receiver, "custodyKey" | "share">;

/** Checks that it can be had, and this enclave take it: a share only of a class that it is of. */
const checkAwaited = async ({ holders }: BridgeConfig, { custodyKey, share }: Awaited, { tee }: Machine) => {
  if (holders === undefined && share === undefined) return;
  const isWhole =
    share?.publicPackage.slots.length === holders?.slots.length &&
    equal(share?.publicPackage.groupKey ?? new Uint8Array(), custodyKey);
  if (holders === undefined || share === undefined || !isWhole)
    throw new RefusedError(
      "refused/handover-share",
      "expected a share, with its key's public package, where several hold the key, else none",
    );
  const { slot } = share;
  if (isOfSlotClass(holders, slot, await ownMeasurement(tee))) return;
  throw new RefusedError(
    "refused/handover-class",
    `expected a TEE of slot ${slot}'s class ${holders.slots[slot - 1] ?? "(there is no such slot)"}`,
  );
};

/**
 * Goes on waiting for a key as the sealed file says, or begins to.
 * @param awaited what to wait for; what the file says counts
 * @throws SealedStoreError, TeeError; RefusedError `refused/memory-only`, `refused/handover-share`,
 * `refused/handover-class`
 */
export const openReceiver = async (config: BridgeConfig, awaited: Awaited, machine: Machine): Promise<Receiver> => {
  const { store, log } = machine;
  await checkAwaited(config, awaited, machine);
  if (!store.isLasting && !config.secondHolder)
    throw new RefusedError(
      "refused/memory-only",
      "expected a bridge whose configuration asks for a second holder: this enclave loses its key with a restart",
    );
  const bridgeId = bridgeIdOf(config);
  const opened = await store.load(bridgeId);
  if (opened !== undefined) return resumeReceiver(config, bridgeId, opened);
  const following = followingOf(config, bridgeId, undefined);
  const custodyKey = awaited.custodyKey.slice();
  const share = copyShare(awaited.share);
  const made: Receiver = { role: "receiver", custodyKey, share, ...following, isMaker: true };
  await sealState(made, (content) => store.create(bridgeId, content));
  log("receiving", { bridgeId: hexText(bridgeId) });
  return made;
};
