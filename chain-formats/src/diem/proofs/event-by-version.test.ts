import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { accepted, flips } from "@pdiem/light-client/diem/testing/mutations";
import { paymentLedger, RECEIVED, versionOf } from "@pdiem/light-client/diem/testing/payments";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { type EventByVersionWithProof, eventByVersionWithProof, verifyEventByVersion } from "./event-by-version.js";

const ledger = paymentLedger(5);
const verified = ledger.verified();
const event = (payment: number) => ledger.proveEvent(versionOf(payment), 1);
const bounds = (lower?: number, upper?: number): EventByVersionWithProof => ({
  lowerBoundIncl: lower === undefined ? undefined : event(lower),
  upperBoundExcl: upper === undefined ? undefined : event(upper),
});
const check = (version: number, proof: EventByVersionWithProof, count?: bigint) =>
  outcome(() => verifyEventByVersion(verified, { key: RECEIVED, version: BigInt(version), count }, proof));

describe("an event-by-version proof", () => {
  test("shows both neighbours of a version in the stream", () => {
    const query = { key: RECEIVED, version: 6n, count: 5n };
    const { lowerBound, upperBound } = verifyEventByVersion(verified, query, bounds(2, 3));
    expect([lowerBound?.event.sequenceNumber, upperBound?.event.sequenceNumber]).toEqual([2n, 3n]);
  });

  test("counts an event at the version itself as the lower one", () => {
    expect(check(5, bounds(2, 3), 5n)).toBe("accepted");
    expect(check(7, bounds(2, 3), 5n)).toBe("proof/event-by-version");
    expect(check(4, bounds(2, 3), 5n)).toBe("proof/event-by-version");
  });

  test("shows the ends of the stream, given the count", () => {
    expect(check(0, bounds(undefined, 0), 5n)).toBe("accepted");
    expect(check(9, bounds(4), 5n)).toBe("accepted");
    expect(check(9, bounds(), 0n)).toBe("accepted");
  });

  test("is refused with events hidden between, before or after", () => {
    expect(check(6, bounds(1, 3), 5n)).toBe("proof/event-by-version");
    expect(check(0, bounds(undefined, 1), 5n)).toBe("proof/event-by-version");
    expect(check(9, bounds(3), 5n)).toBe("proof/event-by-version");
    expect(check(9, bounds(), 5n)).toBe("proof/event-by-version");
    expect(check(6, bounds(2, 3), 3n)).toBe("proof/event-by-version");
  });

  test("is refused for a version after the ledger info's and for another stream", () => {
    expect(check(10, bounds(4), 5n)).toBe("proof/version-too-new");
    const other = { key: RECEIVED.slice().fill(7), version: 6n };
    expect(outcome(() => verifyEventByVersion(verified, other, bounds(2, 3)))).toBe("proof/event-key");
  });

  test("fails with any byte flipped", () => {
    const bytes = encode(eventByVersionWithProof, bounds(2, 3)).slice();
    const run = (other: Uint8Array) =>
      verifyEventByVersion(verified, { key: RECEIVED, version: 6n, count: 5n }, decode(eventByVersionWithProof, other));
    run(bytes);
    expect(accepted(flips(bytes), run)).toEqual([]);
  });
});
