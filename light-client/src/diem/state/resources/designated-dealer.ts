/** `0x1::DesignatedDealer`. Source: types/src/account_config/resources/designated_dealer.rs. */
import { struct } from "../../../codec/bcs.js";
import { type AccountState, coreResource, type Resource, readResource } from "../account-state.js";
import { type EventHandle, eventHandle } from "../event.js";

export interface DesignatedDealer {
  readonly receivedMintEvents: EventHandle;
}

export const designatedDealer: Resource<DesignatedDealer> = coreResource(
  "DesignatedDealer",
  "Dealer",
  struct<DesignatedDealer>({ receivedMintEvents: eventHandle }),
);

export const readDesignatedDealer = (state: AccountState): DesignatedDealer | undefined =>
  readResource(state, designatedDealer);
