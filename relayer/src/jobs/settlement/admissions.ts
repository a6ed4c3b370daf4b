/**
 * What to do with the next deposits. They are taken up in order, so what can't be settled now is
 * put off.
 */
import type { CurrencyConfig } from "@pdiem/bridge/config/currency-config";
import { MAX_ADMITTED } from "@pdiem/bridge/settlement/items";
import type { CustodyPayment } from "../../chains/diem/custody-payment.js";
import type { AdmissionChoice } from "../../simulate/simulate-batch.js";
import type { Half } from "./bisection.js";

/** Limit of entries that a request takes. */
const MOST_ENTRIES = 2_000;

export interface AdmissionRules {
  /** Under the limits in force. */
  readonly currencies: readonly Pick<CurrencyConfig, "code" | "minimum">[];
  /** How many deposits the batch settles at most. */
  readonly most: number;
  readonly half: Half;
}

/**
 * Tells a payment that can't be minted whatever happens: not worth a place where there aren't
 * enough.
 */
const isDust = ({ currency, amount }: CustodyPayment, currencies: AdmissionRules["currencies"]): boolean => {
  const minimum = currencies.find(({ code }) => code === currency)?.minimum;
  return minimum === undefined || amount < minimum;
};

type Choice = "settle" | "put off" | "stop";

/**
 * Chooses what the next batch does with each of the next deposits. One that keeps failing is put
 * off: from among what waits it is tried again, alone if need be. Where more come than a batch
 * settles, those too small to be minted are put off, too. So a flood of them doesn't hold up what
 * comes after.
 * @param next deposits not taken up yet, in the order of their numbers
 * @param first the number that comes next
 */
export const chooseAdmissions = (
  next: readonly CustodyPayment[],
  first: bigint,
  { currencies, most, half }: AdmissionRules,
): readonly AdmissionChoice[] => {
  const isFlood = next.length > most;
  const choices: AdmissionChoice[] = [];
  let settled = 0;

  const choose = (payment: CustodyPayment): Choice => {
    const name = payment.number.toString();
    if (!half.has(name)) return half.isFailing(name) ? "put off" : "stop";
    if (isFlood && isDust(payment, currencies)) return "put off";
    return settled < most ? "settle" : "stop";
  };

  for (const [place, payment] of next.entries()) {
    const isInOrder = payment.number === first + BigInt(place);
    if (!isInOrder || place >= MAX_ADMITTED || choices.length >= MOST_ENTRIES) break;
    const choice = choose(payment);
    if (choice === "stop") break;
    const last = choices.at(-1);
    if (choice === "settle") {
      settled += 1;
      choices.push({ type: "settle", payment });
    } else if (last?.type === "putOff") choices[choices.length - 1] = { type: "putOff", count: last.count + 1 };
    else choices.push({ type: "putOff", count: 1 });
  }
  return choices;
};
