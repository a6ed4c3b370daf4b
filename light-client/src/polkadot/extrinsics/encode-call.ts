import { bytes, type Codec, compact, compactU32, fixedBytes, u32, u128 } from "../../codec/scale.js";
import { createWriter, type Writer } from "../../codec/writer.js";
import { ProofError } from "../../error.js";
import type { Call } from "./call.js";
import type { ArgumentEncoding, CallFormat, ExtrinsicFormat } from "./extrinsic-format.js";

const accountId = fixedBytes(32);

const ACCOUNT_ID = 0;
const MAX_CALLS = 4_096;

type WriteValue<T> = (writer: Writer, value: T) => void;

/** `MultiAddress::Id`. */
export const writeAddress: WriteValue<Uint8Array> = (writer, account) => {
  writer.u8(ACCOUNT_ID);
  accountId.write(writer, account);
};

const compactU128: WriteValue<bigint> = (writer, amount) => {
  if (amount >> 128n !== 0n) throw new RangeError(`expected an unsigned 128-bit amount, got ${amount}`);
  compact.write(writer, amount);
};

const VALUES: { readonly [E in Exclude<ArgumentEncoding, "calls">]: Codec<never>["write"] } = {
  u32: u32.write,
  compactU32: compactU32.write,
  u128: u128.write,
  compactU128,
  account: writeAddress,
  bytes: bytes.write,
};

const formatOf = (format: ExtrinsicFormat, call: Call): CallFormat => {
  const found = format.calls[call.type];
  if (found === undefined)
    throw new ProofError("proof/metadata-call", `expected a proof of how ${call.type} is encoded, it has none`);
  return found;
};

const writeCall = (writer: Writer, format: ExtrinsicFormat, call: Call): void => {
  const { index, arguments: expected } = formatOf(format, call);
  for (const byte of index) writer.u8(byte);
  for (const { name, encoding } of expected) {
    // A call's fields are named as its arguments in `CALL_SIGNATURES`, which every format is of.
    const value = (call as unknown as Readonly<Record<string, never>>)[name] as never;
    if (encoding === "calls") writeCalls(writer, format, value);
    else VALUES[encoding](writer, value);
  }
};

// Batches don't nest: the bridge makes no such.
const writeCalls = (writer: Writer, format: ExtrinsicFormat, calls: readonly Call[]): void => {
  if (calls.length > MAX_CALLS) throw new RangeError(`expected at most ${MAX_CALLS} calls, got ${calls.length}`);
  compactU32.write(writer, calls.length);
  for (const call of calls) {
    if (call.type === "batchAll") throw new RangeError("expected a call that can stand in a batch, got another batch");
    writeCall(writer, format, call);
  }
};

/**
 * Encodes a call. A `batchAll` holds at most 4,096 calls and no other `batchAll`.
 * @throws ProofError `proof/metadata-call` for a call whose types weren't proven
 */
export const encodeCall = (format: ExtrinsicFormat, call: Call): Uint8Array => {
  const writer = createWriter();
  writeCall(writer, format, call);
  return writer.finish();
};
