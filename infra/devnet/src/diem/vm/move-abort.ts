/** How Move code ends early: as an abort with a code, or as an error that the VM reports. */
import { CATEGORIES, type Category } from "./abort-codes.js";

/** `module` is one of the framework's, at 0x1; `code` = category | reason << 8. */
export class MoveAbort extends Error {
  override readonly name = "MoveAbort";
  constructor(
    readonly module: string,
    readonly code: bigint,
  ) {
    super(`${module} aborted with ${code}`);
  }
}

/**
 * Code that the VM refuses to run, such as a function that doesn't exist: kept as
 * `miscellaneousError`.
 */
export class VerificationError extends Error {
  override readonly name = "VerificationError";
}

export const moveAbort = (module: string, category: Category, reason: number): MoveAbort =>
  new MoveAbort(module, BigInt(CATEGORIES[category].code | (reason << 8)));

/** Aborts like Move's `assert`. */
export const ensure = (condition: boolean, module: string, category: Category, reason: number): void => {
  if (!condition) throw moveAbort(module, category, reason);
};
