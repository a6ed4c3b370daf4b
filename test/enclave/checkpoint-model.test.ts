/**
 * Half a year in the life of a bridge whose host rolls enclaves back and clones them. It gets the
 * keys of every set 14 days after it was left. What the enclave's own code signs for it on forks
 * must be worth nothing.
 */

import { TERM } from "@pdiem/bridge/checkpoint/check-checkpoint";
import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { ENCLAVE_SEED, filled, HOUR } from "@pdiem/bridge/testing/config";
import { makeHandoverEnd } from "@pdiem/enclave/handover/handover-end";
import { createNonces } from "@pdiem/enclave/handover/nonces";
import type { RequestOf, ResponseOf } from "@pdiem/enclave/routes";
import { custodyKeyOf } from "@pdiem/enclave/signer/custody-key";
import type { Holder, Process } from "@pdiem/enclave/state/enclave-state";
import { initialKept, type Kept } from "@pdiem/enclave/state/kept";
import { type PureRoute, transition } from "@pdiem/enclave/transition";
import { VENDOR_ROOTS } from "@pdiem/enclave-verifier/roots";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { hashOfText } from "@pdiem/light-client/diem/testing/ledger";
import { validators } from "@pdiem/light-client/diem/testing/validators";
import { isPdiemError } from "@pdiem/light-client/error";
import fc from "fast-check";
import { expect, it } from "vitest";
import { checkpointOn, checkpointRequest, vouchFor } from "./checkpoint-requests.js";
import { OWING, payableWorld, payoutRequest } from "./payout-requests.js";
import {
  asOlder,
  changeAuthority,
  changeValidators,
  FIRST_LINE,
  type Line,
  type NamedNext,
  provableConfig,
  prove,
  SIMULATED_MEASUREMENT,
} from "./proofs.js";
import { BRIDGE_ID } from "./requests.js";

const DAY = 24n * HOUR;
const { rootsTime, maxSkew } = provableConfig;

/** One chain's part of a line, who may go on with it, and since when. */
interface Branch {
  readonly line: Line;
  /**
   * When the host gets the keys of those who sign at its end, ms. It is undefined while they are
   * the present ones.
   */
  readonly keysAt: bigint | undefined;
  /** How many of its sets are the true chain's. */
  readonly trueSets: number;
}

/** What an enclave kept, and the branches that it had come along. */
interface File {
  readonly kept: Kept;
  readonly diem: Branch;
  readonly relay: Branch;
}

interface Host {
  now: bigint;
  /** Grows with every block and ledger info that is made, on any line. */
  height: number;
  /** The true chains' last, and every other one that has been left or forged. */
  readonly diem: Branch[];
  readonly relay: Branch[];
  readonly checkpoints: { readonly signed: SignedCheckpoint; readonly diem: number; readonly relay: number }[];
  /** All that any enclave ever kept. */
  readonly files: File[];
  /** What the enclave that nobody rolls back keeps. */
  current: Kept;
  readonly seen: Map<string, number>;
}

const last = <T>(items: readonly T[]): T => {
  const item = items.at(-1);
  if (item === undefined) throw new Error("expected at least one");
  return item;
};
const pick = <T>(items: readonly T[], n: number): T => {
  const item = items[n % items.length];
  if (item === undefined) throw new Error("expected at least one");
  return item;
};

const note = ({ seen }: Host, what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);

const presentOf = (branches: readonly Branch[]): Branch => {
  const present = branches.find(({ keysAt }) => keysAt === undefined);
  if (present === undefined) throw new Error("expected the true chain");
  return present;
};

const joined = (diem: Branch, relay: Branch): Line => {
  const { epochEnds, epoch, validators: signers } = diem.line;
  return { ...relay.line, epochEnds, epoch, validators: signers };
};

const END = makeHandoverEnd();
const PROCESS: Process = { nonces: createNonces(filled(32, 1)), roots: VENDOR_ROOTS };

const holderWith = (kept: Kept): Holder => ({
  role: "holder",
  kept,
  config: provableConfig,
  bridgeId: BRIDGE_ID,
  end: END,
  key: custodyKeyOf(ENCLAVE_SEED.slice()),
  measurement: SIMULATED_MEASUREMENT,
  isMaker: false,
});

/** Runs a verb as the enclave does: what it gives to keep is kept, whatever comes of the answer. */
const run = <R extends PureRoute>(kept: Kept, route: R, request: RequestOf<R>): [Kept, ResponseOf<R> | string] => {
  let after = kept;
  try {
    const { state, respond } = transition(holderWith(kept), route, request, PROCESS);
    if (state.role !== "empty") after = state.kept;
    return [after, respond()];
  } catch (error) {
    if (isPdiemError(error)) return [after, error.code];
    throw error;
  }
};

/** Where facts are proven. */
interface Point {
  readonly line: Line;
  readonly time: bigint;
  /**
   * Signers that the proofs' last block and ledger info name as next, the first time that they are
   * shown.
   */
  readonly next?: NamedNext;
  /** Whether the light clients have come past the sets that sign. */
  readonly isPassed?: boolean;
}

