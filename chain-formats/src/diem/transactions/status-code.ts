/** Why validators don't admit a transaction. Source: language/move-core/types/src/vm_status.rs. */

const STATUS_CODES = {
  UNKNOWN_VALIDATION_STATUS: 0,
  INVALID_SIGNATURE: 1,
  INVALID_AUTH_KEY: 2,
  SEQUENCE_NUMBER_TOO_OLD: 3,
  SEQUENCE_NUMBER_TOO_NEW: 4,
  INSUFFICIENT_BALANCE_FOR_TRANSACTION_FEE: 5,
  TRANSACTION_EXPIRED: 6,
  SENDING_ACCOUNT_DOES_NOT_EXIST: 7,
  REJECTED_WRITE_SET: 8,
  INVALID_WRITE_SET: 9,
  EXCEEDED_MAX_TRANSACTION_SIZE: 10,
  UNKNOWN_SCRIPT: 11,
  UNKNOWN_MODULE: 12,
  MAX_GAS_UNITS_EXCEEDS_MAX_GAS_UNITS_BOUND: 13,
  MAX_GAS_UNITS_BELOW_MIN_TRANSACTION_GAS_UNITS: 14,
  GAS_UNIT_PRICE_BELOW_MIN_BOUND: 15,
  GAS_UNIT_PRICE_ABOVE_MAX_BOUND: 16,
  INVALID_GAS_SPECIFIER: 17,
  SENDING_ACCOUNT_FROZEN: 18,
  UNABLE_TO_DESERIALIZE_ACCOUNT: 19,
  CURRENCY_INFO_DOES_NOT_EXIST: 20,
  INVALID_MODULE_PUBLISHER: 21,
  NO_ACCOUNT_ROLE: 22,
  BAD_CHAIN_ID: 23,
  SEQUENCE_NUMBER_TOO_BIG: 24,
  BAD_TRANSACTION_FEE_CURRENCY: 25,
  FEATURE_UNDER_GATING: 26,
  SECONDARY_KEYS_ADDRESSES_COUNT_MISMATCH: 27,
  SIGNERS_CONTAIN_DUPLICATES: 28,
} as const;

export type StatusName = keyof typeof STATUS_CODES;

const NAMES: ReadonlyMap<number, StatusName> = new Map(
  (Object.keys(STATUS_CODES) as StatusName[]).map((name) => [STATUS_CODES[name], name]),
);

export const statusCode = (name: StatusName): number => STATUS_CODES[name];

/** Names a status code; undefined for codes of other kinds than validation. */
export const statusName = (code: number): StatusName | undefined => NAMES.get(code);

/** How JSON-RPC errors name the kind of a status. */
export type StatusCategory =
  | "Validation"
  | "Verification"
  | "Invariant violation"
  | "Deserialization"
  | "Execution"
  | "Unknown";

export const statusCategory = (code: number): StatusCategory => {
  if (code < 1000) return "Validation";
  if (code < 2000) return "Verification";
  if (code < 3000) return "Invariant violation";
  if (code < 4000) return "Deserialization";
  return code < 5000 ? "Execution" : "Unknown";
};
