/** Requests to pay, as links and QR codes hold them: DIP 5. */
import { DecodeError } from "@pdiem/light-client/error";
import { type AccountIdentifier, decodeAccountIdentifier, encodeAccountIdentifier } from "./account-identifier.js";

export interface Intent extends AccountIdentifier {
  /** Code of the currency asked for, where one is. */
  readonly currency: string | undefined;
  /** In smallest units, where one is asked for. */
  readonly amount: bigint | undefined;
}

const URI = /^diem:\/\/([^/?#]+)(?:\?([^#]*))?$/i;
const CURRENCY = /^[A-Z][A-Z0-9]*$/;
const AMOUNT = /^[0-9]{1,20}$/;
const MAX_AMOUNT = 2n ** 64n - 1n;

const fail = (reason: string): never => {
  throw new DecodeError(
    "decode/intent",
    `expected diem://<account identifier>?c=<currency>&am=<micro units>: ${reason}`,
  );
};

/** @param hrp of the network, such as `dm` */
export const formatIntent = (hrp: string, { address, subaddress, currency, amount }: Intent): string => {
  const parameters = [
    ...(currency === undefined ? [] : [`c=${currency}`]),
    ...(amount === undefined ? [] : [`am=${amount}`]),
  ];
  const query = parameters.length === 0 ? "" : `?${parameters.join("&")}`;
  return `diem://${encodeAccountIdentifier(hrp, address, subaddress)}${query}`;
};

/**
 * Parameters may come in any order; unknown ones are ignored.
 * @param hrp of the network that the identifier must be for
 * @throws DecodeError `decode/intent`, `decode/account-identifier`
 */
export const parseIntent = (hrp: string, uri: string): Intent => {
  const [, identifier, query] = URI.exec(uri) ?? [];
  if (identifier === undefined) return fail(`got "${uri.slice(0, 80)}"`);
  const parameters = new URLSearchParams(query);
  const [currency, ...otherCurrencies] = parameters.getAll("c");
  const [amountText, ...otherAmounts] = parameters.getAll("am");
  if (otherCurrencies.length > 0 || otherAmounts.length > 0) return fail("a parameter comes twice");
  if (currency !== undefined && !CURRENCY.test(currency))
    return fail(`a currency is capitals and digits, got "${currency.slice(0, 20)}"`);
  if (amountText !== undefined && !AMOUNT.test(amountText))
    return fail(`an amount is a whole number of micro units, got "${amountText.slice(0, 30)}"`);
  const amount = amountText === undefined ? undefined : BigInt(amountText);
  if (amount !== undefined && amount > MAX_AMOUNT) return fail(`an amount is at most ${MAX_AMOUNT}, got ${amount}`);
  return { ...decodeAccountIdentifier(hrp, identifier), currency, amount };
};
