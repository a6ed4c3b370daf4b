/** Evidence that shows nothing of one of the chains. */
import type { DiemEvidence, ParachainEvidence } from "@pdiem/bridge/facts/proof-bundle";

export const NOTHING_OF_DIEM: DiemEvidence = {
  latest: new Uint8Array(),
  epochChangeProof: new Uint8Array(),
  accounts: [],
  events: [],
};
export const NOTHING_OF_RELAY: ParachainEvidence = { finality: [], headProof: [], storageProof: [] };
