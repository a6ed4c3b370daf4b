import { TERM } from "@pdiem/bridge/checkpoint/check-checkpoint";
import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import type { Signers } from "@pdiem/bridge/config/guardians";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { exampleConfig, filled, HOUR } from "@pdiem/bridge/testing/config";
import { thrownBy } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { checkStatement, type Observed, walkedTime } from "./check-statement.js";
import { expectedSigners } from "./expected-signers.js";

const NOW = 1_800_000_000_000n;
const SKEW = exampleConfig.maxSkew;

/** Epochs 1 to 3 and sets 10 to 12: one was left a day ago, the next an hour ago. */
const way = (first: bigint, mark: number) => [
  { number: first, hash: filled(32, mark), leftAt: NOW - 24n * HOUR },
  { number: first + 1n, hash: filled(32, mark + 1), leftAt: NOW - HOUR },
  { number: first + 2n, hash: filled(32, mark + 2), leftAt: undefined },
];

const governance = initialGovernance(exampleConfig);
const next = { keys: [filled(32, 41)], threshold: 1, freezer: filled(32, 0x21) };
const changing = {
  ...governance,
  delayed: [{ action: { type: "guardians", value: next } as const, from: 0n, due: 1n }],
};

const observed: Observed = {
  walked: {
    lightClients: initialLightClientState(exampleConfig),
    diem: way(1n, 1),
    relay: way(10n, 11),
    times: { diem: NOW + 20_000n, parachain: NOW },
  },
  signers: expectedSigners(governance),
  specVersion: 900,
};

const present: Checkpoint = {
  diem: { epoch: 3n, hash: filled(32, 3) },
  relay: { setId: 12n, hash: filled(32, 13) },
  time: NOW,
  nonces: undefined,
  specVersions: [900],
  signers: expectedSigners(governance),
};

const verdict = (change: Partial<Checkpoint>, seen: Observed = observed): string => {
  const error = thrownBy(() => checkStatement(exampleConfig, seen, { ...present, ...change }));
  return error === undefined ? "signed" : `${error.code} ${error.retry}`;
};

describe("a checkpoint that a guardian is to sign", () => {
  it("states the earlier of both chains' times", () => {
    expect(walkedTime(observed.walked)).toBe(NOW);
    expect(walkedTime({ times: { diem: 5n, parachain: 6n } })).toBe(5n);
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

describe("PROTOCOL 6: who may sign the next checkpoint", () => {
  const [inForce] = expectedSigners(governance) as [Signers];
  const stranger: Signers = { keys: [filled(32, 99)], threshold: 1 };
  const pending: Signers = { keys: next.keys, threshold: 1 };
  const deciding: Observed = { ...observed, signers: expectedSigners(changing) };

  it("are the guardians in force, and from the decision of a change those to come", () => {
    expect(expectedSigners(governance)).toEqual([inForce]);
    expect(expectedSigners(changing)).toEqual([inForce, pending]);
    expect(verdict({ signers: [inForce, pending] }, deciding)).toBe("signed");
    expect(verdict({ signers: [inForce] }, deciding)).toBe("signed");
  });

  it("are nobody that guardians haven't decided, and first those in force", () => {
    expect(verdict({ signers: [inForce, pending] })).toBe("checkpoint/foreign-signers never");
    expect(verdict({ signers: [inForce, stranger] }, deciding)).toBe("checkpoint/foreign-signers never");
    expect(verdict({ signers: [pending, inForce] }, deciding)).toBe("checkpoint/signers never");
    expect(verdict({ signers: [{ ...inForce, threshold: 1 }] })).toBe("checkpoint/signers never");
    expect(verdict({ signers: [] })).toBe("checkpoint/signers never");
  });
});

it("PROTOCOL 6: a checkpoint names the running runtime, whatever else it names", () => {
  expect(verdict({ specVersions: [900, 901] })).toBe("signed");
  expect(verdict({ specVersions: [901] })).toBe("checkpoint/spec-version never");
  expect(verdict({ specVersions: [] })).toBe("checkpoint/spec-version never");
});
