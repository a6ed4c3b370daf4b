/** What comes of what is asked for, and of all checks. */
import { fetchCollateral } from "@pdiem/bridge-client/collateral/fetch-collateral";
import { refusalIn } from "@pdiem/bridge-client/examine/check";
import type { ShownEnclave } from "@pdiem/bridge-client/examine/shown-enclave";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import type { AskOptions, Output } from "../output.js";
import type { WalkAgainOptions } from "../own-walk.js";
import type { Verdict } from "./report.js";

export interface VerifyOptions extends AskOptions, WalkAgainOptions {
  /** Asked itself, instead of a relayer. */
  readonly enclave?: string;
  /** A file instead of the vendors' services: for several enclaves a list. */
  readonly collateral?: string;
}

/** @throws PdiemError `verify-enclave/fails`; `verify-enclave/undecided`, `later` */
export const throwVerdict = (verdict: Verdict): void => {
  if (verdict === "fails") throw new PdiemError("verify-enclave/fails", "not all checks hold: see above", "never");
  if (verdict === "undecided")
    throw new PdiemError("verify-enclave/undecided", "not everything could be checked: see above", "later");
};

/** Gives what a body does, or what it was refused by. */
export const orRefusal = async <T>(body: () => Promise<T>): Promise<T | PdiemError> => {
  try {
    return await body();
  } catch (error) {
    return refusalIn(error);
  }
};

/** Fetches what evidence is verified with. @throws what `fetchCollateral` throws */
export const fetchFor = (
  { tee, evidence, supplement }: ShownEnclave,
  { attestation }: Config,
  output: Output,
): Promise<Collateral> =>
  fetchCollateral(readShownEvidence({ tee, bytes: evidence }), attestation, {
    warn: output.err,
    ...(supplement === undefined ? {} : { supplement }),
  });
