import type { EnclaveState } from "../sync/enclave/enclave-watch.js";
import { type HolderSight, type Holding, soundHolders, spareHolders } from "../sync/enclave/holding.js";
import { blocking, joined, NO_OBSTACLES, type Obstacle, type Obstacles, warning } from "./obstacle.js";

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
  "enclave/participant": "take the ceremony to its end: pdiem ceremony",
  "enclave/other-slot": "list enclave.holders in the order of bridge.holders.slots",
  "enclave/no-share": "point this entry of enclave.holders at the slot's own enclave",
  "enclave/other-package": "start this slot's enclave with the data folder of the ceremony that made the key",
  "refused/ceremony-needed": "make the key with all slots' enclaves (pdiem ceremony), or repair this slot's share",
  "sealed/other-configuration": "give the enclave another data folder, or undo the change of the configuration",
};

/** Its entry stands where the one enclave's URL would. */
const entryOf = (slot: number, text: string): string => text.replaceAll("enclave.url", `enclave.holders[${slot - 1}]`);

const ofHolder = ({ slot, className }: HolderSight, obstacle: Obstacle): Obstacle => {
  if (slot === undefined) return obstacle;
  return {
    ...obstacle,
    text: `slot ${slot} (${className ?? "?"}): ${obstacle.text}`,
    todo: entryOf(slot, obstacle.todo),
    waitingFor: `slot ${slot}'s enclave (${obstacle.code})`,
  };
};

const UNASKED: Obstacle = {
  code: "enclave/unasked",
  text: "the enclave hasn't answered yet",
  todo: "wait a moment",
  waitingFor: "the enclave",
};

const faultOf = (state: EnclaveState | undefined): Obstacle | undefined => {
  if (state === undefined) return UNASKED;
  const { fault } = state;
  return fault === undefined
    ? undefined
    : {
        code: fault.code,
        text: fault.message,
        todo: ADVICE[fault.code] ?? "look at the enclave's log",
        waitingFor: `the enclave (${fault.code})`,
      };
};

const ofFaults = (holding: Holding): Obstacles => {
  const faults = holding.holders.flatMap((one) => {
    const fault = faultOf(one.state);
    return fault === undefined ? [] : [ofHolder(one, fault)];
  });
  if (spareHolders(holding) < 0) return blocking(...faults);
  return warning(...faults.map(({ waitingFor: _, ...fault }) => fault));
};

const ofMemory = ({ holders }: Holding): Obstacles =>
  warning(
    ...holders.flatMap((one): readonly Obstacle[] => {
      const { status, fault } = one.state ?? {};
      if (fault !== undefined || status === undefined || status.isLasting) return [];
      const { waitingFor: _, ...told } = ofHolder(one, {
        code: "enclave/memory-only",
        text: "this enclave keeps the key in memory alone: a restart loses it there",
        todo: "see that another enclave holds the key on its disk, too",
      });
      return [told];
    }),
  );

/** Nothing is wrong with those that are left, but with the next that fails nothing is signed. */
const ofSpare = (holding: Holding): Obstacles => {
  const { holders, threshold } = holding;
  if (holders.length === 1 || spareHolders(holding) !== 0) return NO_OBSTACLES;
  return warning({
    code: "holders/none-to-spare",
    text: `${threshold} of ${holders.length} holders can sign, and ${threshold} have to: with the next that fails nothing is signed`,
    todo: "get the others back, or repair their shares: docs/runbooks.md",
  });
};

const ofTooFew = (holding: Holding): Obstacles => {
  const { holders, threshold } = holding;
  if (holders.length === 1 || spareHolders(holding) >= 0) return NO_OBSTACLES;
  return blocking({
    code: "holders/too-few",
    text: `${soundHolders(holding).length} of ${holders.length} holders can sign, ${threshold} have to: nothing is signed`,
    todo: "get holders back: docs/runbooks.md",
    waitingFor: `${threshold} holders that can sign`,
  });
};

/** Finds what is amiss with those that hold the key. */
export const enclaveObstacles = (holding: Holding): Obstacles =>
  joined(ofTooFew(holding), ofFaults(holding), ofMemory(holding), ofSpare(holding));
