/**
 * Brings the enclave's light clients forward, page by page, where they lag too far for one
 * request.
 */
import { randomBytes } from "node:crypto";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { type DiemProofs, NO_DIEM_PROOFS, type ParachainProofs } from "@pdiem/bridge/facts/proof-bundle";
import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import type { HolderStatus } from "@pdiem/enclave/wire/identity";
import type { LightClientStatus } from "@pdiem/enclave/wire/light-client-status";
import { encode } from "@pdiem/light-client/codec/bcs";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import type { StateProof, TrustedState } from "@pdiem/light-client/diem/epochs/trusted-state";
import { isPdiemError } from "@pdiem/light-client/error";
import { getStateProof } from "../../chains/diem/calls.js";
import { resultOf } from "../../chains/diem/json-rpc.js";
import { collectSetEnds } from "../../chains/parachain/set-ends.js";
import { finalizedHead, headerOf } from "../../chains/parachain/substrate-node.js";
import type { Clients } from "../clients.js";
import { expectBridge } from "./expect-bridge.js";

/**
 * Asks the enclave within an attempt at one node. What it finds wrong with a proof is that node's
 * fault, and another one is asked. Whatever else fails isn't, and is thrown by what this returns,
 * once the search for a node is over.
 */
const asNodeFault = async <T>(ask: () => Promise<T>): Promise<() => T> => {
  try {
    const value = await ask();
    return () => value;
  } catch (error) {
    if (isPdiemError(error) && /^(?:proof|decode)\//.test(error.code)) throw error;
    return () => {
      throw error;
    };
  }
};

const STEPS_AT_ONCE = 16;
const NO_PARACHAIN_PROOFS: ParachainProofs = {
  finality: [],
  earlier: undefined,
  headProof: [],
  storageProof: [],
};

/** One enclave, and the bridge's configuration. */
export interface OneEnclave {
  readonly config: BridgeConfig;
  readonly enclave: EnclaveClient;
}

/**
 * Finds the enclave that holds the key, activated for this configuration where a restart has left
 * it without.
 * @throws EnclaveError where it can't be asked, or refuses; `enclave/other-bridge` where it is
 * another bridge's
 */
export const activeEnclave = async ({ enclave, config }: OneEnclave): Promise<HolderStatus> => {
  const { role } = await enclave.status();
  if (role.type !== "empty") expectBridge(config, role.value);
  if (role.type === "holder") return role.value;
  return (await enclave.activate({ config, challenge: randomBytes(32) })).holder;
};

/** What following both chains takes. */
export type SyncClients = Pick<Clients, "diem" | "relay" | "lightClients"> &
  Pick<OneEnclave, "enclave"> &
  Partial<Pick<Clients, "catchUp">>;

/** What following the relay chain alone takes. */
export type RelaySyncClients = Omit<SyncClients, "diem" | "enclave"> & {
  readonly enclave: Pick<SyncClients["enclave"], "advance">;
};

const isEpochBehind = ({ diem }: LightClientStatus, ours: TrustedState): boolean =>
  diem.epoch === undefined || (ours.type === "epochState" && diem.epoch < ours.value.epochState.epoch);

const epochsOf = ({ latest, epochChangeProof: changes }: StateProof): DiemProofs => ({
  ...NO_DIEM_PROOFS,
  ledgerInfo: encode(ledgerInfoWithSignatures, latest),
  epochChanges: encode(epochChangeProof, changes),
});

/**
 * Epoch changes come in pages. The enclave is brought to this process's epoch here. A node that
 * forged what leads there can be told here alone. This process, being ahead, doesn't verify it any
 * more.
 */
const syncDiem = async ({ diem, enclave, lightClients }: SyncClients, start: LightClientStatus): Promise<void> => {
  let status = start;
  for (;;) {
    const { version } = status.diem;
    const isBehind = isEpochBehind(status, lightClients.get().diem);
    const advanced = await diem.run(async (node) => {
      const { answers } = await node.batch([getStateProof(version)]);
      const stateProof = resultOf(answers[0]);
      if (!stateProof.epochChangeProof.more && !isBehind) return () => undefined;
      const proofs = { diem: epochsOf(stateProof), parachain: NO_PARACHAIN_PROOFS };
      return asNodeFault(() => enclave.advance({ proofs }));
    });
    const next = advanced()?.lightClients;
    if (next === undefined || next.diem.version <= version) return;
    status = next;
  }
};

/**
 * Brings a relay chain's light client to this process's set, in pieces that fit the enclave's door.
 * What it has taken stays taken: another node, or another run, goes on from there.
 */
export const syncRelay = async (
  { relay, enclave, lightClients, catchUp }: RelaySyncClients,
  start: LightClientStatus,
): Promise<void> => {
  let { number, setId } = start.relay;
  while (setId < lightClients.get().relay.setId) {
    const from = number;
    const advanced = await relay.run(async (call, node) => {
      const to = await headerOf(call, await finalizedHead(call));
      const finality = await collectSetEnds(node, { number: from, setId }, to?.number ?? from, {
        count: STEPS_AT_ONCE,
      });
      if (finality.length === 0) return () => undefined;
      const proofs = { diem: NO_DIEM_PROOFS, parachain: { ...NO_PARACHAIN_PROOFS, finality } };
      return asNodeFault(() => enclave.advance({ proofs }));
    });
    const next = advanced()?.lightClients.relay;
    if (next === undefined) return;
    ({ number, setId } = next);
    if (number <= from) return;
    const latest = lightClients.get().relay.setId;
    catchUp?.note({ owner: "enclave", from: start.relay.setId, setId, latest });
  }
};

/**
 * Brings the relay chain's light client forward alone, for what rests on the parachain: Diem may
 * stand still.
 */
export const syncEnclaveRelay = async (clients: SyncClients & OneEnclave): Promise<void> =>
  syncRelay(clients, (await activeEnclave(clients)).lightClients);

/**
 * Brings an enclave that lags by many epochs or authority sets near enough for one request to do
 * the rest.
 */
export const syncEnclave = async (clients: SyncClients & OneEnclave): Promise<void> =>
  syncLightClients(clients, (await activeEnclave(clients)).lightClients);

/** Does the same for an enclave that waits for a key. @param status of its light clients */
export const syncLightClients = async (clients: SyncClients, status: LightClientStatus): Promise<void> => {
  await syncDiem(clients, status);
  await syncRelay(clients, status);
};
