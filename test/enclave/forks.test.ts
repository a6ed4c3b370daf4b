/**
 * PROTOCOL 6: the leaked keys of long-gone sets fork no enclave. Anybody can name the present sets
 * as their fork's next ones. What counts is who signed the facts, not who was named.
 */
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { ENCLAVE_SEED, filled } from "@pdiem/bridge/testing/config";
import { paymentOf } from "@pdiem/bridge/testing/world";
import { ask, createMachine, type Machine } from "@pdiem/enclave/testing/machine";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkpointOn, checkpointRequest, vouchFor } from "./checkpoint-requests.js";
import { decideRequest, diemFork, noticeOf, withoutDiem } from "./decide-requests.js";
import { diemPart, forgedAfter, lineIn, timeIn } from "./lines.js";
import { OWING, payableWorld, payoutRequest } from "./payout-requests.js";
import { asOlder, type Line, provableConfig, prove, setsOf } from "./proofs.js";
import {
  ANSWERED,
  depositItems,
  FIRST,
  refusal,
  settleRequest,
  startActivated,
  startSealed,
  worldWith,
} from "./requests.js";

const now = timeIn(3);
const PRESENT = lineIn(3);
/** Genuine and public: honest guardians' checkpoint of the present sets. */
const CHECKPOINT = vouchFor(checkpointOn(PRESENT, now));

/**
 * From month 1's sets, whose keys leaked, to one of the forger's: the present sets are next by
 * number.
 */
const FORK = forgedAfter(lineIn(1));
const DIEM_FORK: Line = { ...PRESENT, ...diemPart(FORK) };
const RELAY_FORK: Line = { ...FORK, ...diemPart(PRESENT) };

const settled = (proofs: ProofBundle) => settleRequest(proofs, depositItems(1));
const beforeCheckpoint = refusal(409, "refused/before-checkpoint");
const lapsed = refusal(409, "refused/checkpoint-lapsed");

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

describe("a fork by keys of long-gone sets that hands over to the present set", () => {
  it("of the relay chain alone pays nothing out by a ledger that never was", async () => {
    const enclave = await startSealed(machine);
    const world = payableWorld();
    world.setTime(now);
    const forged = prove(world, 60, RELAY_FORK, { relay: PRESENT });
    expect(await ask(enclave, "payout", payoutRequest(forged))).toEqual(lapsed);
    // The guardians' own checkpoint, of the true sets, is refused at a block that only the forger's
    // set justifies.
    expect(await ask(enclave, "checkpoint", checkpointRequest(forged, [CHECKPOINT], OWING))).toEqual(beforeCheckpoint);
    expect(await ask(enclave, "payout", payoutRequest(forged))).toEqual(lapsed);
    // Whoever has an enclave that keeps the checkpoint already gets no further by a reset.
    const other = await startActivated(await machine.clone());
    const honest = worldWith(0, OWING);
    honest.setTime(now);
    const request = checkpointRequest(prove(honest, 61, PRESENT), [CHECKPOINT], OWING);
    expect(await ask(other, "checkpoint", request)).toEqual(ANSWERED);
    await ask(other, "reset", undefined);
    expect(await ask(other, "payout", payoutRequest(forged))).toEqual(beforeCheckpoint);
    expect(
      await ask(other, "payout", payoutRequest(asOlder(forged, { ...PRESENT, setId: PRESENT.setId - 1n }))),
    ).toMatchObject({ status: 422 });
    await ask(other, "reset", undefined);
    expect(await ask(other, "payout", payoutRequest(prove(world, 62, PRESENT)))).toEqual(ANSWERED);
  });

  it("of Diem alone mints nothing for deposits that never were", async () => {
    const enclave = await startSealed(machine);
    const world = worldWith(0);
    world.diem.received.push(paymentOf({ amount: 10_000n }));
    world.setTime(now);
    const forged = prove(world, 60, DIEM_FORK, { diem: PRESENT });
    expect(await ask(enclave, "settle", settled(forged))).toEqual(lapsed);
    // The block is the true chain's, so the checkpoint is taken; what the forger's validators
    // signed still doesn't count.
    expect(await ask(enclave, "checkpoint", checkpointRequest(forged, [CHECKPOINT]))).toEqual(ANSWERED);
    expect(await ask(enclave, "settle", settled(forged))).toEqual(beforeCheckpoint);
    const [forgers] = setsOf(FORK);
    const older = { ...forged, diem: { ...forged.diem, signers: forgers } };
    expect(await ask(enclave, "settle", settled(older))).toEqual(beforeCheckpoint);
    await ask(enclave, "reset", undefined);
    expect(await ask(enclave, "settle", settled(prove(world, 62, PRESENT)))).toEqual(ANSWERED);
  });

  it("of Diem alone pauses nothing by its own keys' misbehaviour", async () => {
    const enclave = await startSealed(machine);
    const world = worldWith(0);
    world.setTime(now);
    const forged = prove(world, 60, DIEM_FORK, { diem: PRESENT });
    await ask(enclave, "settle", settled(forged));
    expect(await ask(enclave, "checkpoint", checkpointRequest(forged, [CHECKPOINT]))).toEqual(ANSWERED);
    const [epochState] = setsOf(FORK);
    const request = decideRequest(FIRST, withoutDiem(forged), noticeOf(FIRST, diemFork(FORK, 53), now), {
      diem: [epochState],
      relay: [],
    });
    expect(await ask(enclave, "decide", request)).toEqual(refusal(422, "proof/unknown-set"));
  });

  it.each<[string, Line]>([
    ["both chains", lineIn(1)],
    ["both chains, through sets of the forger's", forgedAfter(lineIn(1))],
    ["Diem alone", { ...PRESENT, ...diemPart(lineIn(1)) }],
    ["the relay chain alone", { ...lineIn(1), ...diemPart(PRESENT) }],
  ])("gets nothing signed, whatever honest checkpoints are shown at it: %s", async (_, fork) => {
    await machine.sealKey(provableConfig, ENCLAVE_SEED.slice());
    const enclave = await startActivated(machine);
    const world = worldWith(1);
    world.setTime(now);
    for (const [i, month] of [undefined, 0, 1, 2, 3].entries()) {
      const proofs = prove(world, 60 + i, fork);
      if (month !== undefined) {
        const signed = vouchFor(checkpointOn(lineIn(month), timeIn(month)));
        await ask(enclave, "checkpoint", checkpointRequest(proofs, [signed]));
      }
      const reply = await ask(enclave, "settle", settled(prove(world, 80 + i, fork)));
      if (!("error" in reply)) throw new Error("expected nothing to be signed");
      expect(reply.error.code).toMatch(/^refused\/(checkpoint-lapsed|before-checkpoint|checkpoint-sets)$/);
    }
  });

  it("gets nothing signed for its own guardians' sake", async () => {
    const enclave = await startSealed(machine);
    const fork = forgedAfter(lineIn(1));
    const world = worldWith(1);
    world.setTime(now);
    const own = filled(32, 99);
    const signers = [{ keys: [publicKeyOf(own)], threshold: 1 }];
    const proofs = prove(world, 60, fork);
    for (const signed of [
      vouchFor(checkpointOn(fork, now), [own]),
      vouchFor(checkpointOn(fork, now, { signers }), [own]),
    ])
      expect(await ask(enclave, "checkpoint", checkpointRequest(proofs, [signed]))).toEqual(
        refusal(422, "proof/unknown-guardian"),
      );
    expect(await ask(enclave, "settle", settled(proofs))).toEqual(lapsed);
  });
});
