import { depositId } from "../../sync/transfers/transfer-id.js";
import type { WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";

const DEPOSIT = "deposit-";

/**
 * Names a transfer as the index of finished ones does: the journal's order names withdrawals, so
 * all relayers alike. Undefined for one that no batch has burned.
 */
export const finishedName = (withdrawalEnds: Pick<WithdrawalEnds, "placeOf">, id: string): string | undefined => {
  if (id.startsWith(DEPOSIT)) return `d${id.slice(DEPOSIT.length)}`;
  const place = withdrawalEnds.placeOf(id);
  return place === undefined ? undefined : `w${place}`;
};

/** Finds the transfer's id; undefined for a name of none. */
export const namedId = (withdrawalEnds: Pick<WithdrawalEnds, "all">, name: string): string | undefined =>
  name.startsWith("d") ? depositId(name.slice(1)) : withdrawalEnds.all()[Number(name.slice(1))]?.id;
