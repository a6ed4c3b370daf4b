import { filled } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import type { DepositEnd } from "../sync/transfers/deposit-ends.js";
import type { Burned } from "../sync/transfers/withdrawal-ends.js";
import { readCursor, writeCursor } from "./cursor.js";
import { type OrderedParts, type Place, type PlacedTransfer, place, transfersFrom } from "./transfer-order.js";

const withdrawalOf = (byte: number): string => `withdrawal-${toHex(filled(32, byte))}-XUS-0`;

/** What a relayer knows, which more is added to. */
const createKnown = () => {
  const open: { number: bigint }[] = [];
  const deposits: (readonly [bigint, DepositEnd])[] = [];
  const burns: Burned[] = [];
  const held: { account: Uint8Array; currency: string }[] = [];
  const released = new Map<number, number>();
  const parts: OrderedParts = {
    payments: { open: () => open },
    depositEnds: { inOrder: () => deposits },
    withdrawals: { holdings: () => held },
    withdrawalEnds: {
      all: () => burns,
      get: (id) => burns.find((one) => one.id === id),
      nextId: (account) => withdrawalOf(account[0] ?? 0),
      ofRelease: (release) => burns.find(({ id }) => id === withdrawalOf(released.get(release) ?? 0)),
    },
    openReleases: () => [...released.keys()],
  };
  return {
    parts,
    open: (number: bigint) => void open.push({ number }),
    end: (number: bigint, block: number) =>
      void deposits.push([number, { outcome: "minted", batch: toHex(filled(32, block)), block }]),
    hold: (byte: number) => void held.push({ account: filled(32, byte), currency: "XUS" }),
    burn: (byte: number, block: number) => {
      const account = toHex(filled(32, byte));
      const where = { batch: toHex(filled(32, block)), block };
      burns.push({
        type: "given-back",
        to: account,
        id: withdrawalOf(byte),
        account,
        currency: "XUS",
        amount: "1",
        ...where,
      });
    },
    owe: (release: number, byte: number) => void released.set(release, byte),
  };
};

const page = (parts: OrderedParts, from: Place | undefined, count: number): readonly PlacedTransfer[] => {
  const taken: PlacedTransfer[] = [];
  for (const one of transfersFrom(parts, from)) if (taken.push(one) === count) break;
  return taken;
};

/** Reads page by page, as a client does, and does something between each two. */
const readAll = (parts: OrderedParts, count: number, between: (page: number) => void = () => undefined) => {
  const ids: string[] = [];
  let from: Place | undefined;
  for (let i = 0; i < 100; i++) {
    const taken = page(parts, from, count);
    ids.push(...taken.map(({ id }) => id));
    const last = taken.at(-1);
    if (last === undefined || taken.length < count) return ids;
    from = readCursor(place, writeCursor(last.after));
    between(i);
  }
  throw new Error("expected the list to end");
};

/** Four deposits and three withdrawals that ended, and some that haven't. */
const example = () => {
  const known = createKnown();
  for (const [number, block] of [
    [1n, 5],
    [2n, 5],
    [3n, 7],
    [4n, 9],
  ] as const)
    known.end(number, block);
  for (const [byte, block] of [
    [1, 6],
    [2, 7],
    [3, 9],
  ] as const)
    known.burn(byte, block);
  known.owe(0, 2);
  for (const number of [5n, 6n, 7n]) known.open(number);
  for (const byte of [9, 8]) known.hold(byte);
  return known;
};

const ORDER = [
  ...["deposit-7", "deposit-6", "deposit-5"],
  ...[8, 9].map(withdrawalOf),
  withdrawalOf(2),
  ...["deposit-4", withdrawalOf(3), "deposit-3", withdrawalOf(1), "deposit-2", "deposit-1"],
];

describe("the list of transfers", () => {
  it("has what hasn't ended first, then the newest that has, each once", () => {
    expect(readAll(example().parts, 100)).toEqual(ORDER);
  });

  it.each([1, 2, 3, 5])("is the same read %i at a time", (count) => {
    expect(readAll(example().parts, count)).toEqual(ORDER);
  });

  it("shows all that was there, and nothing twice, whatever comes in meanwhile", () => {
    const known = example();
    const ids = readAll(known.parts, 2, (i) => {
      known.open(BigInt(100 + i));
      known.end(BigInt(200 + i), 20 + i);
      known.burn(100 + i, 20 + i);
    });
    expect(ids.filter((id) => ORDER.includes(id))).toEqual(ORDER);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("goes on where another relayer ended a page: places are the journal's", () => {
    const [one, other] = [example().parts, example().parts];
    const first = page(one, undefined, 8);
    const rest = page(other, first.at(-1)?.after, 100);
    expect([...first, ...rest].map(({ id }) => id)).toEqual(ORDER);
  });
});

describe("a cursor", () => {
  it.each(["", "x", "e30", writeCursor({ of: "ended", deposits: -1, burns: 0 }), writeCursor({ of: "deposits" })])(
    "that no page has named is refused: %s",
    (text) => {
      expect(() => readCursor(place, text)).toThrow(expect.objectContaining({ code: "request/cursor" }));
    },
  );
});
