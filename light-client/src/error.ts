/**
 * The one error hierarchy of the project. Every error that a caller may act on is a `PdiemError`
 * with a stable `code`.
 *
 * `retry` tells what to do about it:
 * - `never`: the same input fails for ever (a forged proof, a malformed request);
 * - `later`: nothing is wrong, the facts aren't there yet (not finalized, window full);
 * - `backoff`: a passing fault outside (an RPC node down, a socket closed).
 */
export type Retry = "never" | "later" | "backoff";

/**
 * Base of all typed errors. `message` says what was expected, what came, and what to do where that
 * isn't obvious.
 */
export class PdiemError extends Error {
  override readonly name: string = "PdiemError";
  constructor(
    readonly code: string,
    message: string,
    readonly retry: Retry = "never",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Bytes or text from outside that are not a canonical encoding of the expected type. Codes start
 * with `decode/`.
 */
export class DecodeError extends PdiemError {
  override readonly name = "DecodeError";
}

/** Well-formed input that doesn't prove what it should. Codes start with `proof/`. */
export class ProofError extends PdiemError {
  override readonly name = "ProofError";
}

/** Tells whether an error was thrown on purpose; anything else is a defect of this program. */
export const isPdiemError = (error: unknown): error is PdiemError => error instanceof PdiemError;
