/** How a ceremony's files write what enclaves show, within bounds: bytes as `0x`-hex. */
import { CHIP_ID_LENGTH } from "@pdiem/bridge/config/attestation-policy";
import { MAX_SLOTS } from "@pdiem/bridge/config/holders";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { formatCollateral, parseCollateral } from "../collateral/collateral-json.js";

const MAX_EVIDENCE_BYTES = 64 * 1024;
const MAX_COLLATERAL_TEXT = 4 * 1024 * 1024;
const MAX_COLLATERAL_FIELDS = 16;

const binary = z.custom<Uint8Array>((value) => value instanceof Uint8Array, "expected bytes");

/** Takes at most so many bytes. */
export const bytesUpTo = (most: number) =>
  z.codec(
    z
      .string()
      .max(2 + 2 * most)
      .regex(/^0x(?:[0-9a-f]{2})*$/, `expected 0x-hex of ${most} bytes at most`),
    binary,
    { decode: (text) => new Uint8Array(fromHex(text)), encode: (bytes) => `0x${toHex(bytes)}` },
  );

/** Takes exactly so many bytes. */
export const bytesOf = (length: number) =>
  z.codec(z.string().regex(new RegExp(`^0x[0-9a-f]{${2 * length}}$`), `expected 0x-hex of ${length} bytes`), binary, {
    decode: (text) => new Uint8Array(fromHex(text)),
    encode: (bytes) => `0x${toHex(bytes)}`,
  });

/** A slot's number, from 1 on. */
export const slotNumber = z.int().min(1).max(MAX_SLOTS);

/** A time since 1970 as a decimal string. */
export const milliseconds = z.codec(z.string().regex(/^(?:0|[1-9][0-9]{0,14})$/, "expected milliseconds"), z.bigint(), {
  decode: BigInt,
  encode: String,
});

const collateral = z.codec(
  z
    .record(z.string().max(100), z.string().max(MAX_COLLATERAL_TEXT))
    .refine((fields) => Object.keys(fields).length <= MAX_COLLATERAL_FIELDS, "expected collateral of one TEE"),
  z.custom<Collateral>(),
  { decode: parseCollateral, encode: (value) => ({ ...formatCollateral(value) }) },
);

/** Evidence that an enclave has shown, and what it was verified with. */
export const shownJson = z.strictObject({
  tee: z.string().regex(/^[a-z0-9-]{1,20}$/, "expected a kind of TEE"),
  evidence: bytesUpTo(MAX_EVIDENCE_BYTES),
  collateral,
});
export type Shown = z.output<typeof shownJson>;

/** A machine's id; `null` where it is simulated. */
const platform = z.codec(
  z
    .string()
    .regex(new RegExp(`^0x(?:[0-9a-f]{2}){1,${CHIP_ID_LENGTH}}$`), "expected a machine's id as 0x-hex")
    .nullable(),
  binary.or(z.undefined()),
  {
    decode: (text) => (text === null ? undefined : new Uint8Array(fromHex(text))),
    encode: (bytes) => (bytes === undefined ? null : `0x${toHex(bytes)}`),
  },
);

const holderKey = z.strictObject({ verifyingShare: bytesOf(32), platform });

export const publicPackageJson = z.strictObject({
  roll: bytesOf(32),
  groupKey: bytesOf(32),
  slots: z.array(holderKey).min(2).max(MAX_SLOTS).readonly(),
});

/**
 * Reads a value by its schema.
 * @param what it is, for the error
 * @throws PdiemError `ceremony/form` with the first place that isn't as it should be
 */
export const parsed = <T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> => {
  try {
    const result = z.safeDecode(schema, value as z.input<T>);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw new PdiemError("ceremony/form", `expected ${what}: ${issue?.path.join(".")}: ${issue?.message}`);
  } catch (cause) {
    if (!isPdiemError(cause) || cause.code === "ceremony/form") throw cause;
    throw new PdiemError("ceremony/form", `expected ${what}: ${cause.message}`, "never", { cause });
  }
};
