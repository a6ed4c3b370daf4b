/**
 * Accounts of VASPs. Sources: diem/diem
 * language/diem-framework/modules/{VASP,DiemAccount,AccountCreationScripts}.move.
 */

import { vaspDomains } from "@pdiem/chain-formats/diem/state/resources/vasp-domain";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { childVasp, parentVasp } from "@pdiem/light-client/diem/state/resources/vasp";
import { addCurrencies, makeAccount } from "./accounts.js";
import { publishCredential } from "./dual-attestation.js";
import { publishGenerator } from "./event-handles.js";
import { ensure } from "./move-abort.js";
import { assertParentVasp, assertTreasuryCompliance, grantRole } from "./roles.js";
import type { Session } from "./session.js";

const MODULE = "VASP";
const TOO_MANY_CHILDREN = 1;
const NOT_A_PARENT_VASP = 3;
const MAX_CHILD_ACCOUNTS = 65_536n;

export interface NewAccount {
  readonly address: AccountAddress;
  /** First half of the authentication key; the address is the second. */
  readonly authenticationKeyPrefix: Uint8Array;
  readonly currency: string;
  readonly allCurrencies: boolean;
}

export const createParentVasp = (
  session: Session,
  creator: AccountAddress,
  account: NewAccount,
  humanName: Uint8Array,
): void => {
  assertTreasuryCompliance(session, creator);
  grantRole(session, account.address, "parentVasp");
  session.put(account.address, parentVasp, { numChildren: 0n });
  publishGenerator(session, account.address);
  publishCredential(session, account.address, humanName);
  session.put(account.address, vaspDomains, { domains: [] });
  addCurrencies(session, account.address, account.currency, account.allCurrencies);
  makeAccount(session, account.address, account.authenticationKeyPrefix);
};

export const createChildVasp = (session: Session, parent: AccountAddress, account: NewAccount): void => {
  assertParentVasp(session, parent);
  grantRole(session, account.address, "childVasp");
  const resource = session.read(parent, parentVasp);
  ensure(resource !== undefined, MODULE, "INVALID_ARGUMENT", NOT_A_PARENT_VASP);
  const numChildren = resource?.numChildren ?? 0n;
  ensure(numChildren < MAX_CHILD_ACCOUNTS, MODULE, "LIMIT_EXCEEDED", TOO_MANY_CHILDREN);
  session.put(parent, parentVasp, { numChildren: numChildren + 1n });
  session.put(account.address, childVasp, { parentVaspAddress: parent });
  publishGenerator(session, account.address);
  addCurrencies(session, account.address, account.currency, account.allCurrencies);
  makeAccount(session, account.address, account.authenticationKeyPrefix);
};
