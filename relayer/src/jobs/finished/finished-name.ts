import { depositId, depositNumber } from "../../sync/transfers/transfer-id.js";
import type { WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";

/**
 * Names a transfer as the index of finished ones does: the journal's order names withdrawals, so
 * all relayers alike. Undefined for one that no batch has burned.
 */
export const finishedName = (withdrawalEnds: Pick<WithdrawalEnds, "placeOf">, id: string): string | undefined => {
  const number = depositNumber(id);
  if (number !== undefined) return `d${number}`;
  const place = withdrawalEnds.placeOf(id);
  return place === undefined ? undefined : `w${place}`;
};

const NAME = /^([dw])([0-9]{1,20})$/;

/** Finds the transfer's id; undefined for a name of none, whoever wrote it. */
export const namedId = (withdrawalEnds: Pick<WithdrawalEnds, "all">, name: string): string | undefined => {
  const [, kind, number = ""] = NAME.exec(name) ?? [];
  if (kind === undefined) return undefined;
  return kind === "d" ? depositId(number) : withdrawalEnds.all()[Number(number)]?.id;
};
