import { randomBytes } from "node:crypto";
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import type { Holders } from "@pdiem/bridge/config/holders";
import { isOfSlotClass } from "@pdiem/bridge/config/holders-check";
import { RefusedError } from "@pdiem/bridge/error";
import { isAllowed } from "@pdiem/bridge/governance/operating";
import { SealedStoreError } from "../error.js";
import { makeHandoverEnd } from "../handover/handover-end.js";
import { hexText } from "../hex-text.js";
import { ownMeasurement } from "../own-measurement.js";
import type { Participant } from "../state/enclave-state.js";
import { initialKept } from "../state/kept.js";
import type { Machine } from "../state/open-sealed.js";
import { draftKey } from "./key-generation.js";

const holdersOf = ({ holders }: BridgeConfig, slot: number): Holders => {
  if (holders === undefined)
    throw new RefusedError("refused/holders", "expected a configuration with holders: one enclave holds this key");
  if (slot < 1 || slot > holders.slots.length)
    throw new RefusedError("refused/ceremony-slot", `expected a slot from 1 to ${holders.slots.length}, got ${slot}`);
  return holders;
};

/** A share can't be had again, but from the others after guardians' delay. */
const checkStore = async (bridgeId: Uint8Array, { store }: Machine): Promise<void> => {
  if (!store.isLasting)
    throw new SealedStoreError(
      "sealed/memory-only",
      "expected an enclave that can seal: this one keeps keys in memory only, and takes no slot",
    );
  const opened = await store.load(bridgeId);
  if (opened === undefined) return;
  if (opened.role === "holder") opened.seed.fill(0);
  throw new SealedStoreError(
    "sealed/exists",
    "expected a data folder without a sealed file: activate with the share that is there, or use another folder",
  );
};

/**
 * Begins to take part in the making of a key.
 * @throws SealedStoreError, TeeError; RefusedError `refused/holders`, `refused/ceremony-slot`,
 * `refused/ceremony-class`
 */
export const beginCeremony = async (config: BridgeConfig, slot: number, machine: Machine): Promise<Participant> => {
  const holders = holdersOf(config, slot);
  const bridgeId = bridgeIdOf(config);
  await checkStore(bridgeId, machine);
  const measurement = await ownMeasurement(machine.tee);
  if (!isAllowed(config, measurement) || !isOfSlotClass(holders, slot, measurement))
    throw new RefusedError(
      "refused/ceremony-class",
      `expected code and a TEE of slot ${slot}'s class ${holders.slots[slot - 1]}, this is ${measurement.tee} ${hexText(measurement.value)}`,
    );
  const end = makeHandoverEnd();
  const { draft, commitments, proof } = draftKey(holders, slot);
  const part = { handoverKey: end.publicKey, challenge: new Uint8Array(randomBytes(32)), commitments, proof };
  machine.log("ceremony-begun", { bridgeId: hexText(bridgeId), slot });
  return {
    role: "participant",
    config,
    bridgeId,
    kept: initialKept(config),
    end,
    isMaker: true,
    holders,
    slot,
    draft,
    part,
    roll: undefined,
    platforms: undefined,
  };
};
