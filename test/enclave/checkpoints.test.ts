import { copyFile, readFile } from "node:fs/promises";
import { TERM, termEnd } from "@pdiem/bridge/checkpoint/check-checkpoint";
import type { KeptCheckpoint } from "@pdiem/bridge/checkpoint/kept-checkpoint";
import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import type { KnownSets } from "@pdiem/bridge/governance/known-sets";
import { ENCLAVE_SEED, filled } from "@pdiem/bridge/testing/config";
import { decided, GUARDIAN_SEEDS, governed, PAUSE, QUORUM_SEEDS, sign } from "@pdiem/bridge/testing/guardians";
import { routes } from "@pdiem/enclave/routes";
import type { Running } from "@pdiem/enclave/run";
import { ask, askFor, createMachine, type Machine, sendBytes } from "@pdiem/enclave/testing/machine";
import { encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkpointOn, checkpointRequest, stepOf, vouchFor } from "./checkpoint-requests.js";
import { decideRequest, diemFork, noticeOf, signedFor, withoutDiem } from "./decide-requests.js";
import { DAY, forgedAfter, lineIn, timeIn } from "./lines.js";
import { payoutRequest } from "./payout-requests.js";
import { asOlder, FIRST_LINE, type Line, provableConfig, prove, setsOf } from "./proofs.js";
import {
  ANSWERED,
  BRIDGE_ID,
  depositItems,
  ENCODING,
  FIRST,
  refusal,
  settleRequest,
  startActivated,
  startSealed,
  worldWith,
} from "./requests.js";

const { rootsTime, maxSkew } = provableConfig;

/** All of a world with a deposit to settle, at a time, ms. */
const proofsAt = (time: bigint, height: number, line: Line = FIRST_LINE, state = FIRST): ProofBundle => {
  const world = worldWith(1, state);
  world.setTime(time);
  return prove(world, height, line);
};

const settleAt = (enclave: Running, time: bigint, height: number, line?: Line) =>
  ask(enclave, "settle", settleRequest(proofsAt(time, height, line), depositItems(1)));

/** Shows checkpoints at a block of the present. */
const show = (enclave: Running, proofs: ProofBundle, ...signed: readonly SignedCheckpoint[]) =>
  ask(enclave, "checkpoint", checkpointRequest(proofs, signed));

const keptBy = async (enclave: Running): Promise<KeptCheckpoint> => {
  const { role } = await askFor(enclave, "status", undefined);
  if (role.type !== "holder") throw new Error("expected a holder");
  return role.value.checkpoints;
};

const lapsed = refusal(409, "refused/checkpoint-lapsed");

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

