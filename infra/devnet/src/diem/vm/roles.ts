/**
 * `0x1::Roles` and `0x1::CoreAddresses`. Sources: diem/diem
 * language/diem-framework/modules/{Roles,CoreAddresses}.move.
 */

import { ROLES, type Role, roleId } from "@pdiem/chain-formats/diem/state/resources/roles";
import { equal } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { DIEM_ROOT, TREASURY_COMPLIANCE } from "../well-known-addresses.js";
import { ensure } from "./move-abort.js";
import { expectResource, type Session } from "./session.js";

const MODULE = "Roles";
const ROLE_ID = 0;
const NOT_DIEM_ROOT = 1;
const NOT_TREASURY_COMPLIANCE = 2;
const NOT_PARENT_VASP = 3;

export const roleIdOf = (role: Role): bigint => BigInt(ROLES.indexOf(role));

export const roleOf = (session: Session, account: AccountAddress): Role | undefined => {
  const id = session.read(account, roleId)?.roleId;
  return id === undefined ? undefined : ROLES[Number(id)];
};

const assertRole = (session: Session, account: AccountAddress, role: Role, reason: number): void => {
  const { roleId: id } = expectResource(session, account, roleId, [MODULE, ROLE_ID]);
  ensure(id === roleIdOf(role), MODULE, "REQUIRES_ROLE", reason);
};

export const assertDiemRoot = (session: Session, account: AccountAddress): void => {
  ensure(equal(account, DIEM_ROOT), "CoreAddresses", "REQUIRES_ADDRESS", 0);
  assertRole(session, account, "diemRoot", NOT_DIEM_ROOT);
};

export const assertTreasuryCompliance = (session: Session, account: AccountAddress): void => {
  ensure(equal(account, TREASURY_COMPLIANCE), "CoreAddresses", "REQUIRES_ADDRESS", 1);
  assertRole(session, account, "treasuryCompliance", NOT_TREASURY_COMPLIANCE);
};

export const assertParentVasp = (session: Session, account: AccountAddress): void =>
  assertRole(session, account, "parentVasp", NOT_PARENT_VASP);

export const grantRole = (session: Session, account: AccountAddress, role: Role): void => {
  ensure(session.read(account, roleId) === undefined, MODULE, "ALREADY_PUBLISHED", ROLE_ID);
  session.put(account, roleId, { roleId: roleIdOf(role) });
};

export const canHoldBalance = (session: Session, account: AccountAddress): boolean =>
  ["parentVasp", "childVasp", "designatedDealer"].includes(roleOf(session, account) ?? "");
