import type { PdiemError } from "@pdiem/light-client/error";
import { EnclaveError, reasonOf } from "../error.js";

/** Why each slot that was left out was, by slot. */
export type LeftOut = ReadonlyMap<number, PdiemError>;

/** Tells what the bridge's rules refuse, or proofs: holders that are well all refuse it alike. */
export const isRefusal = ({ code }: Pick<PdiemError, "code">): boolean => /^(?:refused|proof|decode)\//.test(code);

const inWords = (leftOut: LeftOut): string =>
  [...leftOut]
    .sort(([a], [b]) => a - b)
    .map(([slot, error]) => `slot ${slot}: ${reasonOf(error)}`)
    .join("; ");

/**
 * Says why nothing was signed. Where all that answered refuse it for one reason, that is it: as
 * with a key that one enclave holds.
 * @returns an error to throw: `holders/too-few` with `backoff`, or of the holders' own code
 */
export const tooFew = (threshold: number, slots: number, leftOut: LeftOut): EnclaveError => {
  const refusals = [...leftOut.values()].filter(isRefusal);
  const [first, ...others] = refusals;
  if (first !== undefined && others.every(({ code }) => code === first.code))
    return new EnclaveError(first.code, first.message, first.retry, { cause: first });
  return new EnclaveError(
    "holders/too-few",
    `expected ${threshold} of ${slots} holders to sign: ${inWords(leftOut)}`,
    "backoff",
  );
};
