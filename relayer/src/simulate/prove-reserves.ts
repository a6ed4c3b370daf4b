import { eventsSince, type Reserves, reservesOf, type Unowed } from "@pdiem/bridge-client/reserves";
import { equal } from "@pdiem/light-client/bytes";
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { isPdiemError, ProofError } from "@pdiem/light-client/error";
import { proveCustody } from "../chains/diem/payments.js";
import { monotonicNow } from "../clock.js";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import { collectForSelf, type ProofClients } from "./collect-proofs.js";
import { rangesOf } from "./event-ranges.js";
import { batchNeeds, mergeNeeds, NO_NEEDS } from "./needs.js";

export interface ProvenReserves {
  readonly reserves: readonly Reserves[];
  /** What they are proven at, and when that was, by `monotonicNow`. */
  readonly block: number;
  readonly diemVersion: bigint;
  readonly at: number;
}

/** What is proven: a ledger by its anchor. The journal isn't needed. */
export type ReservesOf = Pick<CurrentLedger, "anchor"> & { readonly history: Pick<CurrentLedger["history"], "ledger"> };

/**
 * Proves the reserves at the newest state of both chains, with this process's own light clients
 * alone.
 * @param issuer whose ledger it is: the key that controls custody, which is proven as well
 * @param unowed as for `reservesOf`
 * @throws ProofError `proof/issuer`; errors of `reservesOf`, `later` where the ledger has moved on,
 * and of `collectForSelf`
 */
export const proveReserves = async (
  clients: ProofClients,
  issuer: Uint8Array,
  { history: { ledger }, anchor }: ReservesOf,
  unowed: Unowed = "ahead",
): Promise<ProvenReserves> => {
  const { config, lightClients } = clients;
  const { account } = await proveCustody(clients.diem, lightClients.get().diem, config.diem);
  const sentEvents = eventsSince(ledger, account);
  const needs = mergeNeeds(batchNeeds(config, issuer, anchor), { ...NO_NEEDS, sentEvents });
  const { facts } = await collectForSelf(clients, { needs, ranges: rangesOf(account.sentEvents.key, sentEvents) });
  const custody = facts.diem.account(config.diem.custody);
  const owner = custody === undefined ? undefined : readDiemAccount(custody)?.authenticationKey;
  if (owner === undefined || !equal(owner, ed25519AuthenticationKey(issuer)))
    throw new ProofError("proof/issuer", "expected the issuer's key to control custody");
  const reserves = reservesOf({ config, issuer, ledger }, facts, unowed);
  return { reserves, block: facts.parachain.number, diemVersion: facts.diem.version, at: monotonicNow() };
};

/** The last proof of reserves. */
export interface ReservesKeeper {
  readonly latest: () => ProvenReserves | undefined;
  /**
   * Proves once at a time, for all who ask meanwhile.
   * @throws errors of `proveReserves`
   */
  readonly prove: (current: ReservesOf) => Promise<ProvenReserves>;
}

/** A block that owes what Diem shows as paid is proven long before. */
const AHEAD_MS = 60_000;

const isAhead = (error: unknown): boolean => isPdiemError(error) && error.code === "refused/payments-ahead";

/**
 * Payments that no ledger owes for a minute are told as a shortfall.
 * @param issuer the enclave's key
 */
export const keepReserves = (clients: ProofClients, issuer: Uint8Array): ReservesKeeper => {
  let latest: ProvenReserves | undefined;
  let proving: Promise<ProvenReserves> | undefined;
  let aheadSince: number | undefined;
  const proveNow = async (current: ReservesOf): Promise<ProvenReserves> => {
    const isMisused = aheadSince !== undefined && monotonicNow() - aheadSince > AHEAD_MS;
    try {
      latest = await proveReserves(clients, issuer, current, isMisused ? "misused" : "ahead");
      if (!isMisused || latest.reserves.every(({ paidSince, owed }) => paidSince <= owed)) aheadSince = undefined;
      return latest;
    } catch (error) {
      if (isAhead(error)) aheadSince ??= monotonicNow();
      throw error;
    } finally {
      proving = undefined;
    }
  };
  return {
    latest: () => latest,
    prove: (current) => {
      proving ??= proveNow(current);
      return proving;
    },
  };
};
