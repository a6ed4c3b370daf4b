/** A page of transfers, of all or of those that are searched for, at a bounded cost. */
import { setImmediate } from "node:timers/promises";
import { equal, fromHex } from "@pdiem/light-client/bytes";
import { z } from "zod";
import { namedId } from "../jobs/finished/finished-name.js";
import { recordNewest } from "../jobs/finished/finished-upkeep.js";
import { FROM_NEWEST } from "../stores/finished/finished-index.js";
import { term } from "../stores/finished/finished-transfer.js";
import { depositNumber } from "../sync/transfers/transfer-id.js";
import { transferOfRelease } from "../sync/transfers/transfer-of-release.js";
import type { TransfersView } from "../views/transfer-schema.js";
import type { TransferView } from "../views/transfer-view.js";
import { readCursor, writeCursor } from "./cursor.js";
import { isSearched, type ListQuery, type Wanted, wantedOf } from "./list-query.js";
import { matches, matchesOpen, mayMatch } from "./transfer-match.js";
import {
  countOpen,
  type OrderedParts,
  openTransfersFrom,
  type PlacedTransfer,
  place,
  transfersFrom,
} from "./transfer-order.js";
import { lookOnce } from "./transfer-sight.js";
import { type TransferParts, viewTransfers } from "./view-transfer.js";

/** Transfers that one request looks up: a page ends there, however few it has found. */
const MOST_LOOKED_UP = 1_000;
/** How many are walked over before others have their turn. */
const STRETCH = 2_000;
const [FEWEST_AT_ONCE, MOST_AT_ONCE] = [25, 100];
/** What ended last may not be found yet: so many are recorded first, where they aren't. */
const NEWEST = 256;

/** Before all blocks, and past what custody paid: that no index tells. */
const BEHIND_PAID = "ffffffff|w99999999999999999999";

const listPlace = z.union([
  place,
  // Past all that hasn't ended, and so far back in what the index has found.
  z.strictObject({ of: z.literal("found"), below: z.string().regex(/^(?:~|[0-9a-f]{8}\|[dw][0-9]{1,20})$/) }),
]);
type ListPlace = z.output<typeof listPlace>;

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

interface Found {
  readonly transfers: readonly TransferView[];
  /** Where it goes on; undefined at the end of the list. */
  readonly next: ListPlace | undefined;
}

type WalkPlace = PlacedTransfer["after"];

const NO_BLOCK = -1;

/** Finds the block of a batch, as the journal tells it. @param hash hex */
const blockOf = ({ follower }: TransferParts, hash: string): number => {
  const records = follower.view()?.current?.records.values() ?? [];
  const bytes = fromHex(hash);
  for (const record of records) if (equal(record.hash, bytes)) return record.block;
  return NO_BLOCK;
};

/** Goes through the list itself: what is known in memory decides what is shown. */
const walkPage = async (
  parts: TransferParts,
  wanted: Wanted,
  from: WalkPlace | undefined,
  limit: number,
): Promise<Found> => {
  const transfers: TransferView[] = [];
  const walk = transfersFrom(ordered(parts), from, wanted.hash === undefined ? undefined : blockOf(parts, wanted.hash));
  let last = from;
  let walked = 0;
  for (let lookedUp = 0; lookedUp < MOST_LOOKED_UP && transfers.length < limit; ) {
    const some: string[] = [];
    while (some.length < limit - transfers.length) {
      const { value, done } = walk.next();
      if (done === true) break;
      last = value.after;
      if (mayMatch(wanted, value)) some.push(value.id);
      if (++walked % STRETCH === 0) await setImmediate();
    }
    if (some.length === 0) return { transfers, next: undefined };
    lookedUp += some.length;
    for (const view of await viewTransfers(parts, some)) if (view !== undefined) transfers.push(view);
  }
  return { transfers, next: walk.next().done === true ? undefined : last };
};

/** Finds among those that haven't ended. */
const findOpen = async (
  parts: TransferParts,
  wanted: Wanted,
  from: WalkPlace | undefined,
  limit: number,
): Promise<{ readonly ids: readonly string[]; readonly next: ListPlace | undefined }> => {
  const sight = lookOnce(parts);
  const ids: string[] = [];
  let walked = 0;
  for (const one of openTransfersFrom(ordered(parts), from)) {
    if (mayMatch(wanted, one) && matchesOpen(parts, sight, wanted, one.id)) ids.push(one.id);
    if (ids.length === limit) return { ids, next: one.after };
    if (++walked % STRETCH === 0) await setImmediate();
  }
  return { ids, next: undefined };
};

