/** `0x1::VASP`. Source: types/src/account_config/resources/vasp.rs. */
import { struct, u64 } from "../../../codec/bcs.js";
import { type AccountAddress, accountAddress } from "../../address/account-address.js";
import { type AccountState, coreResource, type Resource, readResource } from "../account-state.js";

export interface ParentVasp {
  readonly numChildren: bigint;
}

export interface ChildVasp {
  readonly parentVaspAddress: AccountAddress;
}

export const parentVasp: Resource<ParentVasp> = coreResource(
  "VASP",
  "ParentVASP",
  struct<ParentVasp>({ numChildren: u64 }),
);

export const childVasp: Resource<ChildVasp> = coreResource(
  "VASP",
  "ChildVASP",
  struct<ChildVasp>({ parentVaspAddress: accountAddress }),
);

export const readParentVasp = (state: AccountState): ParentVasp | undefined => readResource(state, parentVasp);

export const readChildVasp = (state: AccountState): ChildVasp | undefined => readResource(state, childVasp);
