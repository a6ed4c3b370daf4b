/**
 * `0x1::Event::EventHandleGenerator`: numbers an account's event streams. Source:
 * language/move-stdlib/modules/Event.move.
 */
import { struct, u64 } from "../../../codec/bcs.js";
import { type AccountAddress, accountAddress } from "../../address/account-address.js";
import { type AccountState, coreResource, type Resource, readResource } from "../account-state.js";

export interface EventHandleGenerator {
  /** The creation number of the next handle. */
  readonly counter: bigint;
  readonly address: AccountAddress;
}

export const eventHandleGenerator: Resource<EventHandleGenerator> = coreResource(
  "Event",
  "EventHandleGenerator",
  struct<EventHandleGenerator>({ counter: u64, address: accountAddress }),
);

export const readEventHandleGenerator = (state: AccountState): EventHandleGenerator | undefined =>
  readResource(state, eventHandleGenerator);
