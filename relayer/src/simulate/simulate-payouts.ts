/** Payments of releases, as the enclave will sign them. */
import { checkCustody } from "@pdiem/bridge/custody/custody";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { PAYOUT_WINDOW, type PaymentRequest } from "@pdiem/bridge/payout/payment-request";
import { type Payment, payments as paymentsOf } from "@pdiem/bridge/payout/payout";
import type { BridgeState } from "@pdiem/bridge/settlement/bridge-state";
import type { History } from "@pdiem/bridge-client/journal/history";
import type { SigningClients } from "../sync/clients.js";
import { collect } from "./collect-proofs.js";
import { batchNeeds, numbersBetween } from "./needs.js";

export interface PayoutProposal {
  readonly bridge: BridgeState;
  readonly history: History;
  readonly anchor: Uint8Array;
  /** Tells releases whose payment needn't be signed, such as those that are on their way. */
  readonly isSigned: (index: bigint) => boolean;
}

export interface SimulatedPayouts {
  /** What to ask for: all releases in the window that aren't signed, lowest first. */
  readonly requests: readonly PaymentRequest[];
  /** The payments that this asks for, in its order. */
  readonly payments: readonly Payment[];
  readonly proofs: ProofBundle;
}

/** Lists the releases whose own sequence numbers are unused and near enough, lowest first. */
export const releasesInWindow = (
  { start, paid, releases }: History["ledger"],
  sequenceNumber: bigint,
): readonly bigint[] => {
  const next = sequenceNumber - start;
  const from = next > paid.releases ? next : paid.releases;
  const end = next + BigInt(PAYOUT_WINDOW);
  return numbersBetween(from, end < releases.numLeaves ? end : releases.numLeaves);
};

const requestOf = ({ releases, trees }: History, index: bigint): readonly PaymentRequest[] => {
  const leaf = releases[Number(index)];
  return leaf === undefined ? [] : [{ index, leaf, path: trees.releases.path(index) }];
};

/**
 * Proves what paying releases needs, and runs the bridge's rules on it, exactly like the enclave.
 * @throws RefusedError and ProofError of the rules; errors of `collect`
 */
export const simulatePayouts = async (clients: SigningClients, proposal: PayoutProposal): Promise<SimulatedPayouts> => {
  const { bridge, history, anchor, isSigned } = proposal;
  const { config, issuer, ledger } = bridge;
  const { proofs, facts } = await collect(clients, { needs: batchNeeds(config, issuer, anchor), ranges: [] });
  const { sequenceNumber } = checkCustody(config, issuer, facts.diem).account;
  const requests = releasesInWindow(ledger, sequenceNumber)
    .filter((index) => !isSigned(index))
    .flatMap((index) => requestOf(history, index));
  const payments = requests.length === 0 ? [] : paymentsOf(bridge, facts, requests);
  return { requests, payments, proofs };
};
