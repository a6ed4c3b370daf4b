import { RefusedError } from "../error.js";
import type { Facts } from "./facts.js";

/** Gives the earlier of both chains' proven times, ms: the only clock that is trusted. */
export const earlierTime = ({ diem, parachain }: Facts): bigint =>
  diem.time < parachain.time ? diem.time : parachain.time;

/**
 * Checks that both chains' proven times are close together: one that is withheld or rolled back
 * falls behind the other.
 * @param maxSkew ms
 * @throws RefusedError `refused/skew`
 */
export const checkSkew = (maxSkew: bigint, { diem, parachain }: Facts): void => {
  const skew = diem.time > parachain.time ? diem.time - parachain.time : parachain.time - diem.time;
  if (skew > maxSkew)
    throw new RefusedError(
      "refused/skew",
      `expected both chains' times within ${maxSkew} ms, Diem's is ${diem.time} and the parachain's ${parachain.time}: prove newer state`,
      "later",
    );
};
