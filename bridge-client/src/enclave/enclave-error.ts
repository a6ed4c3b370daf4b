import { PdiemError } from "@pdiem/light-client/error";

/** The enclave's own refusal, with its own code, or `enclave/…` where it couldn't be asked. */
export class EnclaveError extends PdiemError {
  override readonly name = "EnclaveError";
}
