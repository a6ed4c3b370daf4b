import { copyFile, readFile } from "node:fs/promises";
import { type Evidence, formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { noticeMisbehaviour } from "@pdiem/bridge-client/guardians/decision-file";
import { signedDecisionJson } from "@pdiem/bridge-client/json/governance-json";
import { knownSetsJson } from "@pdiem/bridge/governance/known-sets";
import type { KnownSets, Misbehaviour } from "@pdiem/bridge/governance/misbehaviour";
import { type SignedCheckpoint, signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { TERM, termEnd } from "@pdiem/bridge/checkpoint/term";
import { MEMORY } from "@pdiem/bridge/facts/recent-sets";
import { filled, HOUR } from "@pdiem/bridge/testing/config";
import { GUARDIAN_SEEDS, sign, UNGOVERNED } from "@pdiem/bridge/testing/guardians";
import { exampleLedger } from "@pdiem/bridge/testing/world";
import { createMachine, get, type Machine, post } from "@pdiem/enclave/testing/machine";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkpointOn, checkpointRequest, setsOf, textOf, vouchFor } from "./checkpoint-requests.js";
import { changeAuthority, changeValidators, FIRST_LINE, type Line, provableConfig, prove } from "./evidence.js";
import { payoutRequest } from "./payout-requests.js";
import {
  BRIDGE_ID,
  itemsOf,
  NO_DECISIONS_YET,
  type Running,
  refusal,
  settleRequest,
  startActivated,
  startSealed,
  worldWith,
} from "./requests.js";

const DAY = 24n * HOUR;
const { rootsTime, maxSkew } = provableConfig;

/** All of a world with a deposit to settle, at a time, ms. */
const evidenceAt = (time: bigint, height: number, line: Line = FIRST_LINE): Evidence => {
  const world = worldWith(1);
  world.setTime(time);
  return prove(world, height, line);
};

const settleAt = (enclave: Running, time: bigint, height: number, line?: Line) =>
  post(enclave, "/v1/settle", settleRequest(evidenceAt(time, height, line), itemsOf(0)));

const show = (enclave: Running, signed: SignedCheckpoint) => post(enclave, "/v1/checkpoint", checkpointRequest(signed));

const keptBy = async (enclave: Running): Promise<unknown> => {
  const { active } = (await get(enclave, "/v1/status")).body;
  return Object(active).checkpoint;
};

const SIGNED = expect.objectContaining({ status: 200 });

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

/** Half a year in which both chains' sets change each month. */
const MONTH = 30n * DAY;
const line = ((): readonly Line[] => {
  const lines = [FIRST_LINE];
  for (let n = 1; n <= 6; n++) {
    const before = lines.at(-1) ?? FIRST_LINE;
    const time = rootsTime + BigInt(n) * MONTH;
    const elected = changeValidators(before, 10 * n, time, validators(4, 100 * n));
    lines.push(changeAuthority(elected, 10 * n, filled(32, 100 + n)));
  }
  return lines;
})();
const lineIn = (month: number): Line => line[month] ?? FIRST_LINE;
/** A day after the sets of that month were elected. */
const timeIn = (month: number): bigint => rootsTime + BigInt(month) * MONTH + DAY;

const diemPart = ({ epochEnds, epoch, validators: signers }: Line) => ({ epochEnds, epoch, validators: signers });

/** Goes on from a line with sets whose keys are the forger's own. */
const forgedAfter = (before: Line): Line =>
  changeAuthority(changeValidators(before, 50, timeIn(2), validators(4, 9_000)), 50, filled(32, 0x66));

describe("the enclave's term", () => {
  it("ends 14 days after the configuration's roots, for all that is signed, and goes on with a checkpoint", async () => {
    const enclave = await startSealed(machine);
    const end = rootsTime + TERM - maxSkew;
    expect(await settleAt(enclave, end, 5)).toEqual(SIGNED);
    const lapsed = refusal(409, "refused/checkpoint-lapsed");
    expect(await settleAt(enclave, end + 1n, 6)).toEqual(lapsed);
    const evidence = formatEvidence(evidenceAt(end + 1n, 7));
    const profile = STATEMINE_900.name;
    const { ledger, decisions } = settleRequest(evidenceAt(end, 5), itemsOf(0));
    expect(await post(enclave, "/v1/genesis", { profile, evidence })).toEqual(lapsed);
    const decide = { ledger, decisions, profile, evidence, proposed: [] };
    expect(await post(enclave, "/v1/decide", decide)).toEqual(lapsed);
    expect(await post(enclave, "/v1/payout", payoutRequest(evidenceAt(end + 1n, 7)))).toEqual(lapsed);

    const signed = vouchFor(checkpointOn(FIRST_LINE, end + 1n));
    expect(await show(enclave, signed)).toEqual({ status: 200, body: { checkpoint: textOf(signed) } });
    expect(await keptBy(enclave)).toBe(textOf(signed));
    expect(await settleAt(enclave, end + 1n, 8)).toEqual(SIGNED);
    const nextEnd = termEnd(provableConfig, signed.checkpoint);
    expect(await settleAt(enclave, nextEnd, 9)).toEqual(SIGNED);
    expect(await settleAt(enclave, nextEnd + 1n, 10)).toEqual(lapsed);
  });

  it("is told anew by whoever shows the checkpoint again after the enclave's file was put back", async () => {
    await machine.sealKey(provableConfig, filled(32, 0xee));
    const copy = `${machine.sealed}.copy`;
    await copyFile(machine.sealed, copy);
    const enclave = await startActivated(machine);
    const now = rootsTime + 20n * DAY;
    const signed = vouchFor(checkpointOn(FIRST_LINE, now));
    expect(await settleAt(enclave, now, 5)).toEqual(refusal(409, "refused/checkpoint-lapsed"));
    expect(await show(enclave, signed)).toEqual(SIGNED);
    await enclave.stop();
    const restarted = await startActivated(machine);
    expect(await keptBy(restarted)).toBe(textOf(signed));
    expect(await settleAt(restarted, now, 6)).toEqual(SIGNED);
    await restarted.stop();
    await copyFile(copy, machine.sealed);
    const rolledBack = await startActivated(machine);
    expect(await keptBy(rolledBack)).toBeUndefined();
    expect(await show(rolledBack, signed)).toEqual(refusal(409, "refused/checkpoint-sets"));
    expect(await settleAt(rolledBack, now, 7)).toEqual(refusal(409, "refused/checkpoint-lapsed"));
    expect(await show(rolledBack, signed)).toEqual(SIGNED);
    expect(await settleAt(rolledBack, now, 8)).toEqual(SIGNED);
  });
});

describe("a checkpoint shown to the enclave", () => {
  it("counts for each set on the way, also for many passed by one proof, until 28 days after each was left", async () => {
    const enclave = await startSealed(machine);
    const now = timeIn(4);
    expect(await post(enclave, "/v1/advance", { evidence: formatEvidence(evidenceAt(now, 45, lineIn(4))) })).toEqual(
      SIGNED,
    );
    const mixed = (diem: number, relay: number, time: bigint) => ({
      ...checkpointOn(lineIn(diem), time),
      relay: checkpointOn(lineIn(relay), time).relay,
    });
    const code = async (diem: number, relay: number): Promise<unknown> =>
      (await show(enclave, vouchFor(mixed(diem, relay, now)))).body.code;
    // No parachain time has been proven since the relay chain's sets were left; Diem's tell when they were.
    expect(await Promise.all([2, 3, 4, 5].map((month) => code(month, 4)))).toEqual([
      "refused/checkpoint-sets",
      undefined,
      undefined,
      "refused/checkpoint-sets",
    ]);
    expect(await Promise.all([0, 1, 2, 3, 4, 5].map((month) => code(4, month)))).toEqual([
      ...Array(5).fill(undefined),
      "refused/checkpoint-sets",
    ]);
    expect(await settleAt(enclave, now, 46, lineIn(4))).toEqual(SIGNED);
    const end = now + MEMORY;
    await settleAt(enclave, end, 47, lineIn(4));
    const still = { ...mixed(4, 0, end), time: end };
    expect((await show(enclave, vouchFor(still))).status).toBe(200);
    await settleAt(enclave, end + 1n, 48, lineIn(4));
    expect((await show(enclave, vouchFor({ ...still, time: end + 1n }))).body.code).toBe("refused/checkpoint-sets");
    expect(await code(4, 4)).toBe("refused/checkpoint-older");
  });

  it("is refused, each reason with its code, and then changes nothing", async () => {
    const enclave = await startSealed(machine);
    const now = rootsTime + 10n * DAY;
    await settleAt(enclave, now, 5);
    const kept = vouchFor(checkpointOn(FIRST_LINE, now));
    expect(await show(enclave, kept)).toEqual(SIGNED);
    const sealed = await readFile(machine.sealed);
    const at = (time: bigint) => checkpointOn(FIRST_LINE, time);
    const newer = at(now + 1n);
    const forged = {
      type: "guardians",
      value: { keys: [filled(32, 99)], threshold: 1, freezer: filled(32, 1) },
    } as const;
    const succession = [
      sign({ number: 0n, previous: filled(32, 0), until: now, action: forged }, [filled(32, 99)], BRIDGE_ID),
    ];
    const cases: readonly (readonly [SignedCheckpoint, number, string])[] = [
      [vouchFor(newer, GUARDIAN_SEEDS, [], filled(32, 1)), 422, "proof/guardian-signature"],
      [vouchFor(newer, GUARDIAN_SEEDS.slice(1)), 422, "proof/guardian-threshold"],
      [vouchFor(newer, [filled(32, 99), ...GUARDIAN_SEEDS]), 422, "proof/unknown-guardian"],
      [vouchFor(newer, [filled(32, 99)], succession), 422, "proof/unknown-guardian"],
      [vouchFor(checkpointOn(lineIn(1), now + 1n)), 409, "refused/checkpoint-sets"],
      [vouchFor(at(now + maxSkew + 1n)), 409, "refused/checkpoint-early"],
      [vouchFor(at(now - 1n)), 409, "refused/checkpoint-older"],
    ];
    for (const [signed, status, code] of cases) expect(await show(enclave, signed)).toEqual(refusal(status, code));
    for (const checkpoint of ["0x", "0x00", textOf(kept).slice(0, -2), `${textOf(kept)}00`, undefined, 7])
      expect(await post(enclave, "/v1/checkpoint", { checkpoint })).toMatchObject({ status: 400 });
    expect(await show(enclave, kept)).toEqual(SIGNED);
    expect(await keptBy(enclave)).toBe(textOf(kept));
    expect((await readFile(machine.sealed)).equals(sealed)).toBe(true);
  });

  it("is refused, by a code, with any byte changed", async () => {
    const enclave = await startSealed(machine);
    const now = rootsTime + 10n * DAY;
    await settleAt(enclave, now, 5);
    const honest = encode(signedCheckpoint, vouchFor({ ...checkpointOn(FIRST_LINE, now), nonce: filled(32, 1) }));
    const flips = honest.map((byte) => byte ^ 1);
    for (const [place, flipped] of flips.entries()) {
      const checkpoint = `0x${toHex(honest.with(place, flipped))}`;
      const { status, body } = await post(enclave, "/v1/checkpoint", { checkpoint });
      expect({ status, code: body.code }).toEqual({
        status: expect.toBeOneOf([400, 422]),
        code: expect.stringMatching(/^(decode|proof)\//),
      });
    }
    expect(await keptBy(enclave)).toBeUndefined();
  });

  it("is refused by guardians whose successors have signed since", async () => {
    const enclave = await startSealed(machine);
    const now = rootsTime + 10n * DAY;
    await settleAt(enclave, now, 5);
    const later = filled(32, 17);
    const value = { keys: [publicKeyOf(later)], threshold: 1, freezer: filled(32, 1) };
    const decision = { number: 0n, previous: filled(32, 0), until: now, action: { type: "guardians", value } } as const;
    const succession = [sign(decision, GUARDIAN_SEEDS, BRIDGE_ID)];
    expect(await show(enclave, vouchFor(checkpointOn(FIRST_LINE, now - 2n)))).toEqual(SIGNED);
    expect(await show(enclave, vouchFor(checkpointOn(FIRST_LINE, now - 1n), [later], succession))).toEqual(SIGNED);
    const former = vouchFor(checkpointOn(FIRST_LINE, now));
    expect(await show(enclave, former)).toEqual(refusal(409, "refused/former-guardians"));
    expect(await show(enclave, vouchFor(checkpointOn(FIRST_LINE, now), [later], succession))).toEqual(SIGNED);
  });

  it("isn't taken by an enclave that isn't active", async () => {
    const enclave = await machine.start();
    expect(await show(enclave, vouchFor(checkpointOn(FIRST_LINE, rootsTime)))).toEqual(
      refusal(409, "refused/inactive"),
    );
  });
});

describe("a fork made with keys of sets that were left, shown to an enclave that was rolled back", () => {
  const now = timeIn(3);
  /** The keys of that month's sets sign on as if nobody had followed them, or hand over to keys of the forger's own. */
  const forks: readonly (readonly [string, Line])[] = [
    ["of both chains", lineIn(1)],
    ["of both chains, through sets of the forger's", forgedAfter(lineIn(1))],
    ["of Diem alone", { ...lineIn(3), ...diemPart(lineIn(1)) }],
    ["of the relay chain alone", { ...lineIn(1), ...diemPart(lineIn(3)) }],
  ];

  it.each(forks)("gets nothing signed: %s", async (_, fork) => {
    const enclave = await startSealed(machine);
    const lapsed = refusal(409, "refused/checkpoint-lapsed");
    for (const [i, signed] of [
      undefined,
      ...[0, 1, 2, 3].map((n) => vouchFor(checkpointOn(lineIn(n), timeIn(n)))),
    ].entries()) {
      if (signed !== undefined) await show(enclave, signed);
      expect(await settleAt(enclave, now, 60 + i, fork)).toEqual(lapsed);
    }
    expect(await keptBy(enclave)).not.toBe(textOf(vouchFor(checkpointOn(lineIn(3), timeIn(3)))));
  });

  it("gets nothing signed for its own guardians' sake", async () => {
    const enclave = await startSealed(machine);
    const fork = forgedAfter(lineIn(1));
    await settleAt(enclave, now, 60, fork);
    const action = {
      type: "guardians",
      value: { keys: [filled(32, 99)], threshold: 1, freezer: filled(32, 1) },
    } as const;
    const steps = [sign({ number: 0n, previous: filled(32, 0), until: now, action }, [filled(32, 99)], BRIDGE_ID)];
    for (const signed of [
      vouchFor(checkpointOn(fork, now), [filled(32, 99)]),
      vouchFor(checkpointOn(fork, now), [filled(32, 99)], steps),
    ])
      expect(await show(enclave, signed)).toEqual(refusal(422, "proof/unknown-guardian"));
    expect(await settleAt(enclave, now, 61, fork)).toEqual(refusal(409, "refused/checkpoint-lapsed"));
  });

  it("is told from the true chains: those go on", async () => {
    const enclave = await startSealed(machine);
    const true3 = vouchFor(checkpointOn(lineIn(3), now));
    expect(await settleAt(enclave, now, 60, lineIn(3))).toEqual(refusal(409, "refused/checkpoint-lapsed"));
    expect(await show(enclave, true3)).toEqual(SIGNED);
    expect(await settleAt(enclave, now, 61, lineIn(3))).toEqual(SIGNED);
  });
});

describe("evidence of misbehaviour by sets that the enclave left", () => {
  const forkOf = (month: number): Misbehaviour => {
    const at = (root: string) =>
      signLedgerInfo(ledgerInfoAt(10 * month + 3, hashOfText(root), lineIn(month).epoch), lineIn(month).validators);
    return { type: "diem", value: { first: at("one"), second: at("other") } };
  };
  const told = (...months: readonly number[]): KnownSets => ({
    diem: months.map((month) => setsOf(lineIn(month))[0]),
    relay: months.map((month) => setsOf(lineIn(month))[1]),
  });
  const ask = (enclave: Running, month: number, evidence: Evidence, time: bigint, sets?: KnownSets) => {
    const notice = noticeMisbehaviour({ decisions: UNGOVERNED.ledger.decisions, until: time + HOUR }, forkOf(month));
    return post(enclave, "/v1/decide", {
      ledger: settleRequest(evidence, itemsOf(0), exampleLedger).ledger,
      decisions: NO_DECISIONS_YET,
      profile: STATEMINE_900.name,
      evidence: formatEvidence(evidence),
      proposed: [signedDecisionJson.format(notice)],
      ...(sets === undefined ? {} : { sets: knownSetsJson.format(sets) }),
    });
  };

  it("counts for 28 days, if the set is told", async () => {
    const enclave = await startSealed(machine);
    await settleAt(enclave, timeIn(2), 25, lineIn(2));
    await show(enclave, vouchFor(checkpointOn(lineIn(2), timeIn(2))));
    const left = timeIn(2) - DAY;
    const soon = evidenceAt(timeIn(2), 26, lineIn(2));
    const unknown = refusal(422, "proof/unknown-set");
    expect(await ask(enclave, 1, soon, timeIn(2))).toEqual(unknown);
    expect(await ask(enclave, 1, soon, timeIn(2), told(0, 2))).toEqual(unknown);
    expect(await ask(enclave, 1, soon, timeIn(2), told(1))).toEqual(SIGNED);
    expect(await ask(enclave, 2, soon, timeIn(2))).toEqual(SIGNED);
    // A set that only its keys' holder has ever gone by.
    expect(await ask(enclave, 3, soon, timeIn(2), told(3))).toEqual(unknown);

    const last = left + MEMORY;
    await settleAt(enclave, last, 27, lineIn(2));
    await show(enclave, vouchFor(checkpointOn(lineIn(2), last)));
    expect(await ask(enclave, 1, evidenceAt(last, 28, lineIn(2)), last, told(1))).toEqual(SIGNED);
    const late = last + 1n;
    expect(await ask(enclave, 1, evidenceAt(late, 29, lineIn(2)), late, told(1))).toEqual(unknown);
  });

  it("doesn't count where the very request shows that the set was left long ago", async () => {
    const enclave = await startSealed(machine);
    await settleAt(enclave, timeIn(1), 15, lineIn(1));
    const later = evidenceAt(timeIn(6), 65, lineIn(6));
    await show(enclave, vouchFor(checkpointOn(lineIn(1), timeIn(1))));
    expect(await ask(enclave, 1, later, timeIn(6), told(1))).toEqual(refusal(409, "refused/checkpoint-lapsed"));
    expect(await show(enclave, vouchFor(checkpointOn(lineIn(6), timeIn(6))))).toEqual(SIGNED);
    expect(await ask(enclave, 1, later, timeIn(6), told(1))).toEqual(refusal(422, "proof/unknown-set"));
  });
});
