import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";

/** What was checked, what should have come, and what came. */
export interface Check {
  readonly name: string;
  /** `not-shown`: nothing came that could be checked, so it may hold or not. */
  readonly outcome: "ok" | "failed" | "not-shown";
  readonly expected: string;
  readonly found: string;
  /** Names the refusal that it failed by, where it was one. */
  readonly code?: string;
}

export const checkThat = (name: string, holds: boolean, expected: string, found: string): Check => ({
  name,
  outcome: holds ? "ok" : "failed",
  expected,
  found,
});

export const notShown = (name: string, expected: string, found: string): Check => ({
  name,
  outcome: "not-shown",
  expected,
  found,
});

/** Writes an error with its code first, so that it can be looked up. */
export const reasonOf = ({ code, message }: Pick<PdiemError, "code" | "message">): string => `${code}: ${message}`;

/** Makes a check that an error answers. */
export const refused = (name: string, expected: string, error: PdiemError): Check => ({
  ...checkThat(name, false, expected, reasonOf(error)),
  code: error.code,
});

/** Takes what was thrown on purpose; anything else is a defect, and thrown on. */
export const refusalIn = (error: unknown): PdiemError => {
  if (isPdiemError(error)) return error;
  throw error;
};
