/** PROTOCOL 9: custody's money against all that it stands for, from the chains' own states. */

import { reservesOf } from "@pdiem/bridge-client/reserves";
import { toHex } from "@pdiem/light-client/bytes";
import type { DiemState } from "../chains/diem.js";
import { diemFacts } from "../chains/diem-facts.js";
import type { ParachainState } from "../chains/parachain.js";
import { parachainFacts } from "../chains/parachain-facts.js";
import type { Known } from "../enclave/known.js";
import { currencies } from "../setting.js";
import { demand } from "../violation.js";
import type { Ends } from "./ends.js";

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/**
 * Nothing is made up and nothing is lost. What custody has more is what deposits that haven't
 * ended, or are kept, hold.
 */
export const checkBooks = (known: Known, diem: DiemState, parachain: ParachainState, { deposits }: Ends): void => {
  const { ledger } = known;
  const since = diem.sent.slice(Number(ledger.paid.events));
  for (const [i, { code, assetId }] of currencies.entries()) {
    const isOfCurrency = ({ currency }: { readonly currency: string }): boolean => currency === code;
    const { owed = 0n, fees = 0n } = ledger.currencies[i] ?? {};
    const supply = parachain.assets.get(assetId)?.supply ?? 0n;
    const paidSince = sum(since.filter(isOfCurrency).map(({ amount }) => amount));
    const isLeft = (number: number): boolean => (deposits.get(BigInt(number)) ?? "kept") === "kept";
    const left = sum(
      diem.received.filter((payment, i) => isOfCurrency(payment) && isLeft(i)).map(({ amount }) => amount),
    );
    const held = (diem.balances[code] ?? 0n) + paidSince;
    const dust = parachain.dust.get(assetId) ?? 0n;
    const claims = supply + owed + fees;
    demand(held >= claims, () => `${code}: custody holds ${held} for ${supply} + ${owed} + ${fees}`);
    demand(held === claims + left + dust, () => `${code}: custody holds ${held}, not ${claims} + ${left} + ${dust}`);
  }
};

/** The proof of reserves says the same, without the journal. */
export const checkReserves = (known: Known, diem: DiemState, parachain: ParachainState): void => {
  const reserves = reservesOf(known, { diem: diemFacts(diem), parachain: parachainFacts(parachain) });
  for (const [i, { currency, surplus, isCovered, supply }] of reserves.entries()) {
    demand(isCovered && surplus >= 0n, () => `${currency}: reserves fall short by ${-surplus}`);
    const asset = parachain.assets.get(currencies[i]?.assetId ?? 0);
    demand(supply === asset?.supply, () => `${currency}: expected reserves of the supply ${asset?.supply}`);
  }
};

/** Exactly one ledger is in force. */
export const inForceAt = (ledgers: ReadonlyMap<string, Known>, { approvals }: ParachainState): Known => {
  const [anchor, ...others] = [...approvals];
  const known = ledgers.get(anchor ?? "");
  if (known === undefined || others.length > 0)
    throw new Error(`expected one known ledger in force, got ${[...approvals].join()}`);
  return known;
};

export const nameOf = (anchor: Uint8Array): string => toHex(anchor);
