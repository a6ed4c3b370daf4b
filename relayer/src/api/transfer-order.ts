/** All transfers in one order, which what comes in doesn't change behind any place in it. */
import { z } from "zod";
import type { DepositEnds } from "../sync/transfers/deposit-ends.js";
import { depositId } from "../sync/transfers/transfer-id.js";
import type { Burned, WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { Holding } from "../sync/transfers/withdrawal-watch.js";

/** What the order is made of. */
export interface OrderedParts {
  /** By rising number. */
  readonly payments: { readonly open: () => readonly { readonly number: bigint }[] };
  readonly depositEnds: Pick<DepositEnds, "inOrder">;
  readonly withdrawals: { readonly holdings: () => readonly Pick<Holding, "account" | "currency">[] };
  readonly withdrawalEnds: Pick<WithdrawalEnds, "all" | "get" | "nextId" | "ofRelease">;
  /** Releases whose payment hasn't ended. */
  readonly openReleases: () => readonly number[];
}

/** What is known of a transfer before it is looked up. */
export interface PlacedTransfer {
  readonly id: string;
  readonly kind: "deposit" | "withdrawal";
  readonly isOpen: boolean;
  /** Hash of the batch that settled it, hex. */
  readonly batch?: string;
  /** The place right behind it. */
  readonly after: Place;
}

const count = z.int().min(0);

/**
 * Names a place: deposits that haven't ended come first, by falling number. Then comes what
 * accounts hold, by id, and what is burned and unpaid, by falling release. What ended comes last,
 * the newest first: counted are those of each kind, in the journal's order, that come behind.
 */
export const place = z.discriminatedUnion("of", [
  z.strictObject({ of: z.literal("deposits"), number: z.string().regex(/^[0-9]{1,20}$/) }),
  z.strictObject({ of: z.literal("holdings"), id: z.string() }),
  z.strictObject({ of: z.literal("burned"), release: count }),
  z.strictObject({ of: z.literal("ended"), deposits: count, burns: count }),
]);

export type Place = z.output<typeof place>;

const PARTS = ["deposits", "holdings", "burned", "ended"] as const satisfies readonly Place["of"][];

/** Tells whether a place is behind a part of the list. */
const isPast = (part: Place["of"], from: Place | undefined): boolean =>
  from !== undefined && PARTS.indexOf(from.of) > PARTS.indexOf(part);

function* openDeposits({ payments }: OrderedParts, from: Place | undefined): Generator<PlacedTransfer> {
  if (isPast("deposits", from)) return;
  const below = from?.of === "deposits" ? BigInt(from.number) : undefined;
  for (const { number } of [...payments.open()].reverse()) {
    if (below !== undefined && number >= below) continue;
    const after: Place = { of: "deposits", number: number.toString() };
    yield { id: depositId(number), kind: "deposit", isOpen: true, after };
  }
}

const holdings = (
  { withdrawals, withdrawalEnds }: OrderedParts,
  from: Place | undefined,
): readonly PlacedTransfer[] => {
  if (isPast("holdings", from)) return [];
  const above = from?.of === "holdings" ? from.id : "";
  return withdrawals
    .holdings()
    .map(({ account, currency }) => withdrawalEnds.nextId(account, currency))
    .filter((id) => id > above)
    .sort()
    .map((id) => ({ id, kind: "withdrawal", isOpen: true, after: { of: "holdings", id } }));
};

/** Names the withdrawals whose releases are open, with these. */
const unpaidIds = ({ openReleases, withdrawalEnds }: OrderedParts): ReadonlyMap<string, number> =>
  new Map(
    [...openReleases()]
      .sort((a, b) => b - a)
      .flatMap((release) => {
        const one = withdrawalEnds.ofRelease(release);
        return one === undefined ? [] : [[one.id, release] as const];
      }),
  );

const burned = (
  unpaid: ReadonlyMap<string, number>,
  ends: Pick<WithdrawalEnds, "get">,
  from: Place | undefined,
): readonly PlacedTransfer[] => {
  if (isPast("burned", from)) return [];
  const below = from?.of === "burned" ? from.release : Number.POSITIVE_INFINITY;
  return [...unpaid].flatMap(([id, release]) => {
    const batch = ends.get(id)?.batch;
    if (batch === undefined || release >= below) return [];
    return [{ id, kind: "withdrawal", isOpen: true, batch, after: { of: "burned", release } }];
  });
};

/** Counts those of a kind that are in a block or before: batches are in the order of blocks. */
const countUpTo = (count: number, blockAt: (place: number) => number, block: number): number => {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blockAt(middle) <= block) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * Walks both kinds back from the newest batch, or from a place.
 * @param block given, those that were settled in it alone
 */
function* ended(
  deposits: ReturnType<DepositEnds["inOrder"]>,
  burns: readonly Burned[],
  from: Place | undefined,
  block: number | undefined,
): Generator<PlacedTransfer> {
  let left = from?.of === "ended" ? from : { deposits: deposits.length, burns: burns.length };
  if (block !== undefined)
    left = {
      deposits: Math.min(
        left.deposits,
        countUpTo(deposits.length, (i) => deposits[i]?.[1].block ?? 0, block),
      ),
      burns: Math.min(
        left.burns,
        countUpTo(burns.length, (i) => burns[i]?.block ?? 0, block),
      ),
    };
  for (;;) {
    const [deposit, burn] = [deposits[left.deposits - 1], burns[left.burns - 1]];
    if (block !== undefined && Math.max(deposit?.[1].block ?? 0, burn?.block ?? 0) < block) return;
    if (deposit !== undefined && (burn === undefined || deposit[1].block >= burn.block)) {
      left = { deposits: left.deposits - 1, burns: left.burns };
      const [number, { batch }] = deposit;
      yield { id: depositId(number), kind: "deposit", isOpen: false, batch, after: { of: "ended", ...left } };
    } else if (burn !== undefined) {
      left = { deposits: left.deposits, burns: left.burns - 1 };
      yield { id: burn.id, kind: "withdrawal", isOpen: false, batch: burn.batch, after: { of: "ended", ...left } };
    } else return;
  }
}

/** Counts those that haven't ended. */
export const countOpen = (parts: OrderedParts): number =>
  parts.payments.open().length + parts.withdrawals.holdings().length + unpaidIds(parts).size;

/** Walks those that haven't ended from a place on, or from the first. */
export function* openTransfersFrom(
  parts: OrderedParts,
  from: Place | undefined,
  unpaid = unpaidIds(parts),
): Generator<PlacedTransfer> {
  yield* openDeposits(parts, from);
  yield* holdings(parts, from);
  yield* burned(unpaid, parts.withdrawalEnds, from);
}

/**
 * Walks all transfers from a place on, or from the first.
 * @param block given, only those that have ended whose batch is in it
 */
export function* transfersFrom(
  parts: OrderedParts,
  from: Place | undefined,
  block?: number,
): Generator<PlacedTransfer> {
  const unpaid = unpaidIds(parts);
  yield* openTransfersFrom(parts, from, unpaid);
  const [deposits, burns] = [parts.depositEnds.inOrder(), parts.withdrawalEnds.all()];
  for (const one of ended(deposits, burns, from, block)) if (!unpaid.has(one.id)) yield one;
}