describe("PROTOCOL 6: the enclave's term", () => {
  it("ends 14 days after the configuration's roots, for all that is signed, and goes on with a checkpoint", async () => {
    const enclave = await startSealed(machine);
    const end = rootsTime + TERM - maxSkew;
    expect(await settleAt(enclave, end, 5)).toEqual(ANSWERED);
    const late = end + 1n;
    const proofs = proofsAt(late, 7);
    expect(await settleAt(enclave, late, 6)).toEqual(lapsed);
    expect(await ask(enclave, "genesis", { encoding: ENCODING, proofs, sessions: [] })).toEqual(lapsed);
    expect(await ask(enclave, "decide", decideRequest(FIRST, proofs, signedFor(FIRST, PAUSE)))).toEqual(lapsed);
    expect(await ask(enclave, "payout", payoutRequest(proofs))).toEqual(lapsed);

    const signed = vouchFor(checkpointOn(FIRST_LINE, late));
    const kept = { checkpoint: signed, changes: [] };
    expect(await show(enclave, proofs, signed)).toMatchObject({ status: 200, body: { checkpoints: kept } });
    expect(await keptBy(enclave)).toEqual(kept);
    expect(await settleAt(enclave, late, 8)).toEqual(ANSWERED);
    const nextEnd = termEnd(provableConfig, signed.checkpoint);
    expect(await settleAt(enclave, nextEnd, 9)).toEqual(ANSWERED);
    expect(await settleAt(enclave, nextEnd + 1n, 10)).toEqual(lapsed);
  });

  it("is told anew by whoever shows the checkpoint again after the enclave's file was put back", async () => {
    await machine.sealKey(provableConfig, ENCLAVE_SEED.slice());
    const copy = `${machine.sealed}.copy`;
    await copyFile(machine.sealed, copy);
    const enclave = await startActivated(machine);
    const now = rootsTime + 20n * DAY;
    const signed = vouchFor(checkpointOn(FIRST_LINE, now));
    expect(await settleAt(enclave, now, 5)).toEqual(lapsed);
    expect(await show(enclave, proofsAt(now, 6), signed)).toEqual(ANSWERED);
    await enclave.stop();
    const restarted = await startActivated(machine);
    expect((await keptBy(restarted)).checkpoint).toEqual(signed);
    expect(await settleAt(restarted, now, 7)).toEqual(ANSWERED);
    await restarted.stop();
    await copyFile(copy, machine.sealed);
    const rolledBack = await startActivated(machine);
    expect((await keptBy(rolledBack)).checkpoint).toBeUndefined();
    expect(await settleAt(rolledBack, now, 8)).toEqual(lapsed);
    expect(await show(rolledBack, proofsAt(now, 9), signed)).toEqual(ANSWERED);
    expect(await settleAt(rolledBack, now, 10)).toEqual(ANSWERED);
  });

  it("is of runtimes that the checkpoint names alone", async () => {
    const enclave = await startSealed(machine);
    const at = (specVersion: number, height: number): ProofBundle => {
      const world = worldWith(1);
      world.parachain.specVersion = specVersion;
      return prove(world, height);
    };
    const code = refusal(409, "refused/spec-version");
    expect(await ask(enclave, "settle", settleRequest(at(901, 5), depositItems(1)))).toEqual(code);
    const named = checkpointOn(FIRST_LINE, rootsTime + 1n, { specVersions: [900, 901] });
    expect(await show(enclave, at(900, 6), vouchFor(named))).toEqual(ANSWERED);
    // Named now, but neither pinned nor proven: nothing says how its calls are encoded.
    expect(await ask(enclave, "settle", settleRequest(at(901, 7), depositItems(1)))).toEqual(
      refusal(409, "refused/metadata-proof"),
    );
    expect(await ask(enclave, "settle", settleRequest(at(900, 8), depositItems(1)))).toEqual(ANSWERED);
  });
});

