/** Who belongs to which VASP. Source: diem/diem language/diem-framework/modules/VASP.move. */
import { equal } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { childVasp, parentVasp } from "@pdiem/light-client/diem/state/resources/vasp";
import type { Session } from "./session.js";

/** Gives the parent of a VASP's account, itself for a parent; undefined for accounts of others. */
export const vaspOf = (session: Session, account: AccountAddress): AccountAddress | undefined =>
  session.read(account, parentVasp) !== undefined ? account : session.read(account, childVasp)?.parentVaspAddress;

export const isChild = (session: Session, account: AccountAddress): boolean =>
  session.read(account, childVasp) !== undefined;

export const isSameVasp = (session: Session, a: AccountAddress, b: AccountAddress): boolean => {
  const [parentA, parentB] = [vaspOf(session, a), vaspOf(session, b)];
  return parentA !== undefined && parentB !== undefined && equal(parentA, parentB);
};
