/** PROTOCOL 7a: shares are judged by the signature that they add up to, or each alone. */
import { ed25519_FROST as frost } from "@noble/curves/ed25519.js";
import type { HandleCommitments } from "@pdiem/enclave/wire/signing";
import { utf8 } from "@pdiem/light-client/bytes";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { describe, expect, it } from "vitest";
import { createSessionJudge } from "./session-judge.js";
import { sessionShares } from "./session-shares.js";

const { public: key, secretShares } = frost.trustedDealer({ min: 3, max: 5 });
const [groupKey = new Uint8Array()] = key.commitments;
const idOf = (slot: number): string => frost.Identifier.fromNumber(slot);
const messages = ["one payment", "another", "a third"].map(utf8);
const SLOTS = [1, 3, 4];
const publicPackage = {
  roll: new Uint8Array(32),
  groupKey,
  slots: [1, 2, 3, 4, 5].map((slot) => ({
    verifyingShare: key.verifyingShares[idOf(slot)] ?? new Uint8Array(),
    platform: undefined,
  })),
};

const secretOf = (slot: number) => {
  const secret = secretShares[idOf(slot)];
  if (secret === undefined) throw new Error("expected a share");
  return secret;
};

const parts = messages.map((message) => {
  const committed = SLOTS.map((slot) => ({ slot, ...frost.commit(secretOf(slot)) }));
  const list = committed.map(({ commitments }) => commitments);
  return committed.map(({ slot, nonces, commitments }) => ({
    slot,
    commitments,
    share: frost.signShare(secretOf(slot), key, nonces, list, message),
  }));
});

const of = <T>(slot: number, pick: (part: (typeof parts)[number][number]) => T): readonly T[] =>
  parts.flatMap((all) => all.filter((part) => part.slot === slot).map(pick));

const members = new Map(
  SLOTS.map((slot) => [
    slot,
    of(slot, ({ commitments: { hiding, binding } }): HandleCommitments => {
      return { handle: new Uint8Array(32), nonces: { hiding, binding } };
    }),
  ]),
);

const sharesOf = (slot: number): readonly Uint8Array[] => of(slot, ({ share }) => share);
const wrongAt = (slot: number, wrong: number): readonly Uint8Array[] =>
  sharesOf(slot).map((share, i) => (i === wrong ? share.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) : share));

const begin = () => createSessionJudge(sessionShares(publicPackage, messages, members));

const expectSignatures = (signatures: readonly Uint8Array[]): void =>
  expect(signatures.map((one, i) => verifyStrict(groupKey, messages[i] ?? new Uint8Array(), one))).toEqual(
    messages.map(() => true),
  );

describe("shares of a session", () => {
  it("are good where they add up to valid signatures", async () => {
    const judge = begin();
    expect(await Promise.all(SLOTS.map((slot) => judge.isGood(slot, sharesOf(slot))))).toEqual([true, true, true]);
    expectSignatures(await judge.signatures());
  });

  it("name each slot that is wrong, for whichever messages it is", async () => {
    const judge = begin();
    const given = [wrongAt(1, 1), sharesOf(3), wrongAt(4, 2)];
    expect(await Promise.all(SLOTS.map((slot, i) => judge.isGood(slot, given[i] ?? [])))).toEqual([false, true, false]);
    await expect(judge.signatures()).rejects.toMatchObject({ code: "holders/signature" });
  });

  it("wait for the others', unless each is judged alone", async () => {
    const judge = begin();
    const told: string[] = [];
    const tell = (name: string) => (isGood: boolean) => void told.push(`${name} ${isGood}`);
    const first = judge.isGood(1, sharesOf(1)).then(tell("1"));
    const second = judge.isGood(3, wrongAt(3, 0)).then(tell("3"));
    for (let turns = 0; turns < 100; turns++) await new Promise(setImmediate);
    expect(told).toEqual([]);
    judge.judgeEach();
    await Promise.all([first, second]);
    expect([...told].sort()).toEqual(["1 true", "3 false"]);
    expect(await judge.isGood(4, wrongAt(4, 2))).toBe(false);
  });

  it("still add up once each was judged alone", async () => {
    const judge = begin();
    judge.judgeEach();
    for (const slot of SLOTS) expect(await judge.isGood(slot, sharesOf(slot))).toBe(true);
    expectSignatures(await judge.signatures());
  });

  it("are wrong at once where one is missing", async () => {
    const judge = begin();
    const [first, second] = sharesOf(1);
    for (const answered of [[], [first, second], [first, second, undefined], [...sharesOf(1), first]])
      expect(await judge.isGood(1, answered)).toBe(false);
  });
});
