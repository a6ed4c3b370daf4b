/**
 * Names of what a batch may hold: for what is left out of batches for a while, and for bisection.
 */
import type { WaitingLeaf } from "@pdiem/bridge/ledger/lists";
import { toHex } from "@pdiem/light-client/bytes";
import type { ThawRequest } from "../../stores/thaw-requests.js";

/**
 * Names a waiting leaf: a deposit by its number, as before it waited, an aborted release by its
 * index.
 */
export const waitingName = ({ type, value }: WaitingLeaf): string =>
  type === "deposit" ? value.toString() : `release-${value}`;

/** Names a change of an asset's roles. @param code the currency's */
export const teamName = (code: string): string => `team-${code}`;

/** Names a claim of accrued fees. @param code the currency's */
export const claimName = (code: string): string => `fees-${code}`;

/** Names the thaw of an account. */
export const thawName = ({ currency, account }: ThawRequest): string => `thaw-${currency}-${toHex(account)}`;
