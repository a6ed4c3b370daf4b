/** `0x1::AccountFreezing`. Source: types/src/account_config/resources/freezing_bit.rs. */
import { bool, struct } from "../../../codec/bcs.js";
import { type AccountState, coreResource, type Resource, readResource } from "../account-state.js";

export interface FreezingBit {
  readonly isFrozen: boolean;
}

export const freezingBit: Resource<FreezingBit> = coreResource(
  "AccountFreezing",
  "FreezingBit",
  struct<FreezingBit>({ isFrozen: bool }),
);

/** Tells whether the account is frozen. A child isn't by its parent's being so. */
export const readFreezing = (state: AccountState): boolean | undefined => readResource(state, freezingBit)?.isFrozen;
