import type { Facts } from "@pdiem/bridge/facts/facts";
import { equal } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { EventKey } from "@pdiem/light-client/diem/state/event";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Needs } from "./needs.js";

/** Facts that note what was looked up in vain: the rules themselves say what they need. */
export interface Recorder {
  readonly facts: Facts;
  readonly misses: () => Needs;
}

/** Tells whether a look-up says that nobody proved it. */
export const isNotShown = (error: unknown): boolean =>
  isPdiemError(error) && (error.code === "proof/not-shown" || error.code === "proof/missing-node");

/**
 * @param sentKey custody's stream of sent payments, the only one besides the received that the
 * rules look into
 */
export const recordMisses = (facts: Facts, sentKey: EventKey): Recorder => {
  const accounts: AccountAddress[] = [];
  const storage: Uint8Array[] = [];
  const sentEvents: bigint[] = [];
  const noting = <T>(lookup: () => T, note: () => void): T => {
    try {
      return lookup();
    } catch (error) {
      if (isNotShown(error)) note();
      throw error;
    }
  };
  return {
    facts: {
      diem: {
        ...facts.diem,
        account: (address) =>
          noting(
            () => facts.diem.account(address),
            () => accounts.push(address),
          ),
        event: (key, place) =>
          noting(
            () => facts.diem.event(key, place),
            () => equal(key, sentKey) && sentEvents.push(place),
          ),
      },
      parachain: {
        ...facts.parachain,
        storage: (key) =>
          noting(
            () => facts.parachain.storage(key),
            () => storage.push(key),
          ),
      },
    },
    misses: () => ({ accounts, storage, sentEvents }),
  };
};
