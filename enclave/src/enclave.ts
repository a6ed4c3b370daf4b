/**
 * The enclave as a whole: its state, one request after the other, and all that its machine is
 * asked for.
 */
import { randomBytes } from "node:crypto";
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { checkConfig } from "@pdiem/bridge/config/config-check";
import { holderReportData, receiverReportData } from "@pdiem/bridge/custody/report-data";
import { RefusedError } from "@pdiem/bridge/error";
import { verifyBundleAhead } from "@pdiem/bridge/facts/verify-ahead";
import { share as shareCodec } from "@pdiem/bridge/holders/share";
import { type Roots, VENDOR_ROOTS } from "@pdiem/enclave-verifier/roots";
import { equal } from "@pdiem/light-client/bytes";
import { encode, fixedBytes, option, struct } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import { attest } from "./attest.js";
import { createCeremony } from "./ceremony/ceremony.js";
import { SealedStoreError } from "./error.js";
import { acceptKey } from "./handover/accept.js";
import { createNonces } from "./handover/nonces.js";
import { hexText } from "./hex-text.js";
import { ownMeasurement } from "./own-measurement.js";
import { acceptRepair } from "./repair/accept.js";
import type { RequestOf, ResponseOf, RouteName } from "./routes.js";
import { createSerial } from "./serial.js";
import type { Handle } from "./server/answering.js";
import type { CustodyKey } from "./signer/custody-key.js";
import type { EnclaveState, Following, Holder, Process, Receiver, StateChange } from "./state/enclave-state.js";
import { isSameKept } from "./state/kept.js";
import { type Machine, openHolder, openReceiver, sealHolder, sealState, waitsForKey } from "./state/open-sealed.js";
import { checkTee } from "./tee/check-tee.js";
import { type PureRoute, transition } from "./transition.js";
import { holderStatus, receiverStatus, roleStatus } from "./verbs/status.js";
import type { HolderStatus } from "./wire/identity.js";

const QUEUE_LIMIT = 32;

export interface Enclave {
  /** Answers one request; all but `status` wait for one another. */
  readonly handle: Handle;
  /** Opens or makes the key for a configuration, as `activate` does, without evidence. */
  readonly open: (config: BridgeConfig) => Promise<void>;
  /** Waits for the requests under way, then wipes the key. */
  readonly close: () => Promise<void>;
}

export interface EnclaveParts extends Machine {
  /** Roots that the evidence of other enclaves must lead up to; the vendors', where left out. */
  readonly roots?: Roots;
}

const checkSameBridge = (state: Following, config: BridgeConfig): void => {
  if (!equal(state.bridgeId, bridgeIdOf(config)))
    throw new SealedStoreError(
      "sealed/other-configuration",
      "the keys here were made for another configuration: use that one, or another data folder",
    );
};

const awaitedCodec = struct({ custodyKey: fixedBytes(32), share: option(shareCodec) });

type TakingRoute = "handoverAccept" | "repairAccept";

/** How a receiver's key is made of what it is given. */
type Take<R extends TakingRoute> = (
  receiver: Receiver,
  request: RequestOf<R>,
  self: Process,
) => StateChange<CustodyKey>;

type Handlers = { readonly [R in RouteName]: (request: RequestOf<R>) => Promise<ResponseOf<R>> };