/** All of a world in which releases are owed, at that point. */
const proveAt = (host: Host, { line, time, next, isPassed = false }: Point): ProofBundle => {
  const world = payableWorld();
  world.setTime(time);
  host.height += 2;
  return isPassed ? asOlder(prove(world, host.height, line), line) : prove(world, host.height, line, next);
};

const show = (host: Host, kept: Kept, point: Point, signed: readonly SignedCheckpoint[]): Kept => {
  const [after, answer] = run(kept, "checkpoint", checkpointRequest(proveAt(host, point), signed, OWING));
  note(host, typeof answer === "string" ? `shown ${answer}` : "shown and taken");
  return after;
};

const askForPayout = (host: Host, kept: Kept, point: Point): [Kept, bigint | string] => {
  const [after, answer] = run(kept, "payout", payoutRequest(proveAt(host, point)));
  if (typeof answer === "string") return [after, answer];
  const [payment] = answer.payments;
  return [after, (payment?.expirationTimestampSecs ?? 0n) * 1000n];
};

/** Leaves the true chain's present set for another, whose keys nobody else has. */
const elect = (host: Host, chain: "diem" | "relay"): void => {
  const branches = host[chain];
  const present = presentOf(branches);
  host.height += 2;
  const name = branches.length;
  const line =
    chain === "diem"
      ? changeValidators(present.line, host.height, host.now, validators(4, 10 * name))
      : changeAuthority(present.line, host.height, filled(32, 100 + name));
  branches.splice(branches.indexOf(present), 1, { ...present, keysAt: host.now + TERM + 1n });
  branches.push({ line, keysAt: undefined, trueSets: present.trueSets + 1 });
};

/** Goes on from a branch with keys that the host has, to keys of its own. */
const forge = (host: Host, chain: "diem" | "relay", from: Branch, time: bigint): Branch => {
  host.height += 2;
  const name = host.height;
  const line =
    chain === "diem"
      ? changeValidators(from.line, host.height, time, validators(4, 10_000 + 10 * name))
      : changeAuthority(from.line, host.height, hashOfText(`forged ${name}`));
  const forged = { line, keysAt: 0n, trueSets: from.trueSets };
  host[chain].push(forged);
  return forged;
};

/** Guardians vouch for the true chain's present sets. */
const vouch = (host: Host): void => {
  const [diem, relay] = [presentOf(host.diem), presentOf(host.relay)];
  const signed = vouchFor(checkpointOn(joined(diem, relay), host.now));
  host.checkpoints.push({ signed, diem: diem.trueSets, relay: relay.trueSets });
};

const hasKeys = ({ now }: Host, { keysAt }: Branch): boolean => keysAt !== undefined && now >= keysAt;

const honest = (host: Host): void => {
  const [diem, relay] = [presentOf(host.diem), presentOf(host.relay)];
  const point = { line: joined(diem, relay), time: host.now };
  let [kept, answer] = askForPayout(host, host.current, point);
  const newest = host.checkpoints.at(-1);
  if (answer === "refused/checkpoint-lapsed" && newest !== undefined) {
    kept = show(host, kept, point, [newest.signed]);
    [kept, answer] = askForPayout(host, kept, point);
  }
  note(host, typeof answer === "string" ? `honest ${answer}` : "honest signed");
  const vouchedAt = newest?.signed.checkpoint.time ?? rootsTime;
  expect(typeof answer === "bigint").toBe(host.now <= vouchedAt + TERM - maxSkew);
  host.current = kept;
  host.files.push({ kept, diem, relay });
};

interface Attempt {
  readonly file: number;
  readonly diem: number;
  readonly relay: number;
  /**
   * When forged state claims to be, where that is the host's to choose. It is so many days after
   * the tenth before that chain's set was left.
   */
  readonly base: number;
  readonly day: number;
  readonly forges: boolean;
  /** Whether forged state is the last before the true present sets, by name. */
  readonly names: boolean;
  readonly checkpoint: number;
}

const FORGED_GUARDIAN = filled(32, 0x99);

/** What the host's own guardians vouch for. */
const forgedCheckpoints = (line: Line, time: bigint): readonly SignedCheckpoint[] => {
  const signers = [{ keys: [publicKeyOf(FORGED_GUARDIAN)], threshold: 1 }];
  return [{}, { signers }].map((given) => vouchFor(checkpointOn(line, time, given), [FORGED_GUARDIAN]));
};

/** Whether light clients that came along the one may be led on to the end of the other. */
const leadsOn = (from: Branch, to: Branch): boolean =>
  from.line.epochEnds.every((end, i) => to.line.epochEnds[i] === end) &&
  from.line.setChanges.every((change, i) => to.line.setChanges[i] === change);

