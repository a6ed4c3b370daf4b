import { RefusedError } from "../error.js";
import type { CurrencyLedger } from "../ledger/ledger.js";

/**
 * Takes a release that is paid or given back off what a currency owes.
 * @throws RefusedError `refused/owed` for more than is owed: custody's key was used by somebody
 * else
 */
export const takeOffOwed = (state: CurrencyLedger, amount: bigint): CurrencyLedger => {
  if (amount > state.owed)
    throw new RefusedError("refused/owed", `expected at most the ${state.owed} that is owed, got ${amount}`);
  return { ...state, owed: state.owed - amount };
};
