import type { Holders } from "@pdiem/bridge/config/holders";
import type { Part } from "@pdiem/bridge/holders/roll";
import { HELD_BY_THREE } from "@pdiem/bridge/testing/holders";
import { concat, toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { frost, identifierOf, signersOf } from "../signer/frost.js";
import { dealShares, draftKey, finishKey, type SharesBySlot } from "./key-generation.js";

const { holders } = HELD_BY_THREE;
if (holders === undefined) throw new Error("expected holders");
const three: Holders = holders;
const SLOTS = [1, 2, 3];

const begin = () => {
  const drafts = SLOTS.map((slot) => draftKey(three, slot));
  const parts: readonly Part[] = drafts.map(({ commitments, proof }, i) => ({
    handoverKey: new Uint8Array(32).fill(i + 1),
    challenge: new Uint8Array(32),
    commitments,
    proof,
  }));
  return { drafts, parts };
};

const { drafts, parts } = begin();
const draftOf = (slot: number) => {
  const draft = drafts[slot - 1]?.draft;
  if (draft === undefined) throw new RangeError("expected one of three slots");
  return draft;
};
const given = SLOTS.map((slot) => dealShares(draftOf(slot), slot, parts));
const receivedBy = (slot: number): SharesBySlot =>
  new Map(
    given.flatMap((shares, i): [number, Uint8Array][] =>
      i + 1 === slot ? [] : [[i + 1, shares.get(slot) ?? new Uint8Array()]],
    ),
  );
const finish = (slot: number, received = receivedBy(slot)) => finishKey(three, draftOf(slot), slot, parts, received);

describe("key generation", () => {
  it("gives every slot another share of the same key, and the same whenever it is asked", () => {
    const made = SLOTS.map((slot) => finish(slot));
    expect(new Set(made.map(({ groupKey }) => toHex(groupKey))).size).toBe(1);
    expect(new Set(made.map(({ share }) => toHex(share))).size).toBe(3);
    expect(new Set(made.flatMap(({ verifyingShares }) => verifyingShares.map(toHex))).size).toBe(3);
    expect(finish(1)).toEqual(made[0]);
    expect([...dealShares(draftOf(1), 1, parts).keys()]).toEqual([2, 3]);
  });

  it("makes no key whose group key is the identity, as whoever knows all secrets can ask for", () => {
    const { Fn } = frost.utils;
    const [one, two] = [frost.utils.randomScalar(), frost.utils.randomScalar()];
    const third = Fn.toBytes(Fn.neg(Fn.add(Fn.fromBytes(one), Fn.fromBytes(two))));
    const made = [one, two, third].map((secret, i) =>
      frost.DKG.round1(identifierOf(i + 1), signersOf(three), new Uint8Array(secret)),
    );
    const shown: readonly Part[] = parts.map((part, i) => ({
      ...part,
      commitments: made[i]?.public.commitment ?? [],
      proof: made[i]?.public.proofOfKnowledge ?? new Uint8Array(),
    }));
    const dealt = made.map(({ secret }, i) => dealShares(secret, i + 1, shown));
    const received = new Map([2, 3].map((from) => [from, dealt[from - 1]?.get(1) ?? new Uint8Array()]));
    const [own] = made;
    if (own === undefined) throw new Error("expected three drafts");
    expect(() => finishKey(three, own.secret, 1, shown, received)).toThrow(
      expect.objectContaining({ code: "refused/ceremony-parts", message: expect.stringContaining("identity") }),
    );
  });

  it("names who gave a share that doesn't fit its commitments", () => {
    const right = receivedBy(1);
    for (const from of [2, 3]) {
      const share = right.get(from) ?? new Uint8Array();
      const wrongs = [
        share.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
        new Uint8Array(32),
        new Uint8Array(32).fill(0xff),
        given[from - 1]?.get(from === 2 ? 3 : 2) ?? new Uint8Array(),
        concat(share, Uint8Array.of(0)),
        new Uint8Array(),
      ];
      for (const wrong of wrongs)
        expect(() => finish(1, new Map([...right, [from, wrong]]))).toThrow(
          expect.objectContaining({
            code: "refused/ceremony-share",
            message: expect.stringContaining(`slot ${from} is at fault`),
          }),
        );
    }
  });

  it("takes no parts of others that another key's generation showed", () => {
    const others = begin().parts;
    const mixed = parts.map((one, i) => (i === 2 ? { ...one, commitments: others[2]?.commitments ?? [] } : one));
    expect(() => dealShares(draftOf(1), 1, mixed)).toThrow(expect.objectContaining({ code: "refused/ceremony-parts" }));
    const swapped = parts.map((one, i) => ({ ...one, commitments: parts[i === 1 ? 2 : i]?.commitments ?? [] }));
    expect(() => dealShares(draftOf(1), 1, swapped)).toThrow(
      expect.objectContaining({ code: "refused/ceremony-parts" }),
    );
  });
});
