/** Proof of reserves: PROTOCOL 9's invariant at one ledger info and one block, which anyone can check. */
import { equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { EMPTY_ACCUMULATOR, frozenAccumulator } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { readBalance, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { append, RELEASES } from "@pdiem/bridge/ledger/list";
import { RefusedError } from "@pdiem/bridge/error";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { checkSkew } from "@pdiem/bridge/facts/skew";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { foldSentEvents } from "@pdiem/bridge/payout/fold";
import { assetOf } from "@pdiem/bridge/facts/parachain-state";
import { isOpen } from "@pdiem/bridge/ranges";
import type { Release } from "@pdiem/bridge/ledger/release";
import { type Bridge, checkInForce, checkNotBehind } from "@pdiem/bridge/settlement/settle";

/** One currency's reserves, in its smallest units. */
export interface Reserves {
  readonly currency: string;
  /** Custody's balance on Diem. */
  readonly custody: bigint;
  /** Of the wrapped asset. */
  readonly supply: bigint;
  /** Releases that custody hasn't paid by the ledger info. */
  readonly unpaid: bigint;
  /** Accrued and not claimed. */
  readonly fees: bigint;
  /** Custody's balance above all of these: deposits that wait to be settled or were kept, and gifts. Negative: a shortfall. */
  readonly surplus: bigint;
  readonly isCovered: boolean;
}

const checkReleases = (ledger: Ledger, releases: readonly Release[]): void => {
  const told = append(RELEASES, EMPTY_ACCUMULATOR, releases);
  if (!equal(encode(frozenAccumulator, told), encode(frozenAccumulator, ledger.releases)))
    throw new RefusedError("refused/releases", "expected all releases of the ledger, in their order");
};

/**
 * Each currency's reserves, in the order of the configuration.
 * @param releases all of the ledger's, as the journal tells them; checked against the ledger
 * @throws RefusedError `refused/skew`, `refused/not-in-force`, `refused/releases`, `refused/custody-absent`,
 * `refused/diem-behind`, as `foldSentEvents`; ProofError `proof/not-shown`
 */
export const reservesOf = (
  bridge: Omit<Bridge, "profile">,
  facts: Facts,
  releases: readonly Release[],
): readonly Reserves[] => {
  const { config, ledger } = bridge;
  checkSkew(config.maxSkew, facts);
  checkInForce(bridge, facts);
  checkReleases(ledger, releases);
  const state = facts.diem.account(config.diem.custody);
  const account = state === undefined ? undefined : readDiemAccount(state);
  if (state === undefined || account === undefined)
    throw new RefusedError("refused/custody-absent", "expected custody's account to exist", "later");
  checkNotBehind(ledger, { account, state });
  const { sentEvents } = account;
  const { paid } = foldSentEvents(ledger, facts.diem, sentEvents, sentEvents.count);
  const owed = releases.filter((_, index) => isOpen(paid, BigInt(index)));
  return config.currencies.map(({ code, assetId }, i) => {
    const custody = readBalance(state, code) ?? 0n;
    const { supply } = assetOf(facts.parachain, assetId);
    const unpaid = owed.reduce((sum, { currency, amount }) => (currency === code ? sum + amount : sum), 0n);
    const fees = ledger.currencies[i]?.fees ?? 0n;
    const surplus = custody - supply - unpaid - fees;
    return { currency: code, custody, supply, unpaid, fees, surplus, isCovered: surplus >= 0n };
  });
};
