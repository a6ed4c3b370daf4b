/** Three enclaves of real code sign for a relayer, each behind a host that may meddle. */

import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import type { RequestOf, ResponseOf, RouteName } from "@pdiem/enclave/routes";
import { ROUTE_NAMES } from "@pdiem/enclave/routes";
import { toHex } from "@pdiem/light-client/bytes";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { heldSigners } from "@pdiem/relayer/signing/held-signers";
import { watchHolders } from "@pdiem/relayer/sync/enclave/holders-watch";
import { keepCatchUp } from "@pdiem/relayer/sync/light-clients/catch-up";
import { keepLightClients } from "@pdiem/relayer/sync/light-clients/light-client-keeper";
import type { Actor } from "../../enclave/handover-actors.js";
import { HELD } from "../../enclave/held.js";
import { keptLog } from "./log-lines.js";

type Pass<R extends RouteName> = (request: RequestOf<R>) => Promise<ResponseOf<R>>;

/** What a host does with a request instead of passing it on. */
export type Meddling = { readonly [R in RouteName]?: (request: RequestOf<R>, pass: Pass<R>) => Promise<ResponseOf<R>> };

export interface Host {
  readonly enclave: EnclaveClient;
  /** Has the host meddle from now on. */
  readonly meddle: (how: Meddling) => void;
  /** Puts another process in place of the enclave's. */
  readonly replace: (actor: Actor) => void;
  /** Handles that the enclave was asked to sign with, in hex, and messages that it was for. */
  readonly asked: readonly string[];
}

const sessionsIn = (request: unknown): readonly { readonly handle: Uint8Array }[] =>
  typeof request === "object" && request !== null && "sessions" in request && Array.isArray(request.sessions)
    ? request.sessions
    : [];

/** Stands between a relayer and an enclave. */
export const hostOf = (first: Actor): Host => {
  let actor = first;
  let meddling: Meddling = {};
  const asked: string[] = [];
  const ask = async <R extends RouteName>(name: R, request: RequestOf<R>): Promise<ResponseOf<R>> => {
    asked.push(...sessionsIn(request).map(({ handle }) => toHex(handle)));
    const pass: Pass<R> = (one) => actor.ask(name, one);
    const how = meddling[name];
    return how === undefined ? pass(request) : how(request, pass);
  };
  const enclave = Object.fromEntries(
    ROUTE_NAMES.map((name) => [name, (request: RequestOf<typeof name>) => ask(name, request)]),
  ) as EnclaveClient;
  return {
    enclave,
    asked,
    meddle: (how) => {
      meddling = how;
    },
    replace: (other) => {
      actor = other;
    },
  };
};

const BOUNDS = { timeoutMs: 1_000, maxResponseBytes: 1_000_000 };

/** No machine is so slow. */
const PATIENT = { least: 120_000, most: 120_000 };

/**
 * Signs as a relayer does. No node is there: all light clients are where the bridge begins.
 * @param patience left out, whoever answers at all is in time
 */
export const signersFor = async (hosts: readonly Host[], patience = PATIENT) => {
  const { log, lines } = keptLog();
  const enclaves = hosts.map(({ enclave }) => enclave);
  const kept = { keep: async () => undefined, changesFrom: async () => undefined };
  const watch = watchHolders({ config: HELD, enclaves, kept, issuer: () => undefined, log });
  const key = await watch.key();
  const nowhere = createEndpoints(["http://127.0.0.1:1"]);
  const clients = {
    config: HELD,
    diem: createDiemClient(nowhere, BOUNDS),
    relay: createSubstrateRpc(nowhere, BOUNDS),
    lightClients: keepLightClients(initialLightClientState(HELD)),
    catchUp: keepCatchUp(),
  };
  const signers = heldSigners({ clients, enclaves, watch, log, ahead: 4, patience });
  const stop = async (): Promise<void> => {
    await signers.stop();
    await watch.stop();
  };
  return { signers, watch, key, lines, stop };
};
