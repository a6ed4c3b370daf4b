import { PdiemError } from "@pdiem/light-client/error";

/** Collateral that can't be had. Codes start with `collateral/`. */
export class CollateralError extends PdiemError {
  override readonly name = "CollateralError";
}

/** Makes one error that names all that is missing, for whoever has to get it. */
export const missingCollateral = (failures: readonly Error[]): CollateralError =>
  new CollateralError(
    "collateral/missing",
    `expected all collateral, missing:\n${failures.map(({ message }) => `- ${message}`).join("\n")}`,
    "backoff",
    { cause: failures[0] },
  );