const laterOf = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const attack = (host: Host, { file, diem: d, relay: r, base, day, forges, names, checkpoint }: Attempt): void => {
  const from = pick(host.files, file);
  const usable = (branches: readonly Branch[], start: Branch): readonly Branch[] =>
    branches.filter((one) => leadsOn(start, one) && (hasKeys(host, one) || one.keysAt === undefined));
  const [diems, relays] = [usable(host.diem, from.diem), usable(host.relay, from.relay)];
  if (diems.length === 0 || relays.length === 0) return;
  let [diem, relay] = [pick(diems, d), pick(relays, r)];
  const isForged = [hasKeys(host, diem), hasKeys(host, relay)] as const;
  if (!isForged.includes(true)) return;
  // A chain whose keys the host hasn't shows what is true, and that now.
  const leftAt = pick([diem, relay], base).keysAt ?? host.now;
  const time = isForged.includes(false)
    ? host.now
    : rootsTime + DAY + laterOf(leftAt - TERM - 10n * DAY - rootsTime, 0n) + BigInt(day) * DAY;
  if (forges && isForged[0]) diem = forge(host, "diem", diem, time);
  if (forges && isForged[1]) relay = forge(host, "relay", relay, time);
  const present = { diem: presentOf(host.diem).line, relay: presentOf(host.relay).line };
  // Sets have numbers: the fork goes on until the true present ones are next.
  while (names && isForged[0] && diem.line.epoch + 1n < present.diem.epoch) diem = forge(host, "diem", diem, time);
  while (names && isForged[1] && relay.line.setId + 1n < present.relay.setId) relay = forge(host, "relay", relay, time);
  const line = joined(diem, relay);
  const next: NamedNext = {
    diem: names && isForged[0] && diem.line.epoch + 1n === present.diem.epoch ? present.diem : undefined,
    relay: names && isForged[1] && relay.line.setId + 1n === present.relay.setId ? present.relay : undefined,
  };
  const { checkpoints } = host;
  let [kept] = askForPayout(host, from.kept, { line, time, next });
  const isNamed = next.diem !== undefined || next.relay !== undefined;
  const point = { line, time, isPassed: isNamed };
  for (const forged of forgedCheckpoints(line, time))
    expect(show(host, kept, point, [forged]).checkpoints).toEqual(kept.checkpoints);
  if (checkpoints.length > 0)
    for (const { signed } of [pick(checkpoints, checkpoint), last(checkpoints)])
      kept = show(host, kept, point, [signed]);
  const [after, answer] = askForPayout(host, kept, point);
  if (!isNamed) host.files.push({ kept: after, diem, relay });
  if (typeof answer === "string") {
    note(host, `forged ${answer}`);
    return;
  }
  note(host, "forged signed");
  // Void on the true chain, whose time has passed it by.
  expect(answer).toBeLessThanOrEqual(host.now);
  const times = checkpoints
    .filter((one) => one.diem <= diem.trueSets && one.relay <= relay.trueSets)
    .map(({ signed }) => signed.checkpoint.time);
  const newest = times.reduce(laterOf, rootsTime);
  expect(time).toBeLessThanOrEqual(newest + TERM);
};

const choice = fc.nat(1_000);
const attempt: fc.Arbitrary<Attempt> = fc.record({
  file: choice,
  diem: choice,
  relay: choice,
  base: choice,
  day: fc.nat(26),
  forges: fc.boolean(),
  names: fc.boolean(),
  checkpoint: choice,
});

/**
 * Some days pass; sets change, guardians vouch, the enclave works; then the host tries its luck.
 */
const stretch = fc.record({
  days: fc.bigInt(1n, 12n),
  electsDiem: fc.boolean(),
  electsRelay: fc.boolean(),
  vouches: fc.boolean(),
  works: fc.boolean(),
  attempts: fc.array(attempt, { maxLength: 3 }),
});

type Stretch = typeof stretch extends fc.Arbitrary<infer T> ? T : never;

const live = (schedule: readonly Stretch[]): ReadonlyMap<string, number> => {
  const first: Branch = { line: FIRST_LINE, keysAt: undefined, trueSets: 1 };
  const host: Host = {
    now: rootsTime + DAY,
    height: 2,
    diem: [first],
    relay: [first],
    checkpoints: [],
    files: [{ kept: initialKept(provableConfig), diem: first, relay: first }],
    current: initialKept(provableConfig),
    seen: new Map(),
  };
  for (const { days, electsDiem, electsRelay, vouches, works, attempts } of schedule) {
    host.now += days * DAY;
    if (vouches) vouch(host);
    if (electsDiem) elect(host, "diem");
    if (electsRelay) elect(host, "relay");
    if (works) honest(host);
    for (const one of attempts) attack(host, one);
  }
  return host.seen;
};

it("what a rolled-back enclave signs on a fork by former sets is void, whatever the schedule", () => {
  const total = new Map<string, number>();
  const schedules = fc.array(stretch, { minLength: 6, maxLength: 10 });
  fc.assert(
    fc.property(schedules, (schedule) => {
      for (const [what, count] of live(schedule)) total.set(what, (total.get(what) ?? 0) + count);
    }),
    { numRuns: 20, seed: 20_260_801 },
  );
  for (const what of [
    "honest signed",
    "forged signed",
    "forged refused/checkpoint-lapsed",
    "shown and taken",
    "shown refused/before-checkpoint",
    "shown refused/checkpoint-sets",
  ])
    expect(total.get(what) ?? 0, what).toBeGreaterThan(2);
});
