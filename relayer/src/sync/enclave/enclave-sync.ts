import { randomBytes } from "node:crypto";
import type { DiemEvidence, ParachainEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import type { HeadsStatus, Identity } from "@pdiem/enclave/api";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import type { TrustedState } from "@pdiem/light-client/diem/epochs/trusted-state";
import { getStateProof } from "../../chains/diem/calls.js";
import { resultOf } from "../../chains/diem/json-rpc.js";
import type { Clients } from "../../simulate/clients.js";
import { NOTHING_OF_DIEM, NOTHING_OF_RELAY } from "../../simulate/no-evidence.js";
import { collectSetEnds } from "../../chains/parachain/set-ends.js";
import { finalizedHead, headerOf } from "../../chains/parachain/substrate-node.js";
import { blamingNode } from "../../enclave/blame.js";
import type { EnclaveClient } from "../../enclave/client.js";

const STEPS_AT_ONCE = 16;

/** The active enclave, activated for this configuration where a restart has left it without. */
export const activeEnclave = async (enclave: EnclaveClient, bridgeJson: unknown): Promise<Identity> => {
  const { active } = await enclave.status();
  return active ?? (await enclave.activate({ config: bridgeJson, challenge: `0x${toHex(randomBytes(32))}` }));
};

const isEpochBehind = ({ diem }: HeadsStatus, ours: TrustedState): boolean =>
  diem.epoch === undefined || (ours.type === "epochState" && BigInt(diem.epoch) < ours.value.epochState.epoch);

/**
 * Epoch changes come in pages. The enclave is brought to this process's epoch here, where a node that forged what leads there can
 * be told: this process, being ahead, doesn't look at it any more.
 */
const syncDiem = async ({ diem, enclave, heads: ours }: Clients, theirs: HeadsStatus): Promise<void> => {
  let heads = theirs;
  for (;;) {
    const version = BigInt(heads.diem.version);
    const isBehind = isEpochBehind(heads, ours.get().diem);
    const advanced = await diem.run(async (node) => {
      const { answers } = await node.batch([getStateProof(version)]);
      const { latest, epochChangeProof: changes } = resultOf(answers[0]);
      if (!changes.more && !isBehind) return () => undefined;
      const shown: DiemEvidence = {
        ...NOTHING_OF_DIEM,
        latest: encode(ledgerInfoWithSignatures, latest),
        epochChangeProof: encode(epochChangeProof, changes),
      };
      const evidence = formatEvidence({ diem: shown, parachain: NOTHING_OF_RELAY });
      return blamingNode(() => enclave.advance({ evidence }));
    });
    const next = advanced()?.heads;
    if (next === undefined || BigInt(next.diem.version) <= version) return;
    heads = next;
  }
};

const syncRelay = async ({ relay, enclave, heads: ours }: Clients, heads: HeadsStatus): Promise<void> => {
  let { number, setId } = heads.relay;
  while (BigInt(setId) < ours.get().relay.setId) {
    const from = number;
    const advanced = await relay.run(async (call) => {
      const to = await headerOf(call, await finalizedHead(call));
      const finality = await collectSetEnds(call, from, to?.number ?? from, STEPS_AT_ONCE);
      if (finality.length === 0) return () => undefined;
      const shown: ParachainEvidence = { ...NOTHING_OF_RELAY, finality };
      const evidence = formatEvidence({ diem: NOTHING_OF_DIEM, parachain: shown });
      return blamingNode(() => enclave.advance({ evidence }));
    });
    const next = advanced()?.heads.relay;
    if (next === undefined) return;
    ({ number, setId } = next);
    if (number <= from) return;
  }
};

/** As `syncEnclave`, for what rests on the parachain alone: Diem may stand still. */
export const syncEnclaveRelay = async (clients: Clients): Promise<void> => {
  const { heads } = await activeEnclave(clients.enclave, clients.bridgeJson);
  await syncRelay(clients, heads);
};

/** Brings an enclave that lags by many epochs or authority sets near enough for one request to do the rest. */
export const syncEnclave = async (clients: Clients): Promise<void> => {
  const { heads } = await activeEnclave(clients.enclave, clients.bridgeJson);
  await syncHeads(clients, heads);
};

/** The same for an enclave that is there but not active. @param heads its own */
export const syncHeads = async (clients: Clients, heads: HeadsStatus): Promise<void> => {
  await syncDiem(clients, heads);
  await syncRelay(clients, heads);
};
