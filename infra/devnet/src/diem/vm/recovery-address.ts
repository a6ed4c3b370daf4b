/**
 * `0x1::RecoveryAddress`: how an account gives the right to rotate its key to another of its VASP,
 * for good. Source: diem/diem language/diem-framework/modules/RecoveryAddress.move.
 */
import { equal } from "@pdiem/light-client/bytes";
import { struct, vector } from "@pdiem/light-client/codec/bcs";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { coreResource, type Resource } from "@pdiem/light-client/diem/state/account-state";
import { extractKeyRotationCapability, setAuthenticationKey } from "./authentication-keys.js";
import { ensure } from "./move-abort.js";
import { expectResource, type Session } from "./session.js";
import { isSameVasp, vaspOf } from "./vasp.js";

const MODULE = "RecoveryAddress";
const NOT_A_VASP = 0;
const CANNOT_ROTATE_KEY = 2;
const INVALID_KEY_ROTATION_DELEGATION = 3;
const ACCOUNT_NOT_RECOVERABLE = 4;
const RECOVERY_ADDRESS = 5;
const MAX_KEYS_REGISTERED = 6;
const MAX_REGISTERED_KEYS = 256;

/** The accounts whose keys its holder may rotate. */
export interface RecoveryAddress {
  readonly rotationCapabilities: readonly AccountAddress[];
}

export const recoveryAddress: Resource<RecoveryAddress> = coreResource(
  MODULE,
  "RecoveryAddress",
  struct<RecoveryAddress>({ rotationCapabilities: vector(accountAddress) }),
);

export const createRecoveryAddress = (session: Session, account: AccountAddress): void => {
  extractKeyRotationCapability(session, account);
  ensure(vaspOf(session, account) !== undefined, MODULE, "INVALID_ARGUMENT", NOT_A_VASP);
  ensure(session.read(account, recoveryAddress) === undefined, MODULE, "ALREADY_PUBLISHED", RECOVERY_ADDRESS);
  session.put(account, recoveryAddress, { rotationCapabilities: [account] });
};

export const addRotationCapability = (session: Session, account: AccountAddress, recovery: AccountAddress): void => {
  extractKeyRotationCapability(session, account);
  const { rotationCapabilities } = expectResource(session, recovery, recoveryAddress, [MODULE, RECOVERY_ADDRESS]);
  ensure(isSameVasp(session, recovery, account), MODULE, "INVALID_ARGUMENT", INVALID_KEY_ROTATION_DELEGATION);
  ensure(rotationCapabilities.length < MAX_REGISTERED_KEYS, MODULE, "LIMIT_EXCEEDED", MAX_KEYS_REGISTERED);
  session.put(recovery, recoveryAddress, { rotationCapabilities: [...rotationCapabilities, account] });
};

export const rotateRecoverableKey = (
  session: Session,
  sender: AccountAddress,
  recovery: AccountAddress,
  account: AccountAddress,
  key: Uint8Array,
): void => {
  const { rotationCapabilities } = expectResource(session, recovery, recoveryAddress, [MODULE, RECOVERY_ADDRESS]);
  const mayRotate = equal(sender, account) || equal(sender, recovery);
  ensure(mayRotate, MODULE, "INVALID_ARGUMENT", CANNOT_ROTATE_KEY);
  const isRecoverable = rotationCapabilities.some((held) => equal(held, account));
  ensure(isRecoverable, MODULE, "INVALID_ARGUMENT", ACCOUNT_NOT_RECOVERABLE);
  setAuthenticationKey(session, account, key);
};
