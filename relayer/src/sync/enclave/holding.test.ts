import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import { EXAMPLE_ID, exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { HELD_BY_THREE } from "@pdiem/bridge/testing/holders";
import type { HolderStatus } from "@pdiem/enclave/wire/identity";
import { describe, expect, it } from "vitest";
import type { EnclaveState } from "./enclave-watch.js";
import { holdingOf, soundHolders, spareHolders } from "./holding.js";

const packageOf = (roll: number): PublicPackage => ({
  roll: filled(32, roll),
  groupKey: filled(32, 1),
  slots: [1, 2, 3].map((slot) => ({ verifyingShare: filled(32, slot), platform: undefined })),
});

const holderOf = (share: HolderStatus["share"]): EnclaveState => ({
  status: {
    tee: "simulated",
    isLasting: true,
    role: {
      type: "holder",
      value: {
        bridgeId: EXAMPLE_ID,
        custodyKey: filled(32, 1),
        handoverKey: filled(32, 2),
        measurement: { tee: "simulated", value: filled(32, 3) },
        lightClients: {
          diem: { epoch: 1n, version: 1n },
          relay: { setId: 1n, number: 1, hash: filled(32, 4) },
        },
        checkpoints: { checkpoint: undefined, changes: [] },
        receipt: undefined,
        share,
      },
    },
  },
});
const at = (slot: number, roll = 7): EnclaveState => holderOf({ slot, publicPackage: packageOf(roll) });
const AWAY: EnclaveState = { fault: { code: "enclave/unreachable", message: "nobody there" } };

const look = (...states: readonly (EnclaveState | undefined)[]) => {
  const holding = holdingOf(HELD_BY_THREE, states);
  return {
    codes: holding.holders.map(({ state }) => state?.fault?.code),
    spare: spareHolders(holding),
    roll: holding.publicPackage?.roll[0],
  };
};

describe("holders looked at together", () => {
  it("are as many as answer with shares of one key, each its own slot's", () => {
    expect(look(at(1), at(2), at(3))).toEqual({ codes: [undefined, undefined, undefined], spare: 1, roll: 7 });
    expect(look(at(1), AWAY, at(3))).toEqual({
      codes: [undefined, "enclave/unreachable", undefined],
      spare: 0,
      roll: 7,
    });
    expect(look(undefined, AWAY, at(3))).toMatchObject({ spare: -1, roll: undefined });
    expect(holdingOf(HELD_BY_THREE, [at(1)]).holders[0]).toMatchObject({ slot: 1, className: "a" });
  });

  it("have as many as sign believed over others, whatever those say", () => {
    expect(look(at(1, 8), at(2), at(3))).toEqual({
      codes: ["enclave/other-package", undefined, undefined],
      spare: 0,
      roll: 7,
    });
    expect(look(at(1, 6), at(2, 7), at(3, 8))).toEqual({
      codes: Array.from({ length: 3 }, () => "enclave/other-package"),
      spare: -3 + 1,
      roll: undefined,
    });
  });

  it("aren't those that hold another slot's share, or none", () => {
    expect(look(at(2), at(2), at(3)).codes).toEqual(["enclave/other-slot", undefined, undefined]);
    expect(look(at(1), holderOf(undefined), at(3)).codes).toEqual([undefined, "enclave/no-share", undefined]);
  });

  it("are the one enclave alone where that holds the key whole", () => {
    const sole = holdingOf(exampleConfig, [holderOf(undefined)]);
    expect(sole).toMatchObject({ threshold: 1, publicPackage: undefined, holders: [{ slot: undefined }] });
    expect([soundHolders(sole).length, spareHolders(sole)]).toEqual([1, 0]);
    expect(spareHolders(holdingOf(exampleConfig, [AWAY]))).toBe(-1);
  });
});
