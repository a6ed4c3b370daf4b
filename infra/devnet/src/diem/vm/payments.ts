/**
 * Payments, in the order of Move's checks. Source: diem/diem
 * language/diem-framework/modules/DiemAccount.move.
 */
import { receivedPaymentEvent, sentPaymentEvent } from "@pdiem/light-client/diem/state/event-data";
import { diemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { assertNotFrozen } from "./account-freezing.js";
import { balanceOf } from "./currencies.js";
import { assertPaymentOk, type Payment } from "./dual-attestation.js";
import { ensure, moveAbort } from "./move-abort.js";
import { expectResource, type Session } from "./session.js";

const MODULE = "DiemAccount";
const ACCOUNT = 0;
const COIN_DEPOSIT_IS_ZERO = 2;
const INSUFFICIENT_BALANCE = 5;
const WITHDRAW_CAPABILITY_ALREADY_EXTRACTED = 7;
const PAYEE_DOES_NOT_EXIST = 17;
const PAYEE_CANT_ACCEPT_CURRENCY_TYPE = 18;
const PAYER_DOESNT_HOLD_CURRENCY = 19;

/** Takes the amount from the payer and announces it as sent. */
const withdraw = (session: Session, payment: Payment): void => {
  const { payer, payee, currency, amount, metadata } = payment;
  const { coin } = expectResource(session, payer, balanceOf(currency), [MODULE, PAYER_DOESNT_HOLD_CURRENCY]);
  ensure(coin >= amount, MODULE, "LIMIT_EXCEEDED", INSUFFICIENT_BALANCE);
  session.put(payer, balanceOf(currency), { coin: coin - amount });
  const account = session.get(payer, diemAccount);
  const data = { amount, currencyCode: currency, payee, metadata };
  const sentEvents = session.emit(account.sentEvents, sentPaymentEvent, data);
  session.put(payer, diemAccount, { ...account, sentEvents });
};

/**
 * Gives the amount to the payee; nothing is said about where it came from.
 * @param attested as for `pay`
 */
export const credit = (session: Session, payment: Payment, attested = false): void => {
  const { payer, payee, currency, amount, metadata } = payment;
  ensure(amount > 0n, MODULE, "INVALID_ARGUMENT", COIN_DEPOSIT_IS_ZERO);
  const account = expectResource(session, payee, diemAccount, [MODULE, PAYEE_DOES_NOT_EXIST]);
  const balance = session.read(payee, balanceOf(currency));
  if (balance === undefined) throw moveAbort(MODULE, "INVALID_ARGUMENT", PAYEE_CANT_ACCEPT_CURRENCY_TYPE);
  if (!attested) assertPaymentOk(session, payment);
  session.put(payee, balanceOf(currency), { coin: balance.coin + amount });
  const data = { amount, currencyCode: currency, payer, metadata };
  const receivedEvents = session.emit(account.receivedEvents, receivedPaymentEvent, data);
  session.put(payee, diemAccount, { ...account, receivedEvents });
};

/** @param attested the payee signs the transaction itself, so that no attestation is asked for */
export const pay = (session: Session, payment: Payment, attested = false): void => {
  const payer = expectResource(session, payment.payer, diemAccount, [MODULE, ACCOUNT]);
  const capability = payer.withdrawCapability !== undefined;
  ensure(capability, MODULE, "INVALID_STATE", WITHDRAW_CAPABILITY_ALREADY_EXTRACTED);
  withdraw(session, payment);
  assertNotFrozen(session, payment.payee);
  credit(session, payment, attested);
};
