import { batchContent } from "@pdiem/bridge/custody/signing";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { verifyBlock } from "@pdiem/bridge/facts/verify-facts";
import { decisionBatch } from "@pdiem/bridge/governance/decision-batch";
import { NO_SETS } from "@pdiem/bridge/governance/known-sets";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import type { Batch } from "@pdiem/bridge/settlement/batch";
import { ENCLAVE_SEED, filled, ISSUER } from "@pdiem/bridge/testing/config";
import { decided, type Governed, governed, PAUSE, RESUME, sign, THAW } from "@pdiem/bridge/testing/guardians";
import { initialSets } from "@pdiem/enclave/state/kept";
import { ask, askFor, createMachine, type Machine } from "@pdiem/enclave/testing/machine";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decideRequest, diemFork, noticeOf, signedFor, withoutDiem } from "./decide-requests.js";
import { FIRST_LINE, provableConfig, prove } from "./proofs.js";
import {
  ANSWERED,
  BRIDGE_ID,
  depositItems,
  ENCODING,
  FIRST,
  refusal,
  settleRequest,
  startSealed,
  worldWith,
} from "./requests.js";

const atBlock = (state: Governed, height: number): ProofBundle => prove(worldWith(1, state), height);

const blockOf = (proofs: ProofBundle) => verifyBlock(provableConfig, initialSets(provableConfig), proofs).facts;

const simulate = (state: Governed, proofs: ProofBundle, decision: SignedDecision): Batch =>
  decisionBatch({ config: provableConfig, issuer: ISSUER, ...state }, blockOf(proofs), NO_SETS, decision);

const afterPause = ((): Governed => {
  const { ledger, entry } = simulate(FIRST, withoutDiem(atBlock(FIRST, 5)), signedFor(FIRST, PAUSE));
  if (entry.governance === undefined) throw new Error("expected a decision");
  return { ledger, governance: entry.governance.state };
})();

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

describe("decisions by the enclave", () => {
  it("are signed exactly as anyone can simulate, asked once or twice, with Diem at a standstill", async () => {
    const enclave = await startSealed(machine);
    const proofs = withoutDiem(atBlock(FIRST, 5));
    const decision = signedFor(FIRST, PAUSE);
    const request = decideRequest(FIRST, proofs, decision);
    const signed = await askFor(enclave, "decide", request);
    const batch = simulate(FIRST, proofs, decision);
    const { format, content } = batchContent(provableConfig, ENCODING, blockOf(proofs), batch);
    expect(signed.extrinsic).toEqual(buildExtrinsic(format, content, ENCLAVE_SEED));
    expect(signed.anchor).toEqual(batch.anchor);
    expect(await askFor(enclave, "decide", request)).toEqual(signed);
  });

  it("PROTOCOL 6: are all that it signs while paused, even for a request that keeps the pause back", async () => {
    const enclave = await startSealed(machine);
    const proofs = atBlock(afterPause, 6);
    const ask409 = async (state: Governed, code: string): Promise<void> =>
      expect(await ask(enclave, "settle", settleRequest(proofs, depositItems(1), state))).toEqual(refusal(409, code));
    await ask409(afterPause, "refused/paused");
    await ask409({ ...afterPause, governance: FIRST.governance }, "refused/governance");
    await ask409(FIRST, "refused/not-in-force");
    const resume = decideRequest(afterPause, proofs, signedFor(afterPause, RESUME));
    expect(await ask(enclave, "decide", resume)).toEqual(ANSWERED);
  });

  it("are signed at a frozen block", async () => {
    const enclave = await startSealed(machine);
    const world = worldWith(0);
    for (const { assetId } of provableConfig.currencies) world.parachain.setAsset(assetId, { status: "frozen" });
    const proofs = prove(world, 5);
    const decision = signedFor(FIRST, THAW, RESUME);
    const { extrinsic } = await askFor(enclave, "decide", decideRequest(FIRST, proofs, decision));
    const batch = simulate(FIRST, proofs, decision);
    expect(batch.calls.slice(0, 2).map(({ type }) => type)).toEqual(["thawAsset", "thawAsset"]);
    const { format, content } = batchContent(provableConfig, ENCODING, blockOf(proofs), batch);
    expect(extrinsic).toEqual(buildExtrinsic(format, content, ENCLAVE_SEED));
  });

  it("aren't taken up by too few guardians, of another bridge, or twice", async () => {
    const enclave = await startSealed(machine);
    const proofs = withoutDiem(atBlock(FIRST, 5));
    const code = async (decision: SignedDecision, state = FIRST, shown = proofs): Promise<unknown> => {
      const reply = await ask(enclave, "decide", decideRequest(state, shown, decision));
      return "error" in reply ? reply.error.code : reply.status;
    };
    const decision = decided(FIRST, PAUSE);
    expect(await code(sign(decision, [filled(32, 7)], BRIDGE_ID))).toBe("proof/guardian-threshold");
    expect(await code(sign(decision))).toMatch(/^proof\/guardian-/);
    expect(await code(signedFor(FIRST, PAUSE), afterPause, withoutDiem(atBlock(afterPause, 8)))).toBe(
      "refused/decision-governance",
    );
  });

  it("PROTOCOL 8: need no guardian where the validators that the enclave goes by vouch for two histories", async () => {
    const enclave = await startSealed(machine);
    const proofs = atBlock(FIRST, 5);
    const request = (signers: number, shown: ProofBundle) =>
      decideRequest(FIRST, shown, noticeOf(FIRST, diemFork(FIRST_LINE, 77, signers), FIRST.ledger.time));
    expect(await ask(enclave, "decide", request(4, withoutDiem(proofs)))).toEqual(refusal(422, "proof/unknown-set"));
    expect(await ask(enclave, "decide", request(2, proofs))).toEqual(refusal(422, "proof/voting-power"));
    expect(await ask(enclave, "decide", request(4, proofs))).toEqual(ANSWERED);
    expect(await ask(enclave, "decide", request(4, withoutDiem(proofs)))).toEqual(ANSWERED);
  });
});

describe("PROTOCOL 6: an enclave whose measurement isn't in force any more", () => {
  it("takes up no deposits and registers nobody, and signs all else", async () => {
    const enclave = await startSealed(machine);
    const retired = governed({ measurements: [{ tee: "simulated", value: filled(32, 5) }] }, FIRST);
    const world = worldWith(1, retired);
    world.setTime(retired.ledger.time + 3_600_000n);
    const proofs = prove(world, 5);
    const measurement = refusal(409, "refused/measurement-retired");
    expect(await ask(enclave, "settle", settleRequest(proofs, depositItems(1), retired))).toEqual(measurement);
    const registration = { ...depositItems(0), registrations: [filled(32, 0xb0)] };
    expect(await ask(enclave, "settle", settleRequest(proofs, registration, retired))).toEqual(measurement);
    expect(await ask(enclave, "decide", decideRequest(retired, proofs, signedFor(retired, PAUSE)))).toEqual(ANSWERED);
  });
});
