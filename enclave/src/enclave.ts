/** The enclave as a whole: what is told to it, one request after the other, and what it answers. */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config";
import { RefusedError } from "@pdiem/bridge/error";
import { signedCheckpoint } from "@pdiem/bridge/guardians/signed-checkpoint";
import { holderReportData } from "@pdiem/bridge/report-data";
import { equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Active } from "./active.js";
import type { ActivateResponse, Endpoint, Identity, StatusResponse } from "./api.js";
import { SealedStoreError } from "./error.js";
import { makeHandoverKey } from "./handover-key.js";
import { headsStatus } from "./heads-status.js";
import { hexText } from "./hex-text.js";
import { initialKept, isSameKept, type Kept } from "./kept.js";
import { custodyKeyOf, makeCustodyKey } from "./key.js";
import type { Log } from "./log.js";
import { parseActivate } from "./requests.js";
import type { SealedStore } from "./sealed-store.js";
import { createSerial } from "./serial.js";
import type { Handle } from "./server.js";
import { checkTee } from "./tee/check-tee.js";
import type { Tee } from "./tee/tee.js";
import { VERBS } from "./verbs.js";

const QUEUE_LIMIT = 32;

export interface Enclave {
  /** Answers one request; those that depend on the heads wait for one another. */
  readonly handle: Handle;
  /** Opens or makes the key for a configuration, as `activate` does, without evidence. */
  readonly open: (config: BridgeConfig) => Promise<void>;
  /** Waits for the requests under way, then wipes the key. */
  readonly close: () => Promise<void>;
}

export interface EnclaveParts {
  readonly tee: Tee;
  readonly store: SealedStore;
  readonly log: Log;
}

const openSealed = async (config: BridgeConfig, { store, log }: EnclaveParts): Promise<Active> => {
  const bridgeId = bridgeIdOf(config);
  const sealed = await store.load(bridgeId);
  if (sealed !== undefined) {
    const key = custodyKeyOf(sealed.seed);
    log("unsealed", { bridgeId: hexText(bridgeId), custodyKey: hexText(key.publicKey) });
    if (sealed.kept === undefined) log("heads-forgotten", { bridgeId: hexText(bridgeId) });
    return { config, bridgeId, key, ...(sealed.kept ?? initialKept(config)) };
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
  return { config, bridgeId, key, ...kept };
};

export const createEnclave = (parts: EnclaveParts): Enclave => {
  const { tee, store, log } = parts;
  const serial = createSerial(QUEUE_LIMIT);
  const handover = makeHandoverKey();
  let active: Active | undefined;

  const open = async (config: BridgeConfig): Promise<Active> => {
    checkTee(config, tee);
    active ??= await openSealed(config, parts);
    if (!equal(active.bridgeId, bridgeIdOf(config)))
      throw new SealedStoreError(
        "sealed/other-configuration",
        "the key here was made for another configuration: use that one, or another data folder",
      );
    return active;
  };

  const identity = ({ bridgeId, key, heads, checkpoint }: Active): Identity => ({
    bridgeId: hexText(bridgeId),
    custodyKey: hexText(key.publicKey),
    handoverKey: hexText(handover.publicKey),
    heads: headsStatus(heads),
    ...(checkpoint === undefined ? {} : { checkpoint: hexText(encode(signedCheckpoint, checkpoint)) }),
  });

  const activate = async (body: unknown): Promise<ActivateResponse> => {
    const { config, challenge } = parseActivate(body);
    const opened = await open(config);
    const reportData = holderReportData({
      bridgeId: opened.bridgeId,
      custodyKey: opened.key.publicKey,
      handoverKey: handover.publicKey,
      challenge,
    });
    const { bytes, supplement } = await tee.evidence(reportData);
    return {
      ...identity(opened),
      tee: tee.kind,
      reportData: hexText(reportData),
      evidence: hexText(bytes),
      ...(supplement === undefined ? {} : { supplement: hexText(supplement) }),
    };
  };

  const status = (): StatusResponse => ({
    tee: tee.kind,
    ...(active === undefined ? {} : { active: identity(active) }),
  });

  const keep = async ({ bridgeId, key }: Active, kept: Kept): Promise<void> => {
    try {
      await key.withSeed((seed) => store.update(bridgeId, { seed, ...kept }));
    } catch (error) {
      // Heads that weren't kept are only proven again after a restart: no reason to stop a bridge.
      if (!isPdiemError(error)) throw error;
      log("heads-not-kept", { code: error.code, message: error.message });
    }
  };

  const step = async (endpoint: keyof typeof VERBS, body: unknown): Promise<object> => {
    if (active === undefined)
      throw new RefusedError("refused/inactive", "the enclave holds no key yet: POST /v1/activate first", "later");
    const before = active;
    const { kept, respond } = VERBS[endpoint](before, body);
    if (!isSameKept(before, kept)) {
      active = { ...before, ...kept };
      await keep(before, kept);
    }
    return respond();
  };

  const answer = (endpoint: Endpoint, body: unknown): Promise<object> => {
    if (endpoint === "GET /v1/status") return Promise.resolve(status());
    return serial(() => (endpoint === "POST /v1/activate" ? activate(body) : step(endpoint, body)));
  };

  return {
    handle: answer,
    open: async (config) => {
      await serial(() => open(config));
    },
    close: () =>
      serial(async () => {
        active?.key.erase();
        active = undefined;
      }),
  };
};
