/**
 * Whether a payment from custody succeeds (PROTOCOL 3). Source: DualAttestation.move,
 * DiemAccount.move, VASP.move.
 */
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

/** Why a payee can't be paid now. Only `family` is for good. */
export type Unpayable = "absent" | "family" | "currency" | "frozen" | "dual-attestation";

/** Holds what concerns the whole network. */
export const DIEM_ROOT: AccountAddress = parseAccountAddress("0000000000000000000000000a550c18");

/**
 * Reads a resource of it.
 * @throws RefusedError `refused/diem-root` where it has none; ProofError `proof/not-shown`
 */
export const readRoot = <T>(facts: DiemFacts, read: (root: AccountState) => T | undefined, what: string): T => {
  const root = facts.account(DIEM_ROOT);
  const found = root === undefined ? undefined : read(root);
  if (found === undefined) throw new RefusedError("refused/diem-root", `expected 0xA550C18 to hold ${what}`, "later");
  return found;
};

interface AttestationRule {
  /** Micro XDX. */
  readonly limit: bigint;
  readonly info: CurrencyInfo;
}

const attestationRule = (facts: DiemFacts, currency: string): AttestationRule => ({
  limit: readRoot(facts, readDualAttestationLimit, "the dual-attestation limit"),
  info: readRoot(facts, (root) => readCurrencyInfo(root, currency), currency),
});

/**
 * Tells whether a payment of that amount between different VASPs would need the payee's signature.
 * @throws RefusedError `refused/diem-root`
 */
export const exceedsDualAttestationLimit = (facts: DiemFacts, currency: string, amount: bigint): boolean => {
  const { limit, info } = attestationRule(facts, currency);
  return approximateXdxValue(info, amount) >= limit;
};

/**
 * Computes the most that different VASPs can pay without it; 0 where nothing can be paid.
 * @throws RefusedError `refused/diem-root`
 */
export const mostWithoutAttestation = (facts: DiemFacts, currency: string): bigint => {
  const { limit, info } = attestationRule(facts, currency);
  return largestAmountBelow(info, limit);
};

/**
 * Tells why custody can't pay, its balance aside; undefined if it can.
 * Dual attestation comes last: a smaller amount may do without it.
 * @param custody custody's proven state
 * @throws RefusedError `refused/diem-root`; ProofError `proof/not-shown`
 */
export const whyUnpayable = (
  { diem }: Pick<BridgeConfig, "diem">,
  custody: AccountState,
  facts: DiemFacts,
  payment: { readonly currency: string; readonly amount: bigint; readonly payee: AccountAddress },
): Unpayable | undefined => {
  const { currency, amount, payee } = payment;
  if (equal(payee, diem.custody)) return "family";
  const state = facts.account(payee);
  if (state === undefined || readDiemAccount(state) === undefined) return "absent";
  const ours = parentVaspOf({ address: diem.custody, state: custody });
  const theirs = parentVaspOf({ address: payee, state });
  const areVasps = ours !== undefined && theirs !== undefined;
  if (areVasps && equal(ours, theirs)) return "family";
  if (readBalance(state, currency) === undefined) return "currency";
  if (readFreezing(state) !== false) return "frozen";
  return areVasps && exceedsDualAttestationLimit(facts, currency, amount) ? "dual-attestation" : undefined;
};