describe("PROTOCOL 6: a checkpoint shown to the enclave", () => {
  it("is refused, each reason with its code, and then changes nothing", async () => {
    const enclave = await startSealed(machine);
    const now = rootsTime + 10n * DAY;
    const kept = vouchFor(checkpointOn(FIRST_LINE, now));
    expect(await show(enclave, proofsAt(now, 5), kept)).toEqual(ANSWERED);
    const present = proofsAt(now + 1n, 6);
    await askFor(enclave, "advance", { proofs: present });
    const sealed = await readFile(machine.sealed);
    const at = (time: bigint) => checkpointOn(FIRST_LINE, time);
    const newer = at(now + 1n);
    const stranger = { signers: [{ keys: [publicKeyOf(filled(32, 99))], threshold: 1 }] };
    const forger = [filled(32, 99)];
    const cases: readonly (readonly [SignedCheckpoint, number, string])[] = [
      [vouchFor(newer, QUORUM_SEEDS, filled(32, 1)), 422, "proof/guardian-"],
      [vouchFor(newer, GUARDIAN_SEEDS.slice(2)), 422, "proof/guardian-threshold"],
      [vouchFor(newer, forger), 422, "proof/unknown-guardian"],
      [vouchFor(checkpointOn(FIRST_LINE, now + 1n, stranger), forger), 422, "proof/unknown-guardian"],
      [vouchFor(checkpointOn(FIRST_LINE, now + 1n, stranger)), 409, "refused/former-guardians"],
      [vouchFor(checkpointOn(lineIn(1), now + 1n)), 409, "refused/before-checkpoint"],
      [vouchFor(at(now + 2n)), 409, "refused/checkpoint-early"],
      [vouchFor(at(now - 1n)), 409, "refused/checkpoint-older"],
      [vouchFor(checkpointOn(FIRST_LINE, now + 1n, { specVersions: [901] })), 409, "refused/spec-version"],
    ];
    for (const [signed, status, code] of cases)
      expect(await show(enclave, present, signed)).toEqual(refusal(status, expect.stringContaining(code)));
    expect(await show(enclave, present, kept)).toEqual(ANSWERED);
    expect((await keptBy(enclave)).checkpoint).toEqual(kept);
    expect((await readFile(machine.sealed)).equals(sealed)).toBe(true);
  });

  it("is refused, by a code, with any byte changed", async () => {
    const enclave = await startSealed(machine);
    const now = rootsTime + 10n * DAY;
    const signed = vouchFor(checkpointOn(FIRST_LINE, now, { nonces: filled(32, 1) }));
    const request = checkpointRequest(proofsAt(now, 5), [signed]);
    const bytes = encode(routes.checkpoint.request, request);
    const length = encode(routes.checkpoint.request, { ...request, checkpoints: [] }).length;
    const places = Array.from({ length: bytes.length - length }, (_, i) => i + 1);
    const codes = new Set<string>();
    for (const place of places) {
      const reply = await sendBytes(enclave, "checkpoint", bytes.with(place, (bytes[place] ?? 0) ^ 1));
      if (!("error" in reply)) throw new Error(`expected byte ${place} to matter`);
      codes.add(reply.error.code.split("/")[0] ?? "");
      expect([400, 409, 422]).toContain(reply.status);
    }
    expect([...codes].every((code) => ["decode", "proof", "refused"].includes(code))).toBe(true);
    expect((await keptBy(enclave)).checkpoint).toBeUndefined();
    expect(await ask(enclave, "checkpoint", request)).toEqual(ANSWERED);
  });

  it("leads from guardians to their successors, by those whom the one before names or a decision brings", async () => {
    const enclave = await startSealed(machine);
    const now = rootsTime + 10n * DAY;
    const heirs = [filled(32, 17), filled(32, 18)];
    const next = { keys: heirs.map(publicKeyOf), threshold: 2 };
    const change = { type: "guardians", value: { ...next, freezer: filled(32, 9) } } as const;
    const decision = sign(decided(FIRST, change), [...QUORUM_SEEDS, ...heirs], BRIDGE_ID);
    const under = governed({ guardians: change.value }, FIRST);
    const proofs = proofsAt(now, 5, FIRST_LINE, under);
    const byHeirs = vouchFor(checkpointOn(FIRST_LINE, now, { signers: [next] }), heirs);
    const steps = { proofs, governed: under };
    const former = { ...steps, checkpoints: [stepOf(vouchFor(checkpointOn(FIRST_LINE, now)))] };
    expect(await ask(enclave, "checkpoint", former)).toEqual(refusal(409, "refused/former-guardians"));
    const unnamed = { ...steps, checkpoints: [stepOf(byHeirs)] };
    expect(await ask(enclave, "checkpoint", unnamed)).toEqual(refusal(422, "proof/guardian-threshold"));
    const brought = { ...steps, checkpoints: [{ signed: byHeirs, decision }] };
    const after = await askFor(enclave, "checkpoint", brought);
    expect(after.checkpoints).toEqual({ checkpoint: byHeirs, changes: [byHeirs] });
    expect(await keptBy(enclave)).toEqual(after.checkpoints);
  });

  it("is for the journal where the signers change: only those that the enclave keeps may be told", async () => {
    const enclave = await startSealed(machine);
    const now = FIRST.ledger.time + 3_600_000n;
    const proofs = proofsAt(now, 5);
    const { keys, threshold } = provableConfig.guardians;
    const coming = { keys: [publicKeyOf(filled(32, 17)), publicKeyOf(filled(32, 18))], threshold: 2 };
    const signed = vouchFor(checkpointOn(FIRST_LINE, now, { signers: [{ keys, threshold }, coming] }));
    const items = { ...depositItems(1), checkpoints: [signed] };
    const settle = settleRequest(asOlder(proofs), items);
    await askFor(enclave, "advance", { proofs });
    expect(await ask(enclave, "settle", settle)).toMatchObject({ status: 409 });
    expect(await show(enclave, asOlder(proofs), signed)).toEqual(ANSWERED);
    expect((await keptBy(enclave)).changes).toEqual([signed]);
    expect(await ask(enclave, "settle", settle)).toEqual(ANSWERED);
  });

  it("isn't taken by an enclave that isn't active", async () => {
    const enclave = await machine.start();
    const proofs = proofsAt(rootsTime, 5);
    expect(await show(enclave, proofs, vouchFor(checkpointOn(FIRST_LINE, rootsTime)))).toEqual(
      refusal(409, "refused/inactive"),
    );
  });
});

