import { z } from "zod";
import type { DepositEnds } from "../sync/transfers/deposit-ends.js";
import { depositId } from "../sync/transfers/transfer-id.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { TransferView } from "../views/transfer-view.js";
import { type DepositViewParts, viewDeposit } from "./deposit-view.js";
import { viewWithdrawal, type WithdrawalViewParts } from "./withdrawal-view.js";

export type TransferParts = DepositViewParts &
  WithdrawalViewParts & {
    readonly depositEnds: Pick<DepositEnds, "get" | "inOrder" | "newest">;
    readonly withdrawalEnds: Pick<WithdrawalEnds, "get" | "all" | "nextId" | "newest" | "ofRelease">;
  };

export const transferId = z
  .string()
  .regex(/^(?:deposit-[0-9]{1,20}|withdrawal-[0-9a-f]{64}-[A-Z][A-Z0-9]{0,31}-[0-9]{1,10})$/);
/** A transfer's id in a path. */
export const transferParams = z.strictObject({ id: transferId });

const DEPOSIT = "deposit-";

/** Shows a transfer; undefined for an id of none. */
export const viewTransfer = (parts: TransferParts, id: string): Promise<TransferView | undefined> =>
  id.startsWith(DEPOSIT) ? viewDeposit(parts, BigInt(id.slice(DEPOSIT.length))) : viewWithdrawal(parts, id);

/** Lists both kinds, the newest batch first. */
export const endedTransfers = ({ depositEnds, withdrawalEnds }: TransferParts, limit: number): readonly string[] =>
  [
    ...depositEnds.newest(limit).map(([number, { block }]) => ({ id: depositId(number), block })),
    ...withdrawalEnds.newest(limit).map(({ id, block }) => ({ id, block })),
  ]
    .sort((a, b) => b.block - a.block)
    .map(({ id }) => id);
