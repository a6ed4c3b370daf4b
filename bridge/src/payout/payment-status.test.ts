import { describe, expect, it } from "vitest";
import type { Ledger } from "../ledger/ledger.js";
import { exampleConfig } from "../testing/config.js";
import { owing, releaseOf, sentFor } from "../testing/payouts.js";
import { refusal } from "../testing/refusal.js";
import { createWorld, START, type World } from "../testing/world.js";
import { confirmationOf, type PendingPayout } from "./confirmation.js";

const LEDGER = owing([releaseOf(), releaseOf(), releaseOf()]);
const EXPIRY = START / 1000n + 300n;
const PENDING: PendingPayout = { index: 1n, sequenceNumber: 9n, expirationTimestampSecs: EXPIRY };

const confirm = (sequenceNumber: bigint, change: (world: World) => void = () => undefined, ledger: Ledger = LEDGER) => {
  const world = createWorld(ledger);
  world.diem.custody = { account: { sequenceNumber } };
  change(world);
  return confirmationOf(exampleConfig, ledger, world.facts().diem, PENDING);
};

const sent =
  (...indices: bigint[]) =>
  ({ diem }: World): void =>
    void diem.sent.push(...indices.map((index) => sentFor(index)));

describe("a signed payout", () => {
  it("is pending while its sequence number is unused and its time isn't over", () => {
    expect(confirm(9n)).toEqual({ type: "pending" });
    expect(confirm(8n)).toEqual({ type: "pending" });
    const justBefore = ({ diem }: World): void => {
      diem.time = EXPIRY * 1000n - 1n;
    };
    expect(confirm(9n, justBefore)).toEqual({ type: "pending" });
  });

  it("is paid once its sent event is proven, whichever transaction it came by", () => {
    expect(confirm(10n, sent(2n, 1n))).toEqual({
      type: "paid",
      payment: { number: 1n, index: 1n, transactionVersion: 100n },
    });
    expect(confirm(9n, sent(1n)).type).toBe("paid");
  });

  it("is paid once the ledger has folded its payment", () => {
    const folded: Ledger = { ...LEDGER, paid: { sent: 1n, next: 2n, open: [{ from: 0n, to: 1n }] } };
    expect(confirm(10n, sent(1n), folded)).toEqual({ type: "paid", payment: undefined });
  });

  it("is aborted where its sequence number is used and no payment names its release", () => {
    expect(confirm(10n)).toEqual({ type: "aborted" });
    expect(confirm(11n, sent(0n))).toEqual({ type: "aborted" });
  });

  it("is expired once proven time is past its end and its sequence number unused", () => {
    const late = ({ diem }: World): void => {
      diem.time = EXPIRY * 1000n;
    };
    expect(confirm(9n, late)).toEqual({ type: "expired" });
    expect(confirm(10n, late)).toEqual({ type: "aborted" });
    const paidLate = (world: World): void => {
      late(world);
      sent(1n)(world);
    };
    expect(confirm(10n, paidLate).type).toBe("paid");
  });

  it("can't be told from a ledger info older than the ledger's, nor past a payment of no known release", () => {
    const folded: Ledger = { ...LEDGER, paid: { sent: 1n, next: 1n, open: [] } };
    expect(refusal(() => confirm(9n, undefined, folded))).toBe("refused/diem-behind");
    expect(refusal(() => confirm(9n, sent(7n)))).toBe("refused/unknown-payment");
  });
});
