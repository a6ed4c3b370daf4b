/** `0x1::Roles`. Source: types/src/account_config/resources/role_id.rs. */
import { struct, u64 } from "@pdiem/light-client/codec/bcs";
import {
  type AccountState,
  coreResource,
  type Resource,
  readResource,
} from "@pdiem/light-client/diem/state/account-state";

export interface RoleId {
  readonly roleId: bigint;
}

export type Role =
  | "diemRoot"
  | "treasuryCompliance"
  | "designatedDealer"
  | "validator"
  | "validatorOperator"
  | "parentVasp"
  | "childVasp";

/** In the order of their ids, from 0. */
export const ROLES: readonly Role[] = [
  "diemRoot",
  "treasuryCompliance",
  "designatedDealer",
  "validator",
  "validatorOperator",
  "parentVasp",
  "childVasp",
];

export const roleId: Resource<RoleId> = coreResource("Roles", "RoleId", struct<RoleId>({ roleId: u64 }));

/** Reads a role; undefined: no role, or one that isn't known here. */
export const readRole = (state: AccountState): Role | undefined => {
  const id = readResource(state, roleId)?.roleId;
  return id === undefined ? undefined : ROLES[Number(id)];
};
