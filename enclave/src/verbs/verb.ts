import type { RequestOf, ResponseOf, RouteName } from "../routes.js";
import type { Holder, Participant, Process, Receiver, StateChange } from "../state/enclave-state.js";

interface Roles {
  readonly following: Participant | Receiver | Holder;
  readonly holder: Holder;
}

/** What an enclave of a role does with a request. */
export type Verb<R extends RouteName, Role extends keyof Roles = "holder"> = (
  state: Roles[Role],
  request: RequestOf<R>,
  self: Process,
) => StateChange<ResponseOf<R>>;
