/**
 * Half a year in which both chains' sets change each month. Forks are by who got the keys of sets
 * that were left.
 */
import { filled, HOUR } from "@pdiem/bridge/testing/config";
import { validators } from "@pdiem/light-client/diem/testing/validators";
import { changeAuthority, changeValidators, FIRST_LINE, type Line, provableConfig } from "./proofs.js";

export const DAY = 24n * HOUR;
const MONTH = 30n * DAY;
const { rootsTime } = provableConfig;

const lines = ((): readonly Line[] => {
  const made = [FIRST_LINE];
  for (let n = 1; n <= 6; n++) {
    const before = made.at(-1) ?? FIRST_LINE;
    const time = rootsTime + BigInt(n) * MONTH;
    const elected = changeValidators(before, 10 * n, time, validators(4, 100 * n));
    made.push(changeAuthority(elected, 10 * n, filled(32, 100 + n)));
  }
  return made;
})();

/** The true chains as they are in that month. */
export const lineIn = (month: number): Line => lines[month] ?? FIRST_LINE;

/** A day after the sets of that month were elected. */
export const timeIn = (month: number): bigint => rootsTime + BigInt(month) * MONTH + DAY;

/** What a line says of Diem alone. */
export const diemPart = ({ epochEnds, epoch, validators: signers }: Line) => ({
  epochEnds,
  epoch,
  validators: signers,
});

/** Goes on from a line with sets whose keys are the forger's own. */
export const forgedAfter = (before: Line): Line =>
  changeAuthority(changeValidators(before, 50, timeIn(2), validators(4, 9_000)), 50, filled(32, 0x66));
