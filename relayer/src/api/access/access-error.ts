import { PdiemError } from "@pdiem/light-client/error";

/** A refusal with a status of its own. */
export class AccessError extends PdiemError {
  override readonly name = "AccessError";
  constructor(
    code: string,
    message: string,
    readonly status: 401 | 403 | 421,
  ) {
    super(code, message, "never");
  }
}
