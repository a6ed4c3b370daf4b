/** Whether a payment from custody succeeds, by Diem's rules. Source: DualAttestation.move, DiemAccount.move, VASP.move. */
import { equal } from "@pdiem/light-client/bytes";
import { type AccountAddress, parseAccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { parentVaspOf } from "@pdiem/light-client/diem/state/dual-attestation";
import { readFreezing } from "@pdiem/light-client/diem/state/resources/account-freezing";
import {
  approximateXdxValue,
  type CurrencyInfo,
  largestAmountBelow,
  readCurrencyInfo,
} from "@pdiem/light-client/diem/state/resources/currency-info";
import { readBalance, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { readDualAttestationLimit } from "@pdiem/light-client/diem/state/resources/dual-attestation";
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { DiemFacts } from "../facts/facts.js";

/**
 * Why a payee can't be paid. All but `frozen` are for good: nothing in custody's power changes them. New ones go at the
 * end: their places are their encoding.
 */
export const UNPAYABLE = ["absent", "currency", "family", "dual-attestation", "frozen"] as const;
export type Unpayable = (typeof UNPAYABLE)[number];

/** Holds what concerns the whole network. */
export const DIEM_ROOT: AccountAddress = parseAccountAddress("0000000000000000000000000a550c18");

interface AttestationRule {
  /** Micro XDX. */
  readonly limit: bigint;
  readonly info: CurrencyInfo;
}

/** @throws RefusedError `refused/diem-root` where the network's own account lacks the limit or the currency */
const attestationRule = (facts: DiemFacts, currency: string): AttestationRule => {
  const root = facts.account(DIEM_ROOT);
  const limit = root === undefined ? undefined : readDualAttestationLimit(root);
  const info = root === undefined ? undefined : readCurrencyInfo(root, currency);
  if (limit === undefined || info === undefined)
    throw new RefusedError(
      "refused/diem-root",
      `expected 0xA550C18 to hold the dual-attestation limit and ${currency}`,
    );
  return { limit, info };
};

/** Whether a payment of that amount between accounts of different VASPs would need the payee's signature. @throws RefusedError `refused/diem-root` */
export const exceedsDualAttestationLimit = (facts: DiemFacts, currency: string, amount: bigint): boolean => {
  const { limit, info } = attestationRule(facts, currency);
  return approximateXdxValue(info, amount) >= limit;
};

/** The most that can be paid between them without it; 0 where nothing can. @throws RefusedError `refused/diem-root` */
export const mostWithoutAttestation = (facts: DiemFacts, currency: string): bigint => {
  const { limit, info } = attestationRule(facts, currency);
  return largestAmountBelow(info, limit);
};

/**
 * Why custody can't pay, permanent reasons first; undefined if it can, its balance aside.
 * @param custody custody's proven state
 */
export const whyUnpayable = (
  { diem }: BridgeConfig,
  custody: AccountState,
  facts: DiemFacts,
  payment: { readonly currency: string; readonly amount: bigint; readonly payee: AccountAddress },
): Unpayable | undefined => {
  const { currency, amount, payee } = payment;
  if (equal(payee, diem.custody)) return "family";
  const state = facts.account(payee);
  if (state === undefined || readDiemAccount(state) === undefined) return "absent";
  if (readBalance(state, currency) === undefined) return "currency";
  const ours = parentVaspOf({ address: diem.custody, state: custody });
  const theirs = parentVaspOf({ address: payee, state });
  if (ours !== undefined && theirs !== undefined) {
    if (equal(ours, theirs)) return "family";
    if (exceedsDualAttestationLimit(facts, currency, amount)) return "dual-attestation";
  }
  return readFreezing(state) === false ? undefined : "frozen";
};
