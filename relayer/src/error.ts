import { PdiemError } from "@pdiem/light-client/error";

/** A configuration that can't be used. Codes start with `config/`. */
export class ConfigError extends PdiemError {
  override readonly name = "ConfigError";
}

/** An endpoint that failed, lied about form, or went silent. Codes start with `rpc/`. */
export class RpcError extends PdiemError {
  override readonly name: string = "RpcError";
}

/** A node that asks to be left alone for a while: it has answered 429, or 503 with a time. */
export class BusyError extends RpcError {
  override readonly name: string = "BusyError";
  constructor(
    message: string,
    readonly waitMs: number,
  ) {
    super("rpc/busy", message, "backoff");
  }
}

/** The enclave's own refusal, with its own code, or `enclave/...` where it couldn't be asked. */
export class EnclaveError extends PdiemError {
  override readonly name = "EnclaveError";
}

/**
 * Writes what people and dashboards are told of an error: the code first, so that they can group
 * by it.
 */
export const reasonOf = ({ code, message }: Pick<PdiemError, "code" | "message">): string => `${code}: ${message}`;
