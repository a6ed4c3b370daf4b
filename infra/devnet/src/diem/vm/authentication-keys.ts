/**
 * Source: diem/diem language/diem-framework/modules/DiemAccount.move (`rotate_authentication_key`,
 * `extract_key_rotation_capability`).
 */
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type DiemAccount, diemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { ensure } from "./move-abort.js";
import { expectResource, type Session } from "./session.js";

const MODULE = "DiemAccount";
const ACCOUNT = 0;
const MALFORMED_AUTHENTICATION_KEY = 8;
const KEY_ROTATION_CAPABILITY_ALREADY_EXTRACTED = 9;

const withOwnCapability = (session: Session, address: AccountAddress): DiemAccount => {
  const account = expectResource(session, address, diemAccount, [MODULE, ACCOUNT]);
  const capability = account.keyRotationCapability !== undefined;
  ensure(capability, MODULE, "INVALID_STATE", KEY_ROTATION_CAPABILITY_ALREADY_EXTRACTED);
  return account;
};

/** Sets the key, for whoever holds the account's capability. */
export const setAuthenticationKey = (session: Session, address: AccountAddress, key: Uint8Array): void => {
  const account = expectResource(session, address, diemAccount, [MODULE, ACCOUNT]);
  ensure(key.length === 32, MODULE, "INVALID_ARGUMENT", MALFORMED_AUTHENTICATION_KEY);
  session.put(address, diemAccount, { ...account, authenticationKey: key });
};

/** Rotates the key by the account itself. */
export const rotateAuthenticationKey = (session: Session, address: AccountAddress, key: Uint8Array): void => {
  withOwnCapability(session, address);
  setAuthenticationKey(session, address, key);
};

/**
 * Takes the capability out of the account: from then on the account can't rotate its key by
 * itself.
 */
export const extractKeyRotationCapability = (session: Session, address: AccountAddress): void => {
  const account = withOwnCapability(session, address);
  session.put(address, diemAccount, { ...account, keyRotationCapability: undefined });
};
