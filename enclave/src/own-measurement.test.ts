import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { ownMeasurement } from "./own-measurement.js";
import { simulatedTee } from "./tee/simulated.js";
import type { Tee, TeeKind } from "./tee/tee.js";
import { sgxQuote, snpReport, tdxQuote } from "./testing/evidence-bytes.js";

const FIELD = new Uint8Array(64);

const teeWith = (kind: TeeKind, bytes: Uint8Array): Tee => ({
  kind,
  evidence: async () => ({ bytes }),
  sealingKey: async () => new Uint8Array(32),
});

/**
 * Evidence with registers filled by their numbers, at the vendors' own offsets from the body's
 * start.
 */
const withRegisters = (
  evidence: Uint8Array,
  body: number,
  registers: readonly (readonly [number, number])[],
): Uint8Array => {
  for (const [i, [offset, length]] of registers.entries()) evidence.fill(i + 1, body + offset, body + offset + length);
  return evidence;
};
const registersOf = (...lengths: readonly number[]): string =>
  lengths.map((length, i) => toHex(new Uint8Array(length).fill(i + 1))).join("");

describe("an enclave's own measurement", () => {
  it.each([
    ["sgx", "3", withRegisters(sgxQuote(FIELD), 48, [[64, 32]]), registersOf(32)],
    ["sgx", "5", withRegisters(sgxQuote(FIELD, 5), 54, [[64, 32]]), registersOf(32)],
    ...(
      [
        ["4", 48, tdxQuote(FIELD)],
        ["5", 54, tdxQuote(FIELD, 5)],
      ] as const
    ).map(
      ([version, body, quote]) =>
        [
          "tdx",
          version,
          withRegisters(quote, body, [
            [136, 48],
            [328, 48],
            [376, 48],
            [424, 48],
            [472, 48],
          ]),
          registersOf(48, 48, 48, 48, 48),
        ] as const,
    ),
    ["sev-snp", "2", withRegisters(snpReport(FIELD), 0, [[0x90, 48]]), registersOf(48)],
  ] as const)("is what %s evidence of version %s says", async (kind, _, evidence, value) => {
    expect(await ownMeasurement(teeWith(kind, evidence))).toEqual({ tee: kind, value: fromHex(value) });
  });

  it("is the simulated one's name", async () => {
    const { tee, value } = await ownMeasurement(simulatedTee("/nowhere"));
    expect({ tee, length: value.length }).toEqual({ tee: "simulated", length: 32 });
  });

  it("isn't read from evidence of another form", async () => {
    await expect(ownMeasurement(teeWith("sgx", new Uint8Array(500)))).rejects.toMatchObject({
      code: "tee/evidence-form",
    });
  });
});
