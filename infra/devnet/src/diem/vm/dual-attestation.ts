/**
 * `0x1::DualAttestation`. Source: diem/diem language/diem-framework/modules/DualAttestation.move.
 */
import { equal } from "@pdiem/light-client/bytes";
import { isValidPublicKey } from "@pdiem/light-client/crypto/ed25519";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { verifyDualAttestation } from "@pdiem/light-client/diem/state/dual-attestation";
import { baseUrlRotationEvent, complianceKeyRotationEvent } from "@pdiem/light-client/diem/state/event-data";
import { currentTime } from "@pdiem/light-client/diem/state/resources/chain";
import { approximateXdxValue } from "@pdiem/light-client/diem/state/resources/currency-info";
import {
  type DualAttestationCredential,
  dualAttestationCredential,
  dualAttestationLimit,
} from "@pdiem/light-client/diem/state/resources/dual-attestation";
import { childVasp } from "@pdiem/light-client/diem/state/resources/vasp";
import { DIEM_ROOT } from "../well-known-addresses.js";
import { currencyInfoAt } from "./currencies.js";
import { newEventHandle } from "./event-handles.js";
import { ensure } from "./move-abort.js";
import { expectResource, type Session } from "./session.js";
import { isSameVasp, vaspOf } from "./vasp.js";

const MODULE = "DualAttestation";
const CREDENTIAL = 0;
const INVALID_PUBLIC_KEY = 2;
const MALFORMED_METADATA_SIGNATURE = 3;
const INVALID_METADATA_SIGNATURE = 4;
const PAYEE_COMPLIANCE_KEY_NOT_SET = 5;
const PAYEE_BASE_URL_NOT_SET = 6;
const NEVER = (1n << 64n) - 1n;
const MICROSECONDS = 1_000_000n;

export interface Payment {
  readonly payer: AccountAddress;
  readonly payee: AccountAddress;
  readonly currency: string;
  readonly amount: bigint;
  readonly metadata: Uint8Array;
  /** Empty: none. */
  readonly metadataSignature: Uint8Array;
}

export const publishCredential = (session: Session, account: AccountAddress, humanName: Uint8Array): void =>
  session.put(account, dualAttestationCredential, {
    humanName,
    baseUrl: new Uint8Array(),
    compliancePublicKey: new Uint8Array(),
    expirationDate: NEVER,
    complianceKeyRotationEvents: newEventHandle(session, account),
    baseUrlRotationEvents: newEventHandle(session, account),
  });

const credentialAt = (session: Session, account: AccountAddress): DualAttestationCredential =>
  expectResource(session, account, dualAttestationCredential, [MODULE, CREDENTIAL]);

const now = (session: Session): bigint => session.get(DIEM_ROOT, currentTime).microseconds / MICROSECONDS;

export const rotateBaseUrl = (session: Session, account: AccountAddress, baseUrl: Uint8Array): void => {
  const credential = credentialAt(session, account);
  const data = { newBaseUrl: baseUrl, timeRotatedSeconds: now(session) };
  const baseUrlRotationEvents = session.emit(credential.baseUrlRotationEvents, baseUrlRotationEvent, data);
  session.put(account, dualAttestationCredential, { ...credential, baseUrl, baseUrlRotationEvents });
};

export const rotateComplianceKey = (session: Session, account: AccountAddress, key: Uint8Array): void => {
  const credential = credentialAt(session, account);
  ensure(isValidPublicKey(key), MODULE, "INVALID_ARGUMENT", INVALID_PUBLIC_KEY);
  const data = { newCompliancePublicKey: key, timeRotatedSeconds: now(session) };
  const events = session.emit(credential.complianceKeyRotationEvents, complianceKeyRotationEvent, data);
  session.put(account, dualAttestationCredential, {
    ...credential,
    compliancePublicKey: key,
    complianceKeyRotationEvents: events,
  });
};

const isRequired = (session: Session, { payer, payee, currency, amount }: Payment): boolean => {
  const { microXdxLimit } = session.get(DIEM_ROOT, dualAttestationLimit);
  if (approximateXdxValue(currencyInfoAt(session, currency), amount) < microXdxLimit || equal(payer, payee))
    return false;
  const between = vaspOf(session, payer) !== undefined && vaspOf(session, payee) !== undefined;
  return between && !isSameVasp(session, payer, payee);
};

/** Aborts a payment that needs an attestation and has none, or that has a wrong one. */
export const assertPaymentOk = (session: Session, payment: Payment): void => {
  const { payer, payee, amount, metadata, metadataSignature } = payment;
  if (metadataSignature.length === 0 && !isRequired(session, payment)) return;
  ensure(metadataSignature.length === 64, MODULE, "INVALID_ARGUMENT", MALFORMED_METADATA_SIGNATURE);
  const credential = credentialAt(session, session.read(payee, childVasp)?.parentVaspAddress ?? payee);
  const { compliancePublicKey, baseUrl } = credential;
  ensure(compliancePublicKey.length > 0, MODULE, "INVALID_STATE", PAYEE_COMPLIANCE_KEY_NOT_SET);
  ensure(baseUrl.length > 0, MODULE, "INVALID_STATE", PAYEE_BASE_URL_NOT_SET);
  const valid = verifyDualAttestation(compliancePublicKey, metadata, payer, amount, metadataSignature);
  ensure(valid, MODULE, "INVALID_ARGUMENT", INVALID_METADATA_SIGNATURE);
};
