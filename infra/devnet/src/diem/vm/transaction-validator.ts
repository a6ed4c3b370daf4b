/**
 * Whether a transaction may be executed at all, in the order of a node's checks. Sources: diem/diem
 * language/diem-vm/src/diem_vm.rs, language/diem-framework/modules/DiemAccount.move (prologues).
 */

import { type AccountAuthenticator, authenticationKeyOf } from "@pdiem/chain-formats/diem/transactions/authenticator";
import { type RawTransaction, rawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import {
  type SignedTransaction,
  verifySignedTransaction,
} from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { StatusName } from "@pdiem/chain-formats/diem/transactions/status-code";
import { compare, equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { freezingBit } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { chainId, currentTime } from "@pdiem/light-client/diem/state/resources/chain";
import { diemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { diemVersion, transactionPublishingOption } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { vmConfig } from "@pdiem/light-client/diem/state/resources/vm-config";
import { scriptHash } from "@pdiem/light-client/diem/transactions/script";
import { isPdiemError } from "@pdiem/light-client/error";
import { DIEM_ROOT, TREASURY_COMPLIANCE } from "../well-known-addresses.js";
import { balanceOf, currencyCodes } from "./currencies.js";
import { transactionFee } from "./framework-resources.js";
import type { Session } from "./session.js";

const MICROSECONDS = 1_000_000n;
const MAX_U64 = (1n << 64n) - 1n;
const CURRENCY_CODE = /^[A-Z][A-Z0-9]*$/;
const SCRIPT_FUNCTION_VERSION = 2n;
const MULTI_AGENT_VERSION = 3n;

type Refusal = StatusName | undefined;

interface Signatory {
  readonly address: AccountAddress;
  readonly authenticator: AccountAuthenticator;
}

/** Lists whoever signs, the sender first. */
export const signatoriesOf = ({ rawTransaction: raw, authenticator }: SignedTransaction): readonly Signatory[] => {
  if (authenticator.type !== "multiAgent") return [{ address: raw.sender, authenticator }];
  const { sender, secondarySignerAddresses, secondarySigners } = authenticator.value;
  return [
    { address: raw.sender, authenticator: sender },
    ...secondarySigners.flatMap((secondary, i) => {
      const address = secondarySignerAddresses[i];
      return address === undefined ? [] : [{ address, authenticator: secondary }];
    }),
  ];
};

const checkSignatures = (transaction: SignedTransaction): Refusal => {
  try {
    const addresses = signatoriesOf(transaction)
      .map(({ address }) => address)
      .sort(compare);
    if (addresses.some((address, i) => i > 0 && equal(address, addresses[i - 1] ?? address)))
      return "SIGNERS_CONTAIN_DUPLICATES";
    verifySignedTransaction(transaction);
    return undefined;
  } catch (error) {
    if (isPdiemError(error)) return "INVALID_SIGNATURE";
    throw error;
  }
};

const checkGas = (session: Session, raw: RawTransaction): Refusal => {
  if (!CURRENCY_CODE.test(raw.gasCurrencyCode)) return "INVALID_GAS_SPECIFIER";
  if (!currencyCodes(session).includes(raw.gasCurrencyCode)) return "CURRENCY_INFO_DOES_NOT_EXIST";
  const gas = session.get(DIEM_ROOT, vmConfig).gasConstants;
  const size = BigInt(encode(rawTransaction, raw).length);
  if (size > gas.maxTransactionSizeInBytes) return "EXCEEDED_MAX_TRANSACTION_SIZE";
  if (raw.maxGasAmount > gas.maximumNumberOfGasUnits) return "MAX_GAS_UNITS_EXCEEDS_MAX_GAS_UNITS_BOUND";
  const extra = size > gas.largeTransactionCutoff ? size - gas.largeTransactionCutoff : 0n;
  const least = (gas.minTransactionGasUnits + gas.intrinsicGasPerByte * extra) / gas.gasUnitScalingFactor;
  if (raw.maxGasAmount < least) return "MAX_GAS_UNITS_BELOW_MIN_TRANSACTION_GAS_UNITS";
  if (raw.gasUnitPrice < gas.minPricePerGasUnit) return "GAS_UNIT_PRICE_BELOW_MIN_BOUND";
  return raw.gasUnitPrice > gas.maxPricePerGasUnit ? "GAS_UNIT_PRICE_ABOVE_MAX_BOUND" : undefined;
};

const checkFeatures = (session: Session, { rawTransaction: raw, authenticator }: SignedTransaction): Refusal => {
  const version = session.get(DIEM_ROOT, diemVersion).major;
  const gated =
    (raw.payload.type === "scriptFunction" && version < SCRIPT_FUNCTION_VERSION) ||
    (authenticator.type === "multiAgent" && version < MULTI_AGENT_VERSION);
  return gated ? "FEATURE_UNDER_GATING" : undefined;
};

const checkPayload = (session: Session, { sender, payload }: RawTransaction): Refusal => {
  if (payload.type === "writeSet") return "REJECTED_WRITE_SET";
  if (payload.type === "module") return "INVALID_MODULE_PUBLISHER";
  if (payload.type !== "script" || equal(sender, DIEM_ROOT)) return undefined;
  const allowed = session.get(DIEM_ROOT, transactionPublishingOption).scriptAllowList;
  const hash = scriptHash(payload.value.code);
  return allowed.length === 0 || allowed.some((known) => equal(known, hash)) ? undefined : "UNKNOWN_SCRIPT";
};

const checkSignatory = (session: Session, { address, authenticator }: Signatory): Refusal => {
  const account = session.read(address, diemAccount);
  if (account === undefined) return "SENDING_ACCOUNT_DOES_NOT_EXIST";
  if (session.read(address, freezingBit)?.isFrozen === true) return "SENDING_ACCOUNT_FROZEN";
  return equal(authenticationKeyOf(authenticator), account.authenticationKey) ? undefined : "INVALID_AUTH_KEY";
};

const checkFee = (session: Session, raw: RawTransaction): Refusal => {
  const fee = raw.gasUnitPrice * raw.maxGasAmount;
  if (fee === 0n) return undefined;
  if (fee > MAX_U64) return "INSUFFICIENT_BALANCE_FOR_TRANSACTION_FEE";
  if (session.read(TREASURY_COMPLIANCE, transactionFee(raw.gasCurrencyCode)) === undefined)
    return "BAD_TRANSACTION_FEE_CURRENCY";
  const held = session.read(raw.sender, balanceOf(raw.gasCurrencyCode))?.coin ?? 0n;
  return held < fee ? "INSUFFICIENT_BALANCE_FOR_TRANSACTION_FEE" : undefined;
};

const checkSequence = (session: Session, raw: RawTransaction): Refusal => {
  const now = session.get(DIEM_ROOT, currentTime).microseconds / MICROSECONDS;
  if (now >= raw.expirationTimestampSecs) return "TRANSACTION_EXPIRED";
  if (raw.sequenceNumber >= MAX_U64) return "SEQUENCE_NUMBER_TOO_BIG";
  const expected = session.get(raw.sender, diemAccount).sequenceNumber;
  if (raw.sequenceNumber < expected) return "SEQUENCE_NUMBER_TOO_OLD";
  return raw.sequenceNumber > expected ? "SEQUENCE_NUMBER_TOO_NEW" : undefined;
};

/** Finds the first reason against the transaction in the session's state, or undefined. */
export const validateTransaction = (session: Session, transaction: SignedTransaction): Refusal => {
  const { rawTransaction: raw } = transaction;
  const checks: readonly (() => Refusal)[] = [
    () => checkSignatures(transaction),
    () => checkGas(session, raw),
    () => checkFeatures(session, transaction),
    () => checkPayload(session, raw),
    () => (session.get(DIEM_ROOT, chainId).id === raw.chainId ? undefined : "BAD_CHAIN_ID"),
    ...signatoriesOf(transaction).map((signatory) => () => checkSignatory(session, signatory)),
    () => checkFee(session, raw),
    () => checkSequence(session, raw),
  ];
  for (const check of checks) {
    const refusal = check();
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};
