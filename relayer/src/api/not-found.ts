import { PdiemError } from "@pdiem/light-client/error";

/** What a path names isn't there: a 404. */
export class NotFound extends PdiemError {
  override readonly name = "NotFound";
}
