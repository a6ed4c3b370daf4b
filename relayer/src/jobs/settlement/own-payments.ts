/** Whether custody has paid what the bridge owes, and nothing else (PROTOCOL 4). */
import type { Simulated } from "../../simulate/simulate-items.js";

/** Codes of payments that custody's key made for nobody who is owed. */
const MISUSE: readonly string[] = ["refused/unknown-payment", "refused/owed"];

/**
 * Ends all settling once somebody else has used custody's key. Whatever else keeps releases from
 * being folded passes.
 * @throws RefusedError of the fold
 */
export const expectOwnPayments = ({ refused: { fold } }: { readonly refused: Pick<Simulated["refused"], "fold"> }) => {
  const misuse = fold.find(({ error }) => MISUSE.includes(error.code));
  if (misuse !== undefined) throw misuse.error;
};
