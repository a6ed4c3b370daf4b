import { z } from "zod";
import type { FinishedUpkeepParts } from "../jobs/finished/finished-upkeep.js";
import type { FinishedIndex } from "../stores/finished/finished-index.js";
import type { DepositEnds } from "../sync/transfers/deposit-ends.js";
import { depositId, depositNumber } from "../sync/transfers/transfer-id.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { TransferView } from "../views/transfer-view.js";
import { type DepositViewParts, viewDeposit } from "./deposit-view.js";
import { lookOnce, readTold, type SightParts } from "./transfer-sight.js";
import { viewWithdrawal, type WithdrawalViewParts } from "./withdrawal-view.js";

export type TransferParts = DepositViewParts &
  WithdrawalViewParts &
  SightParts &
  FinishedUpkeepParts & {
    readonly finished: Pick<FinishedIndex, "record" | "missing" | "count" | "trim" | "get" | "find">;
    readonly depositEnds: Pick<DepositEnds, "get" | "inOrder" | "newest">;
    readonly withdrawalEnds: Pick<WithdrawalEnds, "get" | "all" | "nextId" | "newest" | "ofRelease" | "placeOf">;
  };

export const transferId = z
  .string()
  .regex(/^(?:deposit-[0-9]{1,20}|withdrawal-[0-9a-f]{64}-[A-Z][A-Z0-9]{0,31}-[0-9]{1,10})$/);
/** A transfer's id in a path. */
export const transferParams = z.strictObject({ id: transferId });

/** Shows transfers, in the order of their ids; undefined for an id of none. */
export const viewTransfers = async (
  parts: TransferParts,
  ids: readonly string[],
): Promise<readonly (TransferView | undefined)[]> => {
  const sight = lookOnce(parts);
  const told = await readTold(parts, ids);
  return Promise.all(
    ids.map((id) => {
      const number = depositNumber(id);
      return number === undefined
        ? viewWithdrawal(parts, sight, id, told.get(id))
        : viewDeposit(parts, sight, number, told.get(id));
    }),
  );
};

/** Shows a transfer; undefined for an id of none. */
export const viewTransfer = async (parts: TransferParts, id: string): Promise<TransferView | undefined> =>
  (await viewTransfers(parts, [id]))[0];

/** Lists both kinds, the newest batch first. */
export const endedTransfers = ({ depositEnds, withdrawalEnds }: TransferParts, limit: number): readonly string[] =>
  [
    ...depositEnds.newest(limit).map(([number, { block }]) => ({ id: depositId(number), block })),
    ...withdrawalEnds.newest(limit).map(({ id, block }) => ({ id, block })),
  ]
    .sort((a, b) => b.block - a.block)
    .map(({ id }) => id);
