/** `0x1::DesignatedDealer`. Source: types/src/account_config/resources/designated_dealer.rs. */
import { struct } from "@pdiem/light-client/codec/bcs";
import {
  type AccountState,
  coreResource,
  type Resource,
  readResource,
} from "@pdiem/light-client/diem/state/account-state";
import { type EventHandle, eventHandle } from "@pdiem/light-client/diem/state/event";

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
