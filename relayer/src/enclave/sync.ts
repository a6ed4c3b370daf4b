import { randomBytes } from "node:crypto";
import type { DiemEvidence, ParachainEvidence } from "@pdiem/bridge/evidence";
import { formatEvidence } from "@pdiem/bridge/evidence";
import type { HeadsStatus, Identity } from "@pdiem/enclave/api";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { epochChangeProof } from "@pdiem/light-client/diem/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/ledger-info";
import { getStateProof } from "../diem/calls.js";
import { resultOf } from "../diem/json-rpc.js";
import type { Clients } from "../evidence/clients.js";
import { collectSetEnds } from "../parachain/set-ends.js";
import { finalizedHead, headerOf } from "../parachain/substrate-node.js";
import type { EnclaveClient } from "./client.js";

const NOTHING_OF_DIEM: DiemEvidence = {
  latest: new Uint8Array(),
  epochChangeProof: new Uint8Array(),
  accounts: [],
  events: [],
};
const NOTHING_OF_RELAY: ParachainEvidence = { finality: [], headProof: [], storageProof: [] };
const STEPS_AT_ONCE = 16;

/** The active enclave, activated for this configuration where a restart has left it without. */
export const activeEnclave = async (enclave: EnclaveClient, bridgeJson: unknown): Promise<Identity> => {
  const { active } = await enclave.status();
  return active ?? (await enclave.activate({ config: bridgeJson, challenge: `0x${toHex(randomBytes(32))}` }));
};

/** Epoch changes come in pages; the last page comes with the evidence of the batch itself. */
const syncDiem = async ({ diem, enclave }: Clients, heads: HeadsStatus): Promise<void> => {
  let version = BigInt(heads.diem.version);
  for (;;) {
    const { latest, epochChangeProof: changes } = await diem.run(async (node) => {
      const { answers } = await node.batch([getStateProof(version)]);
      return resultOf(answers[0]);
    });
    if (!changes.more) return;
    const shown: DiemEvidence = {
      ...NOTHING_OF_DIEM,
      latest: encode(ledgerInfoWithSignatures, latest),
      epochChangeProof: encode(epochChangeProof, changes),
    };
    const advanced = await enclave.advance({ evidence: formatEvidence({ diem: shown, parachain: NOTHING_OF_RELAY }) });
    const next = BigInt(advanced.heads.diem.version);
    if (next <= version) return;
    version = next;
  }
};

const syncRelay = async ({ relay, enclave, heads: ours }: Clients, heads: HeadsStatus): Promise<void> => {
  let { number, setId } = heads.relay;
  while (BigInt(setId) < ours.get().relay.setId) {
    const from = number;
    const finality = await relay.run(async (call) => {
      const to = await headerOf(call, await finalizedHead(call));
      return collectSetEnds(call, from, to?.number ?? from, STEPS_AT_ONCE);
    });
    if (finality.length === 0) return;
    const shown: ParachainEvidence = { ...NOTHING_OF_RELAY, finality };
    const advanced = await enclave.advance({ evidence: formatEvidence({ diem: NOTHING_OF_DIEM, parachain: shown }) });
    ({ number, setId } = advanced.heads.relay);
    if (number <= from) return;
  }
};

/** Brings an enclave that lags by many epochs or authority sets near enough for one request to do the rest. */
export const syncEnclave = async (clients: Clients): Promise<void> => {
  const { heads } = await activeEnclave(clients.enclave, clients.bridgeJson);
  await syncDiem(clients, heads);
  await syncRelay(clients, heads);
};
