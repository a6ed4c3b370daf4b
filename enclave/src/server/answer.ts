import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import { DecodeError, isPdiemError, ProofError } from "@pdiem/light-client/error";
import { RequestError } from "../error.js";
import type { ErrorBody } from "../routes.js";

export interface ErrorAnswer {
  readonly status: number;
  readonly error: ErrorBody;
}

/** What goes back to the client: a response's bytes, or an error. */
export type Answer = { readonly status: 200; readonly body: Uint8Array } | ErrorAnswer;

/** A fault of this machine, which no other request would avoid. */
const isOwnFault = (code: string): boolean =>
  code.startsWith("tee/") || (code.startsWith("sealed/") && code !== "sealed/other-configuration");

const statusOf = (error: Error & { readonly code: string }): number => {
  if (error instanceof RequestError) return error.status;
  if (error instanceof DecodeError) return 400;
  if (error instanceof ProofError || error instanceof EvidenceRefusal) return 422;
  return isOwnFault(error.code) ? 500 : 409;
};

/**
 * Turns an error into its answer. 400 is not understood, 422 not proven, 409 proven but not
 * allowed, 5xx a fault of this side.
 */
export const errorAnswer = (error: unknown): ErrorAnswer =>
  isPdiemError(error)
    ? { status: statusOf(error), error: { code: error.code, message: error.message, retry: error.retry } }
    : {
        status: 500,
        error: { code: "internal", message: "a defect of the enclave; its log has more", retry: "backoff" },
      };
