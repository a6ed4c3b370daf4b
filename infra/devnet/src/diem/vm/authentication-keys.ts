/** Source: diem/diem language/diem-framework/modules/DiemAccount.move (`rotate_authentication_key`). */
import type { AccountAddress } from "@pdiem/light-client/diem/account-address";
import { diemAccount } from "@pdiem/light-client/diem/resources/diem-account";
import { ensure } from "./move-abort.js";
import { expectResource, type Session } from "./session.js";

const MODULE = "DiemAccount";
const ACCOUNT = 0;
const MALFORMED_AUTHENTICATION_KEY = 8;
const KEY_ROTATION_CAPABILITY_ALREADY_EXTRACTED = 9;

export const rotateAuthenticationKey = (session: Session, address: AccountAddress, key: Uint8Array): void => {
  const account = expectResource(session, address, diemAccount, [MODULE, ACCOUNT]);
  const capability = account.keyRotationCapability !== undefined;
  ensure(capability, MODULE, "INVALID_STATE", KEY_ROTATION_CAPABILITY_ALREADY_EXTRACTED);
  ensure(key.length === 32, MODULE, "INVALID_ARGUMENT", MALFORMED_AUTHENTICATION_KEY);
  session.put(address, diemAccount, { ...account, authenticationKey: key });
};
