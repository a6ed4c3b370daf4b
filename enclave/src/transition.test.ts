import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { ENCLAVE_SEED, filled } from "@pdiem/bridge/testing/config";
import { provenConfig, proveWorld } from "@pdiem/bridge/testing/proof-bundle";
import { createWorld, exampleGovernance, exampleLedger } from "@pdiem/bridge/testing/world";
import { VENDOR_ROOTS } from "@pdiem/enclave-verifier/roots";
import { describe, expect, it } from "vitest";
import { makeHandoverEnd } from "./handover/handover-end.js";
import { createNonces } from "./handover/nonces.js";
import { custodyKeyOf } from "./signer/custody-key.js";
import type { EnclaveState, Holder, Process, Receiver } from "./state/enclave-state.js";
import { initialKept } from "./state/kept.js";
import { transition } from "./transition.js";

const self: Process = { nonces: createNonces(filled(32, 1)), roots: VENDOR_ROOTS };

const following = {
  config: provenConfig,
  bridgeId: bridgeId(provenConfig),
  kept: { ...initialKept(provenConfig), receipt: filled(32, 2) },
  end: makeHandoverEnd(),
  isMaker: false,
};
const receiver: Receiver = { role: "receiver", custodyKey: filled(32, 3), share: undefined, ...following };
const holder: Holder = {
  role: "holder",
  key: custodyKeyOf(ENCLAVE_SEED.slice()),
  measurement: { tee: "simulated", value: filled(32, 10) },
  ...following,
};

const proofs = proveWorld(createWorld(exampleLedger, provenConfig));
const settlement = {
  ledger: exampleLedger,
  governance: exampleGovernance,
  encoding: { transactionVersion: 1, proof: undefined },
  proofs,
  items: NO_ITEMS,
  sessions: [],
};

const versionOf = (state: EnclaveState): bigint | undefined => {
  if (state.role === "empty") return undefined;
  const { diem } = state.kept.lightClients;
  return diem.type === "epochState" ? diem.value.waypoint.version : diem.value.version;
};

describe("a transition", () => {
  it("leaves the state that it starts from as it was", () => {
    const before = structuredClone(holder.kept);
    const { state, respond } = transition(holder, "advance", { proofs }, self);
    expect(versionOf(state)).toBeGreaterThan(versionOf(holder) ?? 0n);
    expect(respond().lightClients.diem.version).toBe(versionOf(state));
    expect(holder.kept).toEqual(before);
    expect(state).toEqual({ ...holder, kept: expect.anything() });
  });

  it("keeps what was proven where what is asked for is refused", () => {
    const { state, respond } = transition(holder, "settle", settlement, self);
    expect(respond).toThrow(expect.objectContaining({ code: "refused/empty-batch" }));
    expect(versionOf(state)).toBeGreaterThan(0n);
  });

  it("begins again from the roots, and keeps keys, checkpoints and receipt", () => {
    const { state } = transition(holder, "advance", { proofs }, self);
    expect(transition(state, "reset", undefined, self).state).toEqual(holder);
  });

  it("moves one that waits for a key, too, and gets nothing else of it", () => {
    const { state } = transition(receiver, "advance", { proofs }, self);
    expect(versionOf(state)).toBeGreaterThan(0n);
    const inactive = expect.objectContaining({ code: "refused/inactive", retry: "later" });
    expect(() => transition(state, "settle", settlement, self)).toThrow(inactive);
    expect(() => transition(state, "handoverChallenge", undefined, self)).toThrow(inactive);
    expect(() => transition({ role: "empty" }, "advance", { proofs }, self)).toThrow(inactive);
  });
});
