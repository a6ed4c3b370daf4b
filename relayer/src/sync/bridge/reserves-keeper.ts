import type { Clients } from "../../simulate/clients.js";
import { type ProvenReserves, proveReserves } from "../../simulate/prove-reserves.js";
import type { CurrentLedger } from "./bridge-view.js";

/** The last proof of reserves. */
export interface ReservesKeeper {
  readonly latest: () => ProvenReserves | undefined;
  /** One proof at a time, for all who ask meanwhile. @throws as `proveReserves` */
  readonly prove: (current: CurrentLedger) => Promise<ProvenReserves>;
}

/** @param issuer the enclave's key */
export const keepReserves = (clients: Clients, issuer: Uint8Array): ReservesKeeper => {
  let latest: ProvenReserves | undefined;
  let proving: Promise<ProvenReserves> | undefined;
  const proveNow = async (current: CurrentLedger): Promise<ProvenReserves> => {
    try {
      latest = await proveReserves(clients, issuer, current);
      return latest;
    } finally {
      proving = undefined;
    }
  };
  return {
    latest: () => latest,
    prove: (current) => {
      proving ??= proveNow(current);
      return proving;
    },
  };
};
