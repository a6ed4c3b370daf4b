/** Who holds a local bridge's key together: simulated enclaves, each of a class of its own. */
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";

/** How many sign, of how many. */
export interface HoldersOption {
  readonly threshold: number;
  readonly slots: number;
}

const NAMES = "abcdefghijklmnop";

/** Names the class of a slot, which its enclave is simulated as. @param slot from 1 on */
export const classOfSlot = (slot: number): string => NAMES[slot - 1] ?? "";

const measurementOf = (name: string): string => `0x${toHex(sha3_256(utf8(`pdiem simulated enclave ${name}`)))}`;

/** Makes the parts of a bridge's configuration that name holders. */
export const holdersJson = ({ threshold, slots }: HoldersOption) => {
  const names = Array.from({ length: slots }, (_, i) => classOfSlot(i + 1));
  return {
    measurements: names.map((name) => ({ tee: "simulated", value: measurementOf(name) })),
    holders: {
      threshold,
      classes: names.map((name) => ({ name, tees: [], simulated: [measurementOf(name)] })),
      slots: names,
    },
  };
};