/** The term that fewest transfers have. */
const rarestTerm = (wanted: Wanted): string | undefined => {
  const kind = (["version", "address", "account", "currency"] as const).find((name) => wanted[name] !== undefined);
  return kind === undefined ? undefined : term(kind, wanted[kind] ?? "");
};

/** Finds what custody paid by a version: the journal and Diem tell it, no index is asked. */
const paidBy = (parts: TransferParts, { version }: Wanted): readonly string[] => {
  const release = version === undefined ? undefined : parts.payouts.at(BigInt(version));
  const history = parts.follower.view()?.current?.history;
  if (release === undefined || history === undefined) return [];
  return [transferOfRelease(history, parts.withdrawalEnds, release) ?? []].flat();
};

/** Tells whether one that the index names may be it: its view says whether it has ended. */
const mayBe = ({ depositEnds, withdrawalEnds }: TransferParts, wanted: Wanted, id: string): boolean => {
  const number = depositNumber(id);
  const [kind, end] =
    number === undefined
      ? (["withdrawal", withdrawalEnds.get(id)] as const)
      : (["deposit", depositEnds.get(number)] as const);
  return end !== undefined && mayMatch(wanted, { kind, isOpen: false, batch: end.batch });
};

/** Finds among those that have ended, by the index. */
const findEnded = async (parts: TransferParts, wanted: Wanted, from: string, limit: number): Promise<Found> => {
  const transfers: TransferView[] = [];
  const wantedTerm = rarestTerm(wanted) ?? "";
  const isWanted = (view: TransferView | undefined): view is TransferView =>
    view?.result !== undefined && matches(wanted, view);
  const paid = from === FROM_NEWEST ? paidBy(parts, wanted).filter((id) => mayBe(parts, wanted, id)) : [];
  transfers.push(...(await viewTransfers(parts, paid)).filter(isWanted));
  let below = paid.length === 0 ? from : BEHIND_PAID;
  for (let lookedUp = 0; lookedUp < MOST_LOOKED_UP; ) {
    const count = Math.min(MOST_AT_ONCE, Math.max(FEWEST_AT_ONCE, limit - transfers.length + 1));
    const found = await parts.finished.find(wantedTerm, below, count);
    const likely = found.flatMap(({ name, place: at }) => {
      const id = namedId(parts.withdrawalEnds, name);
      return id === undefined || paid.includes(id) || !mayBe(parts, wanted, id) ? [] : [{ id, at }];
    });
    lookedUp += found.length;
    const views = await viewTransfers(
      parts,
      likely.map(({ id }) => id),
    );
    for (const [i, view] of views.entries()) {
      if (!isWanted(view)) continue;
      if (transfers.length >= limit) return { transfers, next: { of: "found", below } };
      transfers.push(view);
      below = likely[i]?.at ?? below;
    }
    if (found.length < count) return { transfers, next: undefined };
    below = found.at(-1)?.place ?? below;
  }
  return { transfers, next: { of: "found", below } };
};

const searchPage = async (
  parts: TransferParts,
  wanted: Wanted,
  from: ListPlace | undefined,
  limit: number,
): Promise<Found> => {
  let open: readonly TransferView[] = [];
  if (from?.of !== "found") {
    const found = wanted.state === "ended" ? { ids: [], next: undefined } : await findOpen(parts, wanted, from, limit);
    open = (await viewTransfers(parts, found.ids)).filter((view) => view !== undefined);
    if (found.next !== undefined || wanted.state === "open") return { transfers: open, next: found.next };
    await recordNewest(parts, NEWEST);
  } else if (wanted.state === "open") return { transfers: [], next: undefined };
  const ended = await findEnded(parts, wanted, from?.of === "found" ? from.below : FROM_NEWEST, limit - open.length);
  return { transfers: [...open, ...ended.transfers], next: ended.next };
};

/** Lists a page. @throws PdiemError `request/cursor`, and those of accounts and addresses */
export const listTransfers = async (parts: TransferParts, asked: ListQuery): Promise<TransfersView> => {
  const from = asked.cursor === undefined ? undefined : readCursor(listPlace, asked.cursor);
  const wanted = wantedOf(parts, asked);
  const { transfers, next } = isSearched(wanted)
    ? await searchPage(parts, wanted, from, asked.limit)
    : await walkPage(parts, wanted, from?.of === "found" ? undefined : from, asked.limit);
  return {
    transfers: [...transfers],
    open: countOpen(ordered(parts)),
    ...(next === undefined ? {} : { next: writeCursor(next) }),
  };
};