describe("PROTOCOL 8: evidence of misbehaviour by sets that the enclave left", () => {
  const told = (...months: readonly number[]): KnownSets => ({
    diem: months.map((month) => setsOf(lineIn(month))[0]),
    relay: months.map((month) => setsOf(lineIn(month))[1]),
  });
  const request = (month: number, proofs: ProofBundle, time: bigint, sets?: KnownSets) =>
    decideRequest(FIRST, withoutDiem(proofs), noticeOf(FIRST, diemFork(lineIn(month)), time), sets);
  const unknown = refusal(422, "proof/unknown-set");

  it("counts from the kept checkpoint's sets on, if the set is told and the enclave's own", async () => {
    const enclave = await startSealed(machine);
    const now = timeIn(2);
    await askFor(enclave, "advance", { proofs: proofsAt(timeIn(1), 15, lineIn(1)) });
    expect(
      await show(enclave, proofsAt(timeIn(1), 16, lineIn(1)), vouchFor(checkpointOn(lineIn(1), timeIn(1)))),
    ).toEqual(ANSWERED);
    const soon = proofsAt(timeIn(1) + DAY, 26, lineIn(2));
    await askFor(enclave, "advance", { proofs: soon });
    const at = timeIn(1) + DAY;
    expect(await ask(enclave, "decide", request(1, soon, at))).toEqual(unknown);
    expect(await ask(enclave, "decide", request(1, soon, at, told(0, 2)))).toEqual(unknown);
    expect(await ask(enclave, "decide", request(1, soon, at, told(1)))).toEqual(ANSWERED);
    expect(await ask(enclave, "decide", request(2, soon, at))).toEqual(ANSWERED);
    // Sets before the checkpoint's, whose keys may have leaked since, and one that only its keys'
    // holder ever went by.
    expect(await ask(enclave, "decide", request(0, soon, at, told(0)))).toEqual(unknown);
    expect(await ask(enclave, "decide", request(3, soon, at, told(3)))).toEqual(unknown);
    expect(now).toBeGreaterThan(at);
  });
});

describe("PROTOCOL 6: a fork made with keys of sets that were left, shown to an enclave that was rolled back", () => {
  const now = timeIn(3);
  const present = lineIn(3);

  it("is told from the true chains: those go on", async () => {
    const enclave = await startSealed(machine);
    expect(await settleAt(enclave, now, 60, present)).toEqual(lapsed);
    expect(await show(enclave, proofsAt(now, 61, present), vouchFor(checkpointOn(present, now)))).toEqual(ANSWERED);
    expect(await settleAt(enclave, now, 62, present)).toEqual(ANSWERED);
  });

  it("leads an enclave astray only until it begins again from the roots", async () => {
    const enclave = await startSealed(machine);
    const fork = forgedAfter(lineIn(1));
    expect(await settleAt(enclave, now, 60, fork)).toEqual(lapsed);
    const checkpoint = vouchFor(checkpointOn(present, now));
    expect(await show(enclave, proofsAt(now, 61, present), checkpoint)).toMatchObject({ status: 422 });
    await askFor(enclave, "reset", undefined);
    expect(await show(enclave, proofsAt(now, 62, present), checkpoint)).toEqual(ANSWERED);
    expect(await settleAt(enclave, now, 63, present)).toEqual(ANSWERED);
  });
});
