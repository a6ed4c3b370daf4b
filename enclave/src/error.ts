import { PdiemError, type Retry } from "@pdiem/light-client/error";

/** A request that isn't one, before the protocol has looked at it. Codes start with `request/`. */
export class RequestError extends PdiemError {
  override readonly name = "RequestError";
  /** @param status HTTP status to answer with */
  constructor(
    readonly status: number,
    code: string,
    message: string,
    retry: Retry = "never",
    options?: ErrorOptions,
  ) {
    super(code, message, retry, options);
  }
}

/**
 * A sealed file that doesn't open here, or must not be written. Codes start with `sealed/`.
 * Nothing was overwritten.
 */
export class SealedStoreError extends PdiemError {
  override readonly name = "SealedStoreError";
}

/** A TEE that doesn't give what it should. Codes start with `tee/`. */
export class TeeError extends PdiemError {
  override readonly name = "TeeError";
}
