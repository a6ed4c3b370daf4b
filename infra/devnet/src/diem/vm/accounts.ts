/** Making accounts. Source: diem/diem language/diem-framework/modules/DiemAccount.move. */

import { roleId } from "@pdiem/chain-formats/diem/state/resources/roles";
import { concat, equal } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { createAccountEvent } from "@pdiem/light-client/diem/state/event-data";
import { freezingBit } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { diemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { CORE_CODE_ADDRESS } from "@pdiem/light-client/diem/transactions/type-tag";
import { DIEM_ROOT, VM_RESERVED } from "../well-known-addresses.js";
import { balanceOf, currencyCodes, currencyInfoAt, holds } from "./currencies.js";
import { newEventHandle } from "./event-handles.js";
import { accountOperationsCapability } from "./framework-resources.js";
import { ensure } from "./move-abort.js";
import { canHoldBalance } from "./roles.js";
import type { Session } from "./session.js";

const MODULE = "DiemAccount";
const ROLE_CANT_STORE_BALANCE = 4;
const MALFORMED_AUTHENTICATION_KEY = 8;
const CANNOT_CREATE_AT_VM_RESERVED = 10;
const ADD_EXISTING_CURRENCY = 15;
const CANNOT_CREATE_AT_CORE_CODE = 24;
const FREEZING_BIT = 2;
const AUTHENTICATION_KEY_LENGTH = 32;

export const addCurrency = (session: Session, account: AccountAddress, currency: string): void => {
  ensure(canHoldBalance(session, account), MODULE, "INVALID_ARGUMENT", ROLE_CANT_STORE_BALANCE);
  currencyInfoAt(session, currency);
  ensure(!holds(session, account, currency), MODULE, "ALREADY_PUBLISHED", ADD_EXISTING_CURRENCY);
  session.put(account, balanceOf(currency), { coin: 0n });
};

/** Adds `currency`, or all that there are. */
export const addCurrencies = (session: Session, account: AccountAddress, currency: string, all: boolean): void => {
  addCurrency(session, account, currency);
  if (!all) return;
  for (const other of currencyCodes(session)) if (!holds(session, account, other)) addCurrency(session, account, other);
};

/**
 * Does the last step of making any account; its role must be granted already. The key is `prefix ‖
 * address`.
 */
export const makeAccount = (session: Session, address: AccountAddress, authenticationKeyPrefix: Uint8Array): void => {
  ensure(!equal(address, VM_RESERVED), MODULE, "INVALID_ARGUMENT", CANNOT_CREATE_AT_VM_RESERVED);
  ensure(!equal(address, CORE_CODE_ADDRESS), MODULE, "INVALID_ARGUMENT", CANNOT_CREATE_AT_CORE_CODE);
  const authenticationKey = concat(authenticationKeyPrefix, address);
  ensure(
    authenticationKey.length === AUTHENTICATION_KEY_LENGTH,
    MODULE,
    "INVALID_ARGUMENT",
    MALFORMED_AUTHENTICATION_KEY,
  );
  const receivedEvents = newEventHandle(session, address);
  const sentEvents = newEventHandle(session, address);
  session.put(address, diemAccount, {
    authenticationKey,
    withdrawCapability: address,
    keyRotationCapability: address,
    receivedEvents,
    sentEvents,
    sequenceNumber: 0n,
  });
  ensure(session.read(address, freezingBit) === undefined, "AccountFreezing", "ALREADY_PUBLISHED", FREEZING_BIT);
  session.put(address, freezingBit, { isFrozen: false });
  announceAccount(session, address);
};

/** Emits CreateAccount from 0xA550C18, whose own account must exist. */
const announceAccount = (session: Session, created: AccountAddress): void => {
  const operations = session.get(DIEM_ROOT, accountOperationsCapability);
  const data = { created, roleId: session.get(created, roleId).roleId };
  const creationEvents = session.emit(operations.creationEvents, createAccountEvent, data);
  session.put(DIEM_ROOT, accountOperationsCapability, { ...operations, creationEvents });
};
