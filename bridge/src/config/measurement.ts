/** What code may hold the key, as the evidence of each kind of TEE names it. */
import { isZero, toHex } from "@pdiem/light-client/bytes";
import { bytes, type Decoded, string, struct } from "@pdiem/light-client/codec/bcs";
import { RefusedError } from "../error.js";

const REGISTER = 48;
const LENGTHS: ReadonlyMap<string, number> = new Map([
  ["sgx", 32],
  ["tdx", 5 * REGISTER],
  ["sev-snp", REGISTER],
  ["simulated", 32],
]);

/**
 * Registers of a TDX guest that its firmware and kernel fill. RTMR3 stays zero where nothing adds
 * to it.
 */
const TDX_BOOT_REGISTERS = ["MRTD", "RTMR0", "RTMR1", "RTMR2"];

const MAX_MEASUREMENT_BYTES = 5 * REGISTER;

export const measurement = struct({
  /** `sgx`, `tdx`, `sev-snp`, or `simulated`, which proves nothing. */
  tee: string,
  /**
   * What names the code, by the kind of TEE:
   * - sgx: MRENCLAVE, 32 bytes;
   * - tdx: MRTD, RTMR0, RTMR1, RTMR2, RTMR3, 48 bytes each; under dstack RTMR3 tells the
   *   application;
   * - sev-snp: the launch measurement, 48 bytes;
   * - simulated: 32 bytes.
   */
  value: bytes(MAX_MEASUREMENT_BYTES),
});
export type Measurement = Decoded<typeof measurement>;

/** Tells whether it is of a TEE that proves nothing and keeps nothing from its host. */
export const isSimulated = ({ tee }: Measurement): boolean => tee === "simulated";

const demand = (holds: boolean, message: string): void => {
  if (!holds) throw new RefusedError("refused/config-measurements", message);
};

/**
 * Checks kind and length, and that it names some code.
 * @throws RefusedError `refused/config-measurements`
 */
export const checkMeasurement = ({ tee, value }: Measurement): void => {
  const length = LENGTHS.get(tee);
  demand(
    length !== undefined,
    `expected a measurement of ${[...LENGTHS.keys()].join(", ")}, got one of "${tee.slice(0, 40)}"`,
  );
  demand(
    value.length === length,
    `expected ${tee}'s measurement to have ${length} bytes, got ${value.length}: ${toHex(value)}`,
  );
  demand(!isZero(value), `expected ${tee}'s measurement not to be zero`);
  if (tee !== "tdx") return;
  for (const [i, name] of TDX_BOOT_REGISTERS.entries())
    demand(
      !isZero(value.subarray(i * REGISTER, (i + 1) * REGISTER)),
      `expected ${name} not to be zero: such a guest runs whatever its host gives it`,
    );
};
