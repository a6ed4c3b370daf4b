/** What has to be proven for a batch, beyond what every batch needs. */
import { toHex } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";

export interface Needs {
  /** Diem accounts. */
  readonly accounts: readonly AccountAddress[];
  /** Storage keys of the parachain. */
  readonly storage: readonly Uint8Array[];
  /** Places in custody's stream of sent payments. */
  readonly sentEvents: readonly bigint[];
}

export const NO_NEEDS: Needs = { accounts: [], storage: [], sentEvents: [] };

const distinctBytes = (values: readonly Uint8Array[]): readonly Uint8Array[] => [
  ...new Map(values.map((value) => [toHex(value), value])).values(),
];

/** All of them, each once. */
export const mergeNeeds = (...all: readonly Needs[]): Needs => ({
  accounts: distinctBytes(all.flatMap(({ accounts }) => accounts)),
  storage: distinctBytes(all.flatMap(({ storage }) => storage)),
  sentEvents: [...new Set(all.flatMap(({ sentEvents }) => sentEvents))].sort((a, b) => (a < b ? -1 : 1)),
});

export const hasNeeds = ({ accounts, storage, sentEvents }: Needs): boolean =>
  accounts.length + storage.length + sentEvents.length > 0;
