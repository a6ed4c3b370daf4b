/** The enclave as a whole: what is told to it, one request after the other, and what it answers. */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { RefusedError } from "@pdiem/bridge/error";
import { signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { type Roots, VENDOR_ROOTS } from "@pdiem/enclave-verifier/roots";
import { equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Active, Following, Step } from "./active.js";
import type { AcceptResponse, ActivateResponse, Endpoint, Identity, ReceiveResponse, StatusResponse } from "./api.js";
import { SealedStoreError } from "./error.js";
import { createDrawing } from "./handover/drawn.js";
import type { Process } from "./handover/process.js";
import { accept as acceptKey } from "./handover/receiver.js";
import { offer, receivingStatus, sealGiven, startReceiving } from "./handover/receiving.js";
import { parseReceive } from "./handover/requests.js";
import { GIVER_VERBS } from "./handover/verbs.js";
import { makeHandoverKey } from "./handover-key.js";
import { headsStatus } from "./heads-status.js";
import { hexText } from "./hex-text.js";
import { isSameKept, type Kept } from "./kept.js";
import type { Log } from "./log.js";
import { openSealed } from "./open-sealed.js";
import { parseActivate } from "./requests.js";
import type { SealedStore } from "./sealed-store.js";
import { createSerial } from "./serial.js";
import type { Handle } from "./server.js";
import { showEvidence } from "./show-evidence.js";
import { checkTee } from "./tee/check-tee.js";
import type { Tee } from "./tee/tee.js";
import { FOLLOWING_VERBS, VERBS } from "./verbs.js";

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
  /** Whom evidence of other enclaves must lead up to; the vendors', where left out. */
  readonly roots?: Roots;
}

export const createEnclave = (parts: EnclaveParts): Enclave => {
  const { tee, store, log, roots = VENDOR_ROOTS } = parts;
  const serial = createSerial(QUEUE_LIMIT);
  const self: Process = { handover: makeHandoverKey(), drawing: createDrawing(), roots };
  let active: Active | undefined;
  let receiving: Following | undefined;

  const open = async (config: BridgeConfig): Promise<Active> => {
    checkTee(config, tee);
    if (receiving !== undefined)
      throw new RefusedError(
        "refused/receiving",
        "this enclave waits to be given a key and makes none: POST /v1/handover/accept, or restart it",
      );
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
    handoverKey: hexText(self.handover.publicKey),
    heads: headsStatus(heads),
    ...(checkpoint === undefined ? {} : { checkpoint: hexText(encode(signedCheckpoint, checkpoint)) }),
  });

  const activate = async (body: unknown): Promise<ActivateResponse> => {
    const { config, challenge } = parseActivate(body);
    const opened = await open(config);
    const reportData = holderReportData({
      bridgeId: opened.bridgeId,
      custodyKey: opened.key.publicKey,
      handoverKey: self.handover.publicKey,
      challenge,
    });
    return { ...identity(opened), ...(await showEvidence(tee, reportData)) };
  };

  const status = (): StatusResponse => ({
    tee: tee.kind,
    ...(store.isLasting ? {} : { memoryOnly: true }),
    ...(active === undefined ? {} : { active: identity(active) }),
    ...(receiving === undefined ? {} : { receiving: receivingStatus(receiving, self) }),
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

  const inactive = (): never => {
    throw new RefusedError("refused/inactive", "the enclave holds no key yet: POST /v1/activate first", "later");
  };

  const take = async <Response>(before: Active, { kept, respond }: Step<Response>): Promise<Response> => {
    if (!isSameKept(before, kept)) {
      active = { ...before, ...kept };
      await keep(before, kept);
    }
    return respond();
  };

  const follow = async (endpoint: keyof typeof FOLLOWING_VERBS, body: unknown): Promise<object> => {
    if (receiving === undefined) {
      const before = active ?? inactive();
      return take<object>(before, FOLLOWING_VERBS[endpoint](before, body));
    }
    const { kept, respond } = FOLLOWING_VERBS[endpoint](receiving, body);
    receiving = { ...receiving, ...kept };
    return respond();
  };

  const sign = async (endpoint: keyof typeof VERBS, body: unknown): Promise<object> => {
    const before = active ?? inactive();
    return take<object>(before, VERBS[endpoint](before, body));
  };

  const receive = async (body: unknown): Promise<ReceiveResponse> => {
    const invitation = parseReceive(body);
    if (active !== undefined)
      throw new RefusedError("refused/active", "expected an enclave that holds no key yet: start another one");
    const following = await startReceiving(invitation, parts, receiving);
    const offered = await offer(following, self, tee, invitation);
    receiving = following;
    return offered;
  };

  const accept = async (body: unknown): Promise<AcceptResponse> => {
    if (receiving === undefined)
      throw new RefusedError("refused/not-receiving", "expected POST /v1/handover/receive first, of this process");
    const { kept, respond } = acceptKey(receiving, self, body);
    receiving = { ...receiving, ...kept };
    active = await sealGiven(receiving, respond(), store);
    receiving = undefined;
    const told = identity(active);
    log("key-received", { bridgeId: told.bridgeId, custodyKey: told.custodyKey });
    return told;
  };

  const give = async (endpoint: keyof typeof GIVER_VERBS, body: unknown): Promise<object> => {
    const before = active ?? inactive();
    const answer = await take<object>(before, GIVER_VERBS[endpoint](before, self, body));
    if (endpoint === "POST /v1/handover/release") log("key-released", { custodyKey: hexText(before.key.publicKey) });
    return answer;
  };

  const work = (endpoint: Exclude<Endpoint, "GET /v1/status">, body: unknown): Promise<object> => {
    switch (endpoint) {
      case "POST /v1/activate":
        return activate(body);
      case "POST /v1/advance":
      case "POST /v1/checkpoint":
        return follow(endpoint, body);
      case "POST /v1/handover/receive":
        return receive(body);
      case "POST /v1/handover/accept":
        return accept(body);
      case "POST /v1/handover/challenge":
      case "POST /v1/handover/nonce":
      case "POST /v1/handover/release":
      case "POST /v1/handover/receipt":
        return give(endpoint, body);
      default:
        return sign(endpoint, body);
    }
  };

  const answer = (endpoint: Endpoint, body: unknown): Promise<object> =>
    endpoint === "GET /v1/status" ? Promise.resolve(status()) : serial(() => work(endpoint, body));

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
