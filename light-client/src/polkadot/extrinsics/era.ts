/** Mortal eras of Substrate extrinsics. Source: sp_runtime::generic::Era. */
import { DecodeError } from "../../error.js";

/**
 * An extrinsic with an era is valid in the blocks after its birth block and before `period` blocks
 * have passed. `phase` is the birth block's number modulo `period`.
 */
export interface Era {
  readonly period: number;
  readonly phase: number;
}

const MIN_PERIOD = 4;
/** Longer periods round the phase; nothing here needs them. */
const MAX_PERIOD = 4096;

const isPeriod = (period: number): boolean =>
  period >= MIN_PERIOD && period <= MAX_PERIOD && Number.isInteger(Math.log2(period));

/**
 * Makes the era of that period born at a block. It is usable in `birthNumber + 1 … birthNumber +
 * period − 1`.
 * @param period power of two, 4 to 4,096
 */
export const mortalEra = (period: number, birthNumber: number): Era => {
  if (!isPeriod(period)) throw new RangeError(`expected a power of two from 4 to 4096, got ${period}`);
  return { period, phase: birthNumber % period };
};

/** Writes two bytes, little endian: log2(period) − 1 in the low four bits, the phase above. */
export const encodeEra = ({ period, phase }: Era): Uint8Array => {
  const value = (Math.log2(period) - 1) | (phase << 4);
  return Uint8Array.of(value & 0xff, value >> 8);
};

/**
 * @throws DecodeError `decode/era` for an immortal era, a period above 4,096 or a phase outside of
 * it
 */
export const decodeEra = (encoded: Uint8Array): Era => {
  const [low = 0, high = 0] = encoded;
  const value = low | (high << 8);
  const period = 2 << (value & 0xf);
  const phase = value >> 4;
  if (encoded.length !== 2 || !isPeriod(period) || phase >= period)
    throw new DecodeError(
      "decode/era",
      `expected a mortal era of 4 to 4096 blocks, got period ${period}, phase ${phase}`,
    );
  return { period, phase };
};

/**
 * Finds the birth block of an era for an extrinsic in a block. It is the last number at the era's
 * phase before `number`, or `number` itself.
 */
export const birthOf = ({ period, phase }: Era, number: number): number =>
  number - ((((number - phase) % period) + period) % period);
