/** Currencies of the chain, and what accounts hold of them. */
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { Resource } from "@pdiem/light-client/diem/state/account-state";
import { type CurrencyInfo, currencyInfo } from "@pdiem/light-client/diem/state/resources/currency-info";
import { type Balance, balance } from "@pdiem/light-client/diem/state/resources/diem-account";
import { registeredCurrencies } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { currencyCodeOf, type TypeTag } from "@pdiem/light-client/diem/transactions/type-tag";
import { DIEM_ROOT } from "../well-known-addresses.js";
import { VerificationError } from "./move-abort.js";
import { expectResource, type Session } from "./session.js";

/** One object for every account's balance of a currency, so that states share its path. */
const remembered = <T>(make: (currency: string) => Resource<T>): ((currency: string) => Resource<T>) => {
  const made = new Map<string, Resource<T>>();
  return (currency) => {
    const existing = made.get(currency) ?? make(currency);
    made.set(currency, existing);
    return existing;
  };
};

export const balanceOf: (currency: string) => Resource<Balance> = remembered(balance);
export const currencyInfoOf: (currency: string) => Resource<CurrencyInfo> = remembered(currencyInfo);

/** Lists codes in order of registration. */
export const currencyCodes = (session: Pick<Session, "get">): readonly string[] =>
  session.get(DIEM_ROOT, registeredCurrencies).currencyCodes;

/**
 * Gives the currency that a type argument names.
 * @throws VerificationError where no such type exists
 */
export const currencyArgument = (session: Session, tyArgs: readonly TypeTag[]): string => {
  const [tag] = tyArgs;
  const code = tyArgs.length === 1 && tag !== undefined ? currencyCodeOf(tag) : undefined;
  if (code === undefined || !currencyCodes(session).includes(code))
    throw new VerificationError("expected one type argument, a currency");
  return code;
};

/** Aborts where the code is of no currency. */
export const currencyInfoAt = (session: Session, currency: string): CurrencyInfo =>
  expectResource(session, DIEM_ROOT, currencyInfoOf(currency), ["Diem", 1]);

export const holds = (session: Session, account: AccountAddress, currency: string): boolean =>
  session.read(account, balanceOf(currency)) !== undefined;