/** Makes an enclave that holds nothing yet. */
export const createEnclave = (parts: EnclaveParts): Enclave => {
  const { tee, store, log, roots = VENDOR_ROOTS } = parts;
  const serial = createSerial(QUEUE_LIMIT);
  const self: Process = { nonces: createNonces(randomBytes(32)), roots };
  let state: EnclaveState = { role: "empty" };

  const keep = async (next: Holder | Receiver): Promise<void> => {
    try {
      await sealState(next, (content) => store.update(next.bridgeId, content));
    } catch (error) {
      // What wasn't kept is only proven again after a restart: no reason to stop a bridge.
      if (!isPdiemError(error)) throw error;
      log("not-kept", { code: error.code, message: error.message });
    }
  };

  const moveTo = async (next: EnclaveState): Promise<void> => {
    const before = state;
    state = next;
    // A ceremony is kept by nobody: a restart begins it anew.
    if (before.role === "empty" || next.role === "empty" || next.role === "participant") return;
    if (!isSameKept(before.kept, next.kept)) await keep(next);
  };

  const verifyAhead = async (request: RequestOf<RouteName>): Promise<void> => {
    if (state.role !== "empty" && typeof request === "object" && "proofs" in request)
      await verifyBundleAhead(state.kept, request.proofs);
  };

  const run =
    <R extends PureRoute>(route: R) =>
    async (request: RequestOf<R>): Promise<ResponseOf<R>> => {
      await verifyAhead(request);
      const next = transition(state, route, request, self);
      await moveTo(next.state);
      return next.respond();
    };

  const checkUsable = (config: BridgeConfig): void => {
    checkConfig(config);
    checkTee(config, tee);
  };

  const open = async (config: BridgeConfig): Promise<Holder> => {
    checkUsable(config);
    if (state.role === "receiver") return waitsForKey();
    if (state.role === "participant")
      throw new RefusedError(
        "refused/in-ceremony",
        "expected a share: this enclave takes part in a ceremony still",
        "later",
      );
    const opened = state.role === "holder" ? state : await openHolder(config, parts);
    checkSameBridge(opened, config);
    state = opened;
    return opened;
  };

  const activate: Handlers["activate"] = async ({ config, challenge }) => {
    const holder = holderStatus(await open(config));
    return { holder, attestation: await attest(tee, holderReportData({ ...holder, challenge })) };
  };

  const receive: Handlers["handoverReceive"] = async ({ config, challenge, ...awaited }) => {
    checkUsable(config);
    if (state.role === "holder" || state.role === "participant")
      throw new RefusedError("refused/active", "expected an enclave that holds and makes no key: start another one");
    const receiver = state.role === "receiver" ? state : await openReceiver(config, awaited, parts);
    checkSameBridge(receiver, config);
    state = receiver;
    if (!equal(encode(awaitedCodec, receiver), encode(awaitedCodec, awaited)))
      throw new RefusedError(
        "refused/receiving",
        "this enclave waits for another key or share: use another data folder",
      );
    const status = receiverStatus(receiver);
    return {
      receiver: status,
      attestation: await attest(tee, receiverReportData({ ...status, challenge })),
      challenge: receiver.end.challenges.make("challenge", receiver.bridgeId),
    };
  };

  /** Has a receiver take its key. Where that fails, it may be taken again. */
  const taking =
    <R extends TakingRoute>(take: Take<R>) =>
    async (request: RequestOf<R>): Promise<HolderStatus> => {
      if (state.role !== "receiver")
        throw new RefusedError("refused/not-receiving", "expected an enclave that was made ready to be given a key");
      const receiver = state;
      await verifyAhead(request);
      const { kept, respond } = take(receiver, request, self);
      await moveTo({ ...receiver, kept });
      const measurement = await ownMeasurement(tee);
      const { share, custodyKey, ...following } = receiver;
      const holder: Holder = { ...following, role: "holder", kept, key: respond(), measurement, isMaker: false };
      await sealHolder(holder, parts, store.update);
      state = holder;
      const slot = share === undefined ? {} : { slot: share.slot };
      log("key-received", { bridgeId: hexText(holder.bridgeId), custodyKey: hexText(custodyKey), ...slot });
      return holderStatus(holder);
    };

  /** Answers, and tells that something of the key has left. */
  const giving =
    <R extends "handoverRelease" | "repairSum">(route: R, event: string) =>
    async (request: RequestOf<R>): Promise<ResponseOf<R>> => {
      const response = await run(route)(request);
      log(event, { custodyKey: hexText(request.transcript.custodyKey) });
      return response;
    };

  const ceremony = createCeremony({
    machine: parts,
    self,
    state: () => state,
    moveTo: (next) => {
      state = next;
    },
    checkUsable,
    checkSameBridge,
    verifyAhead,
  });

  const handlers: Handlers = {
    status: async () => ({ tee: tee.kind, isLasting: store.isLasting, role: roleStatus(state) }),
    activate,
    advance: run("advance"),
    reset: run("reset"),
    checkpoint: run("checkpoint"),
    commit: run("commit"),
    ...ceremony,
    ceremonyReceipts: run("ceremonyReceipts"),
    genesis: run("genesis"),
    settle: run("settle"),
    decide: run("decide"),
    payout: run("payout"),
    handoverChallenge: run("handoverChallenge"),
    handoverReceive: receive,
    handoverNonce: run("handoverNonce"),
    handoverRelease: giving("handoverRelease", "key-released"),
    handoverAccept: taking<"handoverAccept">(acceptKey),
    handoverReceipt: run("handoverReceipt"),
    repairSplit: run("repairSplit"),
    repairSum: giving("repairSum", "repair-helped"),
    repairAccept: taking<"repairAccept">(acceptRepair),
  };

  const handle: Handle = (route, request) =>
    route === "status" ? handlers[route](request) : serial(() => handlers[route](request));

  return {
    handle,
    open: async (config) => {
      await serial(() => open(config));
    },
    close: () =>
      serial(async () => {
        if (state.role === "holder") state.key.erase();
        state = { role: "empty" };
      }),
  };
};
