import { PdiemError } from "@pdiem/light-client/error";

/**
 * A well-formed, proven request that the protocol doesn't allow, or not now. Codes start with
 * `refused/`. `retry` is `later` where passing time or other facts can change the answer.
 */
export class RefusedError extends PdiemError {
  override readonly name = "RefusedError";
}
