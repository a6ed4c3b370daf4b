/**
 * What abort codes mean, as nodes explain them: the comments of the Move sources, line by line.
 * Sources: diem/diem language/move-stdlib/modules/Errors.move,
 * language/diem-framework/modules/*.move.
 */
export const CATEGORIES = {
  INVALID_STATE: {
    code: 1,
    description:
      " The system is in a state where the performed operation is not allowed. Example: call to a function only allowed\n in genesis.",
  },
  REQUIRES_ADDRESS: {
    code: 2,
    description:
      " The signer of a transaction does not have the expected address for this operation. Example: a call to a function\n which publishes a resource under a particular address.",
  },
  REQUIRES_ROLE: {
    code: 3,
    description:
      " The signer of a transaction does not have the expected  role for this operation. Example: a call to a function\n which requires the signer to have the role of treasury compliance.",
  },
  REQUIRES_CAPABILITY: { code: 4, description: " The signer of a transaction does not have a required capability." },
  NOT_PUBLISHED: {
    code: 5,
    description: " A resource is required but not published. Example: access to non-existing AccountLimits resource.",
  },
  ALREADY_PUBLISHED: {
    code: 6,
    description:
      " Attempting to publish a resource that is already published. Example: calling an initialization function\n twice.",
  },
  INVALID_ARGUMENT: {
    code: 7,
    description: " An argument provided to an operation is invalid. Example: a signing key has the wrong format.",
  },
  LIMIT_EXCEEDED: {
    code: 8,
    description:
      " A limit on an amount, e.g. a currency, is exceeded. Example: withdrawal of money after account limits window\n is exhausted.",
  },
} as const;

export type Category = keyof typeof CATEGORIES;

type Reasons = Readonly<Record<number, readonly [name: string, description: string]>>;

export const REASONS: Readonly<Record<string, Reasons>> = {
  AccountFreezing: {
    2: ["EFREEZING_BIT", " The `FreezingBit` resource is in an invalid state"],
    3: ["ECANNOT_FREEZE_DIEM_ROOT", " An attempt to freeze the Diem Root account was attempted"],
    4: ["ECANNOT_FREEZE_TC", " An attempt to freeze the Treasury & Compliance account was attempted"],
    5: ["EACCOUNT_FROZEN", " The account is frozen"],
  },
  CoreAddresses: {
    0: ["EDIEM_ROOT", " The operation can only be performed by the account at 0xA550C18 (Diem Root)"],
    1: [
      "ETREASURY_COMPLIANCE",
      " The operation can only be performed by the account at 0xB1E55ED (Treasury & Compliance)",
    ],
  },
  Diem: {
    1: ["ECURRENCY_INFO", " A property expected of a `CurrencyInfo` resource didn't hold"],
  },
  DiemAccount: {
    0: ["EACCOUNT", " The `DiemAccount` resource is not in the required state"],
    2: ["ECOIN_DEPOSIT_IS_ZERO", " Tried to deposit a coin whose value was zero"],
    4: [
      "EROLE_CANT_STORE_BALANCE",
      " Tried to create a balance for an account whose role does not allow holding balances",
    ],
    5: ["EINSUFFICIENT_BALANCE", " The account does not hold a large enough balance in the specified currency"],
    7: [
      "EWITHDRAW_CAPABILITY_ALREADY_EXTRACTED",
      " The `WithdrawCapability` for this account has already been extracted",
    ],
    8: ["EMALFORMED_AUTHENTICATION_KEY", " The provided authentication had an invalid length"],
    9: [
      "EKEY_ROTATION_CAPABILITY_ALREADY_EXTRACTED",
      " The `KeyRotationCapability` for this account has already been extracted",
    ],
    10: ["ECANNOT_CREATE_AT_VM_RESERVED", " An account cannot be created at the reserved VM address of 0x0"],
    15: ["EADD_EXISTING_CURRENCY", " Tried to add a balance in a currency that this account already has"],
    17: ["EPAYEE_DOES_NOT_EXIST", " Attempted to send funds to an account that does not exist"],
    18: [
      "EPAYEE_CANT_ACCEPT_CURRENCY_TYPE",
      " Attempted to send funds in a currency that the receiving account does not hold.\n e.g., `Diem<XDX>` to an account that exists, but does not have a `Balance<XDX>` resource",
    ],
    19: ["EPAYER_DOESNT_HOLD_CURRENCY", " Tried to withdraw funds in a currency that the account does hold"],
    24: ["ECANNOT_CREATE_AT_CORE_CODE", " An account cannot be created at the reserved core code address of 0x1"],
  },
  DiemSystem: {
    1: ["EINVALID_PROSPECTIVE_VALIDATOR", " Tried to add a validator with an invalid state to the validator set"],
    2: ["EALREADY_A_VALIDATOR", " Tried to add a validator to the validator set that was already in it"],
    3: ["ENOT_AN_ACTIVE_VALIDATOR", " An operation was attempted on an address not in the vaidator set"],
  },
  DualAttestation: {
    0: ["ECREDENTIAL", " A credential is not or already published."],
    2: ["EINVALID_PUBLIC_KEY", " Cannot parse this as an ed25519 public key"],
    3: ["EMALFORMED_METADATA_SIGNATURE", " Cannot parse this as an ed25519 signature (e.g., != 64 bytes)"],
    4: ["EINVALID_METADATA_SIGNATURE", " Signature does not match message and public key"],
    5: [
      "EPAYEE_COMPLIANCE_KEY_NOT_SET",
      " The recipient of a dual attestation payment needs to set a compliance public key",
    ],
    6: ["EPAYEE_BASE_URL_NOT_SET", " The recipient of a dual attestation payment needs to set a base URL"],
  },
  RecoveryAddress: {
    0: ["ENOT_A_VASP", " Only VASPs can create a recovery address"],
    2: ["ECANNOT_ROTATE_KEY", " The signer doesn't have the appropriate privileges to rotate the account's key"],
    3: [
      "EINVALID_KEY_ROTATION_DELEGATION",
      " Only accounts belonging to the same VASP can delegate their key rotation capability",
    ],
    4: ["EACCOUNT_NOT_RECOVERABLE", " The account address couldn't be found in the account recovery resource"],
    5: ["ERECOVERY_ADDRESS", " A `RecoveryAddress` resource was in an unexpected state"],
    6: ["EMAX_KEYS_REGISTERED", " The maximum allowed number of keys have been registered with this recovery address."],
  },
  Roles: {
    0: ["EROLE_ID", " A `RoleId` resource was in an unexpected state"],
    1: ["EDIEM_ROOT", " The signer didn't have the required Diem Root role"],
    2: ["ETREASURY_COMPLIANCE", " The signer didn't have the required Treasury & Compliance role"],
    3: ["EPARENT_VASP", " The signer didn't have the required Parent VASP role"],
  },
  VASP: {
    0: ["EPARENT_OR_CHILD_VASP", " The `ParentVASP` or `ChildVASP` resources are not in the required state"],
    1: [
      "ETOO_MANY_CHILDREN",
      " The creation of a new Child VASP account would exceed the number of children permitted for a VASP",
    ],
    3: ["ENOT_A_PARENT_VASP", " The creating account must be a Parent VASP account"],
  },
};
