import { exampleConfig } from "@pdiem/bridge/testing/config";
import { START_SEQUENCE } from "@pdiem/bridge/testing/diem-world";
import { owing, releaseOf, sentFor } from "@pdiem/bridge/testing/payouts";
import { contextIn, createWorld, START } from "@pdiem/bridge/testing/world";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { paymentStatus } from "./payment-status.js";

const LEDGER = owing([releaseOf(), releaseOf(), releaseOf(), releaseOf()]);
const EXPIRY = (START + exampleConfig.maxSkew) / 1_000n;

/** Asks for release 2 where `used` sequence numbers are used and the events name these releases. */
const status = (used: bigint, paid: readonly (bigint | undefined)[], eventsBefore = 0n, time = START, from = 0n) => {
  const ledger = { ...LEDGER, paid: { releases: from, events: from } };
  const world = createWorld(ledger);
  world.setTime(time);
  world.diem.custody = { account: { sequenceNumber: START_SEQUENCE + used } };
  world.diem.sent.push(...paid.map((index) => sentFor(index)));
  const { custody, facts } = contextIn(world, ledger);
  const signed = { index: 2n, expirationTimestampSecs: EXPIRY };
  return paymentStatus(ledger, custody.account, facts.diem, signed, eventsBefore);
};

describe("PROTOCOL 4: a signed payment", () => {
  it("is pending while its number is unused and its time isn't over, then expired", () => {
    expect(status(2n, [0n])).toEqual({ type: "pending" });
    expect(status(2n, [0n], 0n, EXPIRY * 1_000n - 1n)).toEqual({ type: "pending" });
    expect(status(2n, [0n], 0n, EXPIRY * 1_000n)).toEqual({ type: "expired" });
  });

  it("is paid where the event in its place names its release, at whatever time", () => {
    const paid = { type: "paid", payment: { number: 1n, index: 2n, amount: 1_000n, currency: "XUS" } };
    expect(status(3n, [0n, 2n], 1n)).toMatchObject(paid);
    expect(status(4n, [0n, 2n, 3n], 1n, EXPIRY * 1_000n)).toMatchObject(paid);
    expect(status(3n, [0n, 2n], 1n, START, 1n)).toMatchObject(paid);
  });

  it("is aborted where its number is used and its place holds a later release's event, or none", () => {
    expect(status(3n, [0n, 1n], 2n)).toEqual({ type: "aborted" });
    expect(status(4n, [0n, 3n], 1n)).toEqual({ type: "aborted" });
    expect(status(3n, [], 0n)).toEqual({ type: "aborted" });
  });

  it("needs its true place among the events", () => {
    for (const place of [0n, 2n, 3n, 4n])
      expect(outcome(() => status(4n, [0n, 2n, 3n], place))).toBe("proof/not-shown");
    expect(outcome(() => status(3n, [0n, 2n], 0n, START, 1n))).toBe("proof/not-shown");
    expect(outcome(() => status(3n, [undefined], 0n))).toBe("refused/unknown-payment");
  });

  it("isn't told once the ledger has folded its release", () => {
    expect(outcome(() => status(3n, [0n, 1n, 2n], 3n, START, 3n))).toBe("refused/already-folded");
  });
});
