/**
 * Diem as the bridge sees it: custody's money, number and events, and accounts that come, go and
 * freeze.
 */

import { readPeerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import type { RawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { toHex } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import {
  CUSTODY,
  CUSTODYS_PARENT,
  DEALER,
  FIRST_EPOCH,
  POOR,
  SIBLING,
  START,
  START_SEQUENCE,
  VASP,
} from "../setting.js";
import type { Line } from "./sets.js";

export interface Traits {
  readonly isFrozen: boolean;
  readonly currencies: readonly string[];
  readonly vasp: "parent" | { readonly childOf: AccountAddress } | undefined;
}

export interface PaymentEvent {
  readonly currency: string;
  readonly amount: bigint;
  /** Payer of what custody received, payee of what it sent. */
  readonly other: AccountAddress;
  readonly metadata: Uint8Array;
  readonly version: bigint;
}

/** The ledger at one version; never changed in place. */
export interface DiemState {
  readonly version: bigint;
  /** Ms. */
  readonly time: bigint;
  /** Who signs it. */
  readonly line: Line;
  /** Whether it was made up with keys of former sets. */
  readonly isForged: boolean;
  readonly sequenceNumber: bigint;
  readonly balances: Readonly<Record<string, bigint>>;
  readonly received: readonly PaymentEvent[];
  readonly sent: readonly PaymentEvent[];
  readonly accounts: ReadonlyMap<string, Traits>;
  /** Micro XDX from which payments between VASPs need the payee's signature. */
  readonly attestationLimit: bigint;
  readonly minGasPrice: bigint;
  readonly isCustodyFrozen: boolean;
}

export const USUAL_LIMIT = 1_000_000n;

export const usualTraits = (address: AccountAddress): Traits => ({
  isFrozen: false,
  currencies: address === POOR ? ["XUS"] : ["XUS", "XDX"],
  vasp: address === VASP ? "parent" : address === SIBLING ? { childOf: CUSTODYS_PARENT } : undefined,
});

export const firstDiemState: DiemState = {
  version: 1n,
  time: START,
  line: [{ index: FIRST_EPOCH, isForged: false, since: START }],
  isForged: false,
  sequenceNumber: START_SEQUENCE,
  balances: { XUS: 0n, XDX: 0n },
  received: [],
  sent: [],
  accounts: new Map([VASP, DEALER, POOR, SIBLING].map((address) => [toHex(address), usualTraits(address)])),
  attestationLimit: USUAL_LIMIT,
  minGasPrice: 0n,
  isCustodyFrozen: false,
};

const addTo = (state: DiemState, currency: string, amount: bigint): DiemState["balances"] => ({
  ...state.balances,
  [currency]: (state.balances[currency] ?? 0n) + amount,
});

/** Somebody pays custody. */
export const receive = (state: DiemState, payment: Omit<PaymentEvent, "version">): DiemState => ({
  ...state,
  balances: addTo(state, payment.currency, payment.amount),
  received: [...state.received, { ...payment, version: state.version }],
});

export const changeAccount = (state: DiemState, address: AccountAddress, traits: Partial<Traits>): DiemState => {
  const before = state.accounts.get(toHex(address)) ?? usualTraits(address);
  return { ...state, accounts: new Map(state.accounts).set(toHex(address), { ...before, ...traits }) };
};

/** Custody is a child of another VASP; the model's rates are 1 micro XDX for a unit. */
const needsAttestation = ({ attestationLimit }: DiemState, { vasp }: Traits, amount: bigint): boolean =>
  vasp === "parent" && amount >= attestationLimit;

export type Execution =
  | { readonly type: "paid" | "aborted"; readonly state: DiemState }
  /** It leaves no trace: at another number or too late it isn't executed. */
  | { readonly type: "void" };

/** Executes a transaction of custody's as the ledger's next one. */
export const execute = (state: DiemState, transaction: RawTransaction): Execution => {
  const { sequenceNumber, expirationTimestampSecs, gasUnitPrice, payload } = transaction;
  const isVoid =
    sequenceNumber !== state.sequenceNumber ||
    state.time / 1000n >= expirationTimestampSecs ||
    gasUnitPrice < state.minGasPrice ||
    state.isCustodyFrozen;
  if (isVoid) return { type: "void" };
  const payment = readPeerToPeer(payload);
  if (payment === undefined) throw new Error("expected a payment");
  const { currency, amount, payee: other, metadata } = payment;
  const used = { ...state, sequenceNumber: sequenceNumber + 1n };
  const traits = state.accounts.get(toHex(other));
  const isPayable =
    traits !== undefined &&
    !traits.isFrozen &&
    traits.currencies.includes(currency) &&
    !needsAttestation(state, traits, amount) &&
    (state.balances[currency] ?? 0n) >= amount &&
    toHex(other) !== toHex(CUSTODY);
  if (!isPayable) return { type: "aborted", state: used };
  const event = { currency, amount, other, metadata, version: state.version };
  return { type: "paid", state: { ...used, balances: addTo(state, currency, -amount), sent: [...state.sent, event] } };
};
