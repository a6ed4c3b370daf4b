/** A page of transfers, of all or of those that are searched for, at a bounded cost. */
import { setImmediate } from "node:timers/promises";
import { toHex } from "@pdiem/light-client/bytes";
import { z } from "zod";
import { parseAccountId } from "../account-id.js";
import { parsePayee } from "../chains/diem/payee.js";
import type { TransfersView } from "../views/transfer-schema.js";
import type { TransferView } from "../views/transfer-view.js";
import { cursorText, pageLimit, readCursor, writeCursor } from "./cursor.js";
import {
  countOpen,
  type OrderedParts,
  type Place,
  type PlacedTransfer,
  place,
  transfersFrom,
} from "./transfer-order.js";
import { type TransferParts, viewTransfer } from "./view-transfer.js";

/** Transfers that one request looks up: a page ends there, however few it has found. */
const MOST_LOOKED_UP = 1_000;
/** How many are walked over before others have their turn. */
const STRETCH = 2_000;
const AT_ONCE = 50;

export const listQuery = z.strictObject({
  limit: pageLimit(100, 1_000),
  cursor: cursorText.optional(),
  state: z.enum(["open", "ended"]).optional(),
  direction: z.enum(["deposit", "withdrawal"]).optional(),
  currency: z
    .string()
    .regex(/^[A-Z][A-Z0-9]{0,31}$/)
    .optional(),
  account: z
    .string()
    .max(200)
    .optional()
    .describe("An account of the parachain that is paid, refunded or withdrawn from"),
  address: z
    .string()
    .max(200)
    .optional()
    .describe("An account of Diem that pays or is paid: 16 bytes of hex, or DIP-5"),
  hash: z
    .string()
    .regex(/^(?:0x)?[0-9a-fA-F]{64}$/)
    .optional()
    .describe("Hash of the batch that settled it"),
  version: z
    .string()
    .regex(/^[0-9]{1,20}$/)
    .optional()
    .describe("Version of the transaction on Diem that paid custody, or that custody paid by"),
});

export type ListQuery = z.output<typeof listQuery>;

/** Lists releases that aren't paid, or whose payment aborted. */
const openReleases = ({ payouts, follower }: TransferParts): readonly number[] => {
  const history = follower.view()?.current?.history;
  const unpaid = history === undefined ? [] : payouts.unpaid(history);
  const aborted = (history?.waiting ?? []).flatMap((leaf, i) =>
    leaf.type === "release" && history?.cleared.has(BigInt(i)) === false ? [leaf.value] : [],
  );
  return [...unpaid, ...aborted].map(Number);
};

const ordered = (parts: TransferParts): OrderedParts => ({ ...parts, openReleases: () => openReleases(parts) });

/** What is searched for, as views spell it. */
interface Wanted extends Pick<ListQuery, "state" | "direction" | "currency" | "version"> {
  readonly account: string | undefined;
  readonly address: string | undefined;
  readonly hash: string | undefined;
}

const wantedOf = ({ config }: TransferParts, asked: ListQuery): Wanted => ({
  ...asked,
  account: asked.account === undefined ? undefined : toHex(parseAccountId(asked.account)),
  address: asked.address === undefined ? undefined : toHex(parsePayee(config.diem.hrp, asked.address).payee),
  hash: asked.hash?.toLowerCase().replace(/^0x/, ""),
});

/** Goes by what is known of it in memory. */
const mayMatch = ({ state, direction, hash }: Wanted, one: PlacedTransfer): boolean =>
  (state === undefined || (state === "open") === one.isOpen) &&
  (direction === undefined || direction === one.kind) &&
  (hash === undefined || hash === one.batch);

/** Parameters for which transfers have to be looked up. */
export const SEARCHED = ["currency", "account", "address", "version"] as const;

const isSearched = (wanted: Wanted): boolean => SEARCHED.some((name) => wanted[name] !== undefined);

const accountsOf = (view: TransferView): readonly (string | undefined)[] => {
  if (view.kind === "deposit") return [view.result?.outcome === "minted" ? view.result.account : undefined];
  const { account, refundAccount } = view.withdrawal;
  return [account, refundAccount, view.result?.outcome === "given-back" ? view.result.to : undefined];
};

const matches = ({ currency, account, address, version }: Wanted, view: TransferView): boolean => {
  const isDeposit = view.kind === "deposit";
  const moved = isDeposit ? view.payment?.currency : view.withdrawal.currency;
  const party = isDeposit ? view.payment?.sender : view.withdrawal.payee;
  const versions = [isDeposit ? view.payment?.version : undefined, view.payout?.version];
  return (
    (currency === undefined || currency === moved) &&
    (address === undefined || address === party) &&
    (account === undefined || accountsOf(view).includes(account)) &&
    (version === undefined || versions.includes(version))
  );
};

interface Found {
  readonly transfers: readonly TransferView[];
  /** Where it goes on; undefined at the end of the list. */
  readonly next: Place | undefined;
}

const find = async (parts: TransferParts, wanted: Wanted, from: Place | undefined, limit: number): Promise<Found> => {
  const transfers: TransferView[] = [];
  const walk = transfersFrom(ordered(parts), from);
  let last = from;
  let lookedUp = 0;
  let walked = 0;
  for (let isOver = false; !isOver; ) {
    const some: PlacedTransfer[] = [];
    const room = isSearched(wanted) ? AT_ONCE : Math.min(AT_ONCE, limit - transfers.length);
    while (some.length < room) {
      const { value, done } = walk.next();
      if (done === true) {
        isOver = true;
        break;
      }
      if (mayMatch(wanted, value)) some.push(value);
      else last = value.after;
      if (++walked % STRETCH === 0) await setImmediate();
    }
    const views = await Promise.all(some.map(({ id }) => viewTransfer(parts, id)));
    lookedUp += some.length;
    for (const [i, view] of views.entries()) {
      if (transfers.length === limit) return { transfers, next: last };
      last = some[i]?.after ?? last;
      if (view !== undefined && matches(wanted, view)) transfers.push(view);
    }
    if (!isOver && (transfers.length === limit || lookedUp >= MOST_LOOKED_UP)) {
      const isMore = walk.next().done !== true;
      return { transfers, next: isMore ? last : undefined };
    }
  }
  return { transfers, next: undefined };
};

/** Lists a page. @throws PdiemError `request/cursor`, and those of accounts and addresses */
export const listTransfers = async (parts: TransferParts, asked: ListQuery): Promise<TransfersView> => {
  const from = asked.cursor === undefined ? undefined : readCursor(place, asked.cursor);
  const { transfers, next } = await find(parts, wantedOf(parts, asked), from, asked.limit);
  return {
    transfers: [...transfers],
    open: countOpen(ordered(parts)),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
};
