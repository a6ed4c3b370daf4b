import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { toHex } from "@pdiem/light-client/bytes";
import type { WithdrawalData } from "./jobs.js";

/**
 * Makes what a withdrawal's job holds.
 * @param told what the preimage doesn't say
 */
export const withdrawalData = (
  { payee, subaddress, refundAccount }: WithdrawalPreimage,
  told: Pick<WithdrawalData, "account" | "currency" | "amount">,
): WithdrawalData => ({
  ...told,
  payee: toHex(payee),
  ...(subaddress === undefined ? {} : { subaddress: toHex(subaddress) }),
  refundAccount: toHex(refundAccount),
});
