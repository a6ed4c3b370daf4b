/** Answers with proofs, checked against what is trusted and against what was asked for. */

import { verifyEventByVersion } from "@pdiem/chain-formats/diem/proofs/event-by-version";
import { verifyTransactionList } from "@pdiem/chain-formats/diem/proofs/transaction-list";
import { verifyAccountTransactions } from "@pdiem/chain-formats/diem/transactions/account-transactions";
import { equal } from "@pdiem/light-client/bytes";
import { parseAccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { ratchet } from "@pdiem/light-client/diem/epochs/trusted-state";
import type { VerifiedLedgerInfo } from "@pdiem/light-client/diem/epochs/verified-ledger-info";
import { hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import { verifyAccountState } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { accumulatorRoot, appendSubtrees, EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { verifyEvent } from "@pdiem/light-client/diem/proofs/event-proof";
import { ProofError } from "@pdiem/light-client/error";
import {
  getAccountStateWithProof,
  getAccountTransactionsWithProofs,
  getAccumulatorConsistencyProof,
  getEventByVersionWithProof,
  getEventsWithProofs,
  getStateProof,
  getTransactionsWithProofs,
} from "@pdiem/relayer/chains/diem/calls";
import type { Json } from "@pdiem/relayer/chains/diem/lossless";
import { type Anchors, NoAnchor, withGenesis } from "./anchors.js";
import { hexOf, integerOf, textOf, UnreadableVector } from "./vector.js";

/** `ledgerAt` gives the ledger info at a version; left out, the one that the answer is given at. */
export interface Trusted {
  readonly ledgerAt: (version?: bigint) => VerifiedLedgerInfo;
  readonly anchors: Anchors;
}

/** Reads an answer; what it returns checks it. */
type Verifier = (params: readonly Json[], result: Json) => (trusted: Trusted) => void;

const optionalInteger = (value: Json | undefined): bigint | undefined =>
  value === null || value === undefined ? undefined : integerOf(value);

const count = (value: Json | undefined): number => Number(integerOf(value));

const stateProof: Verifier = ([from], result) => {
  const proof = getStateProof(integerOf(from)).read(result);
  return ({ anchors }) => {
    const state = anchors.stateAt(integerOf(from));
    ratchet(state, withGenesis(state, proof));
  };
};

const accountState: Verifier = ([account, version, ledgerVersion], result) => {
  const address = parseAccountAddress(textOf(account));
  const shown = getAccountStateWithProof(address).read(result);
  return ({ ledgerAt }) => {
    verifyAccountState(ledgerAt(optionalInteger(ledgerVersion)), address, shown, optionalInteger(version));
  };
};

const events: Verifier = ([key, start, limit], result) => {
  const first = integerOf(start);
  const page = getEventsWithProofs(hexOf(key), first, count(limit)).read(result);
  return ({ ledgerAt }) => {
    const ledger = ledgerAt();
    for (const [i, event] of page.entries())
      verifyEvent(ledger, event, { key: hexOf(key), sequenceNumber: first + BigInt(i) });
  };
};

const eventByVersion: Verifier = ([key, version], result) => {
  const shown = getEventByVersionWithProof(hexOf(key)).read(result);
  return ({ ledgerAt }) => {
    const ledger = ledgerAt();
    const at = optionalInteger(version) ?? ledger.ledgerInfo.commitInfo.version;
    verifyEventByVersion(ledger, { key: hexOf(key), version: at }, shown);
  };
};

const transactions: Verifier = ([start, limit, includeEvents], result) => {
  const first = integerOf(start);
  const query = { first, limit: count(limit), includeEvents: includeEvents === true };
  const list = getTransactionsWithProofs(first, query.limit, query.includeEvents).read(result);
  return ({ ledgerAt }) => {
    if (list !== undefined) verifyTransactionList(ledgerAt(), query, list);
  };
};

const accountTransactions: Verifier = ([sender, start, limit, includeEvents, ledgerVersion], result) => {
  const query = {
    sender: parseAccountAddress(textOf(sender)),
    start: integerOf(start),
    limit: count(limit),
    includeEvents: includeEvents === true,
  };
  const call = getAccountTransactionsWithProofs(query.sender, query.start, query.limit, query.includeEvents);
  const shown = call.read(result);
  return ({ ledgerAt }) => {
    verifyAccountTransactions(ledgerAt(optionalInteger(ledgerVersion)), query, shown);
  };
};

const consistency: Verifier = ([from, to], result) => {
  const start = optionalInteger(from);
  const { subtrees } = getAccumulatorConsistencyProof(start, 0n).read(result);
  return ({ ledgerAt, anchors }) => {
    const target = ledgerAt(optionalInteger(to)).ledgerInfo.commitInfo;
    const accumulator = start === undefined ? EMPTY_ACCUMULATOR : anchors.accumulatorAt(start);
    if (accumulator === undefined) throw new NoAnchor(`no recording shows the accumulator at version ${start}`);
    const newLeaves = target.version + 1n - accumulator.numLeaves;
    const extended = appendSubtrees(hashTransactionAccumulatorNode, accumulator, subtrees, newLeaves);
    if (!equal(accumulatorRoot(hashTransactionAccumulatorNode, extended), target.executedStateId))
      throw new ProofError("proof/consistency", `the proof doesn't lead to the root at version ${target.version}`);
  };
};

const VERIFIERS: ReadonlyMap<string, Verifier> = new Map<string, Verifier>([
  ["get_state_proof", stateProof],
  ["get_account_state_with_proof", accountState],
  ["get_events_with_proofs", events],
  ["get_event_by_version_with_proof", eventByVersion],
  ["get_transactions_with_proofs", transactions],
  ["get_account_transactions_with_proofs", accountTransactions],
  ["get_accumulator_consistency_proof", consistency],
]);

export const provesItsAnswers = (method: string): boolean => VERIFIERS.has(method);

/**
 * @throws PdiemError where the answer doesn't prove what was asked for. NoAnchor where it reads
 * well, but nothing recorded can check it.
 */
export const verifyAnswer = (method: string, params: readonly Json[], result: Json, trusted: Trusted): void => {
  const verifier = VERIFIERS.get(method);
  if (verifier === undefined) throw new UnreadableVector(`no proof is known for answers to ${method}`);
  verifier(params, result)(trusted);
};
