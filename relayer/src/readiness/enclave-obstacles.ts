import type { EnclaveState } from "../sync/enclave/enclave-watch.js";
import { blocking, joined, NO_OBSTACLES, type Obstacles, warning } from "./obstacle.js";

const ADVICE: Readonly<Record<string, string>> = {
  "enclave/unreachable": "start the enclave, or point enclave.url at another holder of the key",
  "enclave/unauthorized":
    "give the relayer a token of the enclave's --tokens as enclave.tokenFile, or a certificate of its --client-ca as enclave.certificateFile and enclave.keyFile, and start it anew",
  "enclave/untrusted":
    "give the authority of the enclave's certificate as enclave.caFile, or have one issued for the name in enclave.url",
  "enclave/timeout": "look whether the enclave's machine hangs or is overloaded",
  "enclave/other-bridge": "point enclave.url at this bridge's enclave, or undo the change of the configuration",
  "enclave/other-key": "point enclave.url at the enclave that holds this bridge's key",
  "enclave/empty": "start it with --config, or start a relayer, which gives it the configuration",
  "enclave/receiver": "hand the key over (pdiem handover), or point enclave.url at a holder",
  "sealed/other-configuration": "give the enclave another data folder, or undo the change of the configuration",
};

const ofFault = ({ fault }: EnclaveState): Obstacles =>
  fault === undefined
    ? NO_OBSTACLES
    : blocking({
        code: fault.code,
        text: fault.message,
        todo: ADVICE[fault.code] ?? "look at the enclave's log",
        waitingFor: `the enclave (${fault.code})`,
      });

const ofMemory = ({ status, fault }: EnclaveState): Obstacles =>
  fault !== undefined || status === undefined || status.isLasting
    ? NO_OBSTACLES
    : warning({
        code: "enclave/memory-only",
        text: "this enclave keeps the key in memory alone: a restart loses it there",
        todo: "see that another enclave holds the key on its disk, too",
      });

/** Finds what is amiss with the enclave. @param state undefined before it was asked */
export const enclaveObstacles = (state: EnclaveState | undefined): Obstacles =>
  state === undefined
    ? blocking({
        code: "enclave/unasked",
        text: "the enclave hasn't answered yet",
        todo: "wait a moment",
        waitingFor: "the enclave",
      })
    : joined(ofFault(state), ofMemory(state));
