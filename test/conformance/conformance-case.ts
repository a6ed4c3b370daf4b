/**
 * What every part of the conformance run is made of: cases that say what was expected and what
 * came.
 */
import { isPdiemError } from "@pdiem/light-client/error";

/** Passed when both texts are equal. */
export interface Outcome {
  readonly expected: string;
  readonly got: string;
}

export interface ConformanceCase {
  /** Unique within a run: the file and the case's own name in it. */
  readonly name: string;
  /** May throw: that counts as a failure too. */
  readonly check: () => Outcome | Promise<Outcome>;
}

/**
 * The cases of one part of a folder, such as `diem/vectors.json`. Undefined when the folder doesn't
 * have the part. A part that is there but unreadable is one failing case.
 */
export interface ConformancePart {
  readonly name: string;
  readonly cases: (folder: string) => Promise<readonly ConformanceCase[] | undefined>;
}

/**
 * Any value as one line of text; bigints as decimal texts, bytes are for the caller to turn into
 * hex.
 */
export const asText = (value: unknown): string =>
  typeof value === "string"
    ? value
    : (JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? item.toString() : item)) ?? "undefined");

/** The text of an error thrown on purpose; an exception of another kind is marked as such. */
export const errorText = (error: unknown): string =>
  isPdiemError(error) ? `${error.code}: ${error.message}` : `an untyped exception: ${String(error)}`;

/** Expects `compute` to return a value equal to `expected`. */
export const equality = (name: string, expected: unknown, compute: () => unknown): ConformanceCase => ({
  name,
  check: async () => {
    try {
      return { expected: asText(expected), got: asText(await compute()) };
    } catch (error) {
      return { expected: asText(expected), got: errorText(error) };
    }
  },
});

/** Expects `verify` to return, whatever it returns. */
export const accepted = (name: string, verify: () => unknown): ConformanceCase =>
  equality(name, "accepted", async () => {
    await verify();
    return "accepted";
  });

/** Expects a typed error; any other exception fails the case. @param reason told with a failure */
export const rejected = (name: string, reason: string, verify: () => unknown): ConformanceCase => ({
  name,
  check: async () => {
    try {
      await verify();
    } catch (error) {
      if (isPdiemError(error)) return { expected: "rejected", got: "rejected" };
      return { expected: `rejected: ${reason}`, got: errorText(error) };
    }
    return { expected: `rejected: ${reason}`, got: "accepted" };
  },
});

/** A case that can't be run, as its layout is none that this program knows. */
export const unknownCase = (name: string, what: string): ConformanceCase => ({
  name,
  check: () => ({ expected: "a case of a known kind", got: what }),
});
