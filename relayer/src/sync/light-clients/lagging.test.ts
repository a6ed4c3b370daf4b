import { describe, expect, it } from "vitest";
import { furthestBack, isBehind, type Lagging } from "./lagging.js";

const at = (epoch: bigint | undefined, version: bigint, setId: bigint, number: number): Lagging => ({
  diem: { epoch, version },
  relay: { setId, number },
});

describe("light clients", () => {
  it("are behind in an earlier epoch or set, a waypoint before any epoch", () => {
    const one = at(3n, 50n, 7n, 100);
    expect(isBehind(at(3n, 1n, 7n, 1), one)).toBe(false);
    expect(isBehind(at(2n, 49n, 9n, 200), one)).toBe(true);
    expect(isBehind(at(4n, 60n, 6n, 90), one)).toBe(true);
    expect(isBehind(at(undefined, 0n, 7n, 100), at(0n, 1n, 7n, 100))).toBe(true);
  });

  it("have proofs begin where each chain's is furthest back", () => {
    const [one, other] = [at(3n, 50n, 7n, 100), at(2n, 70n, 7n, 101)];
    expect(furthestBack(one, other)).toEqual({ diem: other.diem, relay: one.relay });
    expect(furthestBack(other, one)).toEqual(furthestBack(one, other));
    expect(furthestBack(at(3n, 49n, 8n, 90), one)).toEqual(at(3n, 49n, 7n, 100));
    expect(furthestBack(at(undefined, 99n, 7n, 100), one).diem.epoch).toBeUndefined();
  });
});
