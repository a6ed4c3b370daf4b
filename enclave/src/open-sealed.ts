import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import type { Active } from "./active.js";
import { hexText } from "./hex-text.js";
import { initialKept } from "./kept.js";
import { custodyKeyOf, makeCustodyKey } from "./key.js";
import type { Log } from "./log.js";
import type { SealedStore } from "./sealed-store.js";

/**
 * Opens the sealed key of a configuration, or makes one where nothing is sealed.
 * @throws SealedStoreError
 */
export const openSealed = async (
  config: BridgeConfig,
  { store, log }: { readonly store: SealedStore; readonly log: Log },
): Promise<Active> => {
  const bridgeId = bridgeIdOf(config);
  const sealed = await store.load(bridgeId);
  if (sealed !== undefined) {
    const key = custodyKeyOf(sealed.seed);
    log("unsealed", { bridgeId: hexText(bridgeId), custodyKey: hexText(key.publicKey) });
    if (sealed.kept === undefined) log("heads-forgotten", { bridgeId: hexText(bridgeId) });
    return { config, bridgeId, key, isMaker: false, ...(sealed.kept ?? initialKept(config)) };
  }
  const key = makeCustodyKey();
  const kept = initialKept(config);
  try {
    await key.withSeed((seed) => store.create(bridgeId, { seed, ...kept }));
  } catch (error) {
    key.erase();
    throw error;
  }
  log("key-made", { bridgeId: hexText(bridgeId), custodyKey: hexText(key.publicKey) });
  return { config, bridgeId, key, isMaker: true, ...kept };
};
