/**
 * Proof of reserves: PROTOCOL 9's invariant at one ledger info and one block, without the journal.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { RefusedError } from "@pdiem/bridge/error";
import type { DiemFacts, Facts } from "@pdiem/bridge/facts/facts";
import { assetOf } from "@pdiem/bridge/facts/parachain-state";
import { checkSkew } from "@pdiem/bridge/facts/skew";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { checkLedgerInForce } from "@pdiem/bridge/ledger/ledger-in-force";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { type DiemAccount, readBalance, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";

/** One currency's reserves, in its smallest units. */
export interface Reserves {
  readonly currency: string;
  /** Custody's balance on Diem. */
  readonly custody: bigint;
  /**
   * What custody has paid since the ledger folded its payments. No more than is owed counts: the
   * rest was paid by somebody else who has the key.
   */
  readonly paidSince: bigint;
  /** Supply of the wrapped asset. */
  readonly supply: bigint;
  /** Releases that the ledger owes, those that wait included. */
  readonly owed: bigint;
  /** Accrued and not claimed. */
  readonly fees: bigint;
  /** Above all of these: deposits not settled yet or kept, and gifts. Negative: a shortfall. */
  readonly surplus: bigint;
  readonly isCovered: boolean;
}

/** Whose reserves are proven. @param issuer 32 bytes */
export interface ReservesSubject {
  readonly config: BridgeConfig;
  readonly issuer: Uint8Array;
  readonly ledger: Ledger;
}

/** Lists the places of custody's sent events that the proof needs. */
export const eventsSince = ({ paid }: Ledger, { sentEvents }: DiemAccount): readonly bigint[] =>
  Array.from({ length: Number(sentEvents.count - paid.events) }, (_, i) => paid.events + BigInt(i));

const paidSince = (ledger: Ledger, account: DiemAccount, facts: DiemFacts): ReadonlyMap<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const number of eventsSince(ledger, account)) {
    const { currency, amount } = readPayment(facts.event(account.sentEvents.key, number).event);
    sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  }
  return sums;
};

/**
 * What more payments than are owed mean: `ahead`, that a newer ledger may owe them; `misused`, that
 * none does.
 */
export type Unowed = "ahead" | "misused";

const checkOwed = (code: string, since: bigint, owed: bigint): void => {
  if (since <= owed) return;
  throw new RefusedError(
    "refused/payments-ahead",
    `expected custody to have paid at most the ${owed} of ${code} that is owed, it paid ${since}: ask again at a newer block; if it stays so, custody's key was used by somebody else`,
    "later",
  );
};

/**
 * Computes each currency's reserves, in the order of the configuration.
 * @param unowed as `misused`, payments that aren't owed are a shortfall
 * @throws RefusedError `refused/skew`, `refused/not-in-force`, `refused/custody-absent`,
 * `refused/diem-behind`, `refused/payments-ahead`; ProofError `proof/not-shown`
 */
export const reservesOf = (
  { config, issuer, ledger }: ReservesSubject,
  facts: Facts,
  unowed: Unowed = "ahead",
): readonly Reserves[] => {
  checkSkew(config.maxSkew, facts);
  checkLedgerInForce(config, issuer, ledger, facts.parachain);
  const state = facts.diem.account(config.diem.custody);
  const account = state === undefined ? undefined : readDiemAccount(state);
  if (state === undefined || account === undefined)
    throw new RefusedError("refused/custody-absent", "expected custody's account to exist", "later");
  if (account.sentEvents.count < ledger.paid.events || account.receivedEvents.count < ledger.deposits)
    throw new RefusedError("refused/diem-behind", "expected a ledger info as new as the ledger's own", "later");
  const paid = paidSince(ledger, account, facts.diem);
  return config.currencies.map(({ code, assetId }, i) => {
    const custody = readBalance(state, code) ?? 0n;
    const since = paid.get(code) ?? 0n;
    const { supply } = assetOf(config, facts.parachain, assetId);
    const { owed = 0n, fees = 0n } = ledger.currencies[i] ?? {};
    if (unowed === "ahead") checkOwed(code, since, owed);
    const surplus = custody + (since < owed ? since : owed) - supply - owed - fees;
    return { currency: code, custody, paidSince: since, supply, owed, fees, surplus, isCovered: surplus >= 0n };
  });
};
