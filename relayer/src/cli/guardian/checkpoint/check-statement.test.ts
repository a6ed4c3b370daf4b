import { TERM } from "@pdiem/bridge/checkpoint/term";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { exampleConfig, filled, HOUR } from "@pdiem/bridge/testing/config";
import { isPdiemError } from "@pdiem/light-client/error";
import { describe, expect, it } from "vitest";
import type { WalkedChains } from "../../../sync/light-clients/ratchet-chains.js";
import { checkStatement, walkedTime } from "./check-statement.js";

const NOW = 1_800_000_000_000n;
const SKEW = exampleConfig.maxSkew;

/** Epochs 1 to 3 and sets 10 to 12: one was left a day ago, the next an hour ago. */
const way = (first: bigint, mark: number) => [
  { number: first, hash: filled(32, mark), leftAt: NOW - 24n * HOUR },
  { number: first + 1n, hash: filled(32, mark + 1), leftAt: NOW - HOUR },
  { number: first + 2n, hash: filled(32, mark + 2), leftAt: undefined },
];

const walked: WalkedChains = {
  heads: initialHeads(exampleConfig),
  diem: way(1n, 1),
  relay: way(10n, 11),
  times: { diem: NOW + 20_000n, parachain: NOW },
};

const present = {
  diem: { epoch: 3n, hash: filled(32, 3) },
  relay: { setId: 12n, hash: filled(32, 13) },
  time: NOW,
  nonce: undefined,
};

const verdict = (change: Partial<typeof present>): string => {
  try {
    checkStatement(exampleConfig, walked, { ...present, ...change });
    return "signed";
  } catch (error) {
    if (isPdiemError(error)) return `${error.code} ${error.retry}`;
    throw error;
  }
};

describe("a checkpoint that a guardian is to sign", () => {
  it("states the earlier of both chains' times", () => {
    expect(walkedTime(walked)).toBe(NOW);
    expect(walkedTime({ ...walked, times: { diem: 5n, parachain: 6n } })).toBe(5n);
  });

  it("may name the sets in force, and those that were at its time", () => {
    expect(verdict({})).toBe("signed");
    const before = { diem: { epoch: 2n, hash: filled(32, 2) }, relay: { setId: 11n, hash: filled(32, 12) } };
    expect(verdict({ ...before, time: NOW - 2n * HOUR })).toBe("signed");
    expect(verdict({ ...before, time: NOW - HOUR + SKEW })).toBe("signed");
  });

  it("names no set that was left before its time: its keys may be anybody's", () => {
    expect(verdict({ diem: { epoch: 2n, hash: filled(32, 2) } })).toBe("checkpoint/former-set never");
    expect(verdict({ relay: { setId: 11n, hash: filled(32, 12) } })).toBe("checkpoint/former-set never");
    const first = { diem: { epoch: 1n, hash: filled(32, 1) } };
    expect(verdict({ ...first, time: NOW - 24n * HOUR + SKEW + 1n })).toBe("checkpoint/former-set never");
  });

  it("names no set that one's own chains didn't go through", () => {
    expect(verdict({ diem: { epoch: 3n, hash: filled(32, 99) } })).toBe("checkpoint/foreign-set never");
    expect(verdict({ relay: { setId: 12n, hash: filled(32, 99) } })).toBe("checkpoint/foreign-set never");
    expect(verdict({ diem: { epoch: 0n, hash: filled(32, 1) } })).toBe("checkpoint/foreign-set never");
  });

  it("waits for one's own nodes where it is ahead of them", () => {
    expect(verdict({ diem: { epoch: 4n, hash: filled(32, 4) } })).toBe("checkpoint/behind later");
    expect(verdict({ relay: { setId: 13n, hash: filled(32, 14) } })).toBe("checkpoint/behind later");
    expect(verdict({ time: NOW + SKEW })).toBe("signed");
    expect(verdict({ time: NOW + SKEW + 1n })).toBe("checkpoint/early later");
  });

  it("isn't one whose term is over already", () => {
    const old = { diem: { epoch: 1n, hash: filled(32, 1) }, relay: { setId: 10n, hash: filled(32, 11) } };
    expect(verdict({ ...old, time: NOW - TERM + SKEW + 1n })).toBe("signed");
    expect(verdict({ ...old, time: NOW - TERM + SKEW })).toBe("checkpoint/lapsed never");
  });
});
