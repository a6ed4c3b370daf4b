/** The next batch, as the enclave will sign it. */

import type { ParachainFacts } from "@pdiem/bridge/facts/facts";
import { specVersionOf } from "@pdiem/bridge/facts/parachain-state";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import type { WaitingLeaf } from "@pdiem/bridge/ledger/lists";
import type { BridgeState } from "@pdiem/bridge/settlement/bridge-state";
import type { Admission, Items } from "@pdiem/bridge/settlement/items";
import type { History } from "@pdiem/bridge-client/journal/history";
import type { DiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import { RpcError } from "../error.js";
import type { SigningClients } from "../sync/clients.js";
import type { Holding } from "../sync/transfers/withdrawal-watch.js";
import { collect } from "./collect-proofs.js";
import { type FoundLookups, findLookups, namingTooMany } from "./deposit-lookups.js";
import { rangesOf } from "./event-ranges.js";
import { type Fits, type FittingBatch, fitBatch } from "./fit-batch.js";
import {
  abortedNeeds,
  batchNeeds,
  depositNeeds,
  hasNeeds,
  mergeNeeds,
  type Needs,
  NO_NEEDS,
  numbersBetween,
  receiverNeeds,
  thawNeeds,
  withdrawalNeeds,
} from "./needs.js";
import { type Simulated, simulateItems, type Tries, type WaitingTry } from "./simulate-items.js";

/**
 * A leaf of `ledger.waiting` that isn't cleared: an aborted release, or a deposit with its
 * payment.
 */
export interface WaitingCandidate {
  /** Index of the leaf. */
  readonly index: bigint;
  readonly leaf: WaitingLeaf;
  /** Undefined for a release. */
  readonly payment: CustodyPayment | undefined;
}

/** What is done with the next deposits, in the order of their numbers. */
export type AdmissionChoice =
  | { readonly type: "settle"; readonly payment: CustodyPayment }
  | { readonly type: "putOff"; readonly count: number };

export interface Proposal
  extends Pick<Items, "registrations" | "feeClaims" | "fold" | "thaws" | "withoutTeam" | "checkpoints"> {
  readonly bridge: BridgeState;
  readonly history: History;
  readonly anchor: Uint8Array;
  /** Custody's account as last proven: its event streams' keys never change. */
  readonly custody: DiemAccount;
  readonly waiting: readonly WaitingCandidate[];
  readonly admissions: readonly AdmissionChoice[];
  readonly withdrawals: readonly Holding[];
}

/**
 * A batch as the enclave will sign it, with what to ask it with. It is undefined where none is
 * worth it now.
 */
export interface SimulatedBatch {
  readonly simulated: Simulated;
  readonly batch:
    | (FittingBatch & {
        readonly proofs: ProofBundle;
        /** It rests on these. */
        readonly facts: ParachainFacts;
        readonly specVersion: number;
      })
    | undefined;
}

/**
 * Each round proves what the one before missed; a deposit's rules look at four layers of facts at
 * most.
 */
const MAX_ROUNDS = 6;

const paymentsOf = ({ waiting, admissions }: Proposal): readonly CustodyPayment[] => [
  ...waiting.flatMap(({ payment }) => payment ?? []),
  ...admissions.flatMap((choice) => (choice.type === "settle" ? [choice.payment] : [])),
];

const predictNeeds = (
  proposal: Proposal,
  settled: readonly CustodyPayment[],
  found: readonly FoundLookups[],
): Needs => {
  const { bridge, history, anchor, waiting, withdrawals, fold, feeClaims } = proposal;
  const { config, issuer, ledger } = bridge;
  const codes = config.currencies.map(({ code }) => code);
  const folded = ledger.paid.events + BigInt(fold);
  const sent = proposal.custody.sentEvents.count;
  return mergeNeeds(
    batchNeeds(config, issuer, anchor),
    ...settled.map((payment) => depositNeeds(config, payment, history)),
    ...found.map(({ sentEvents }) => ({ ...NO_NEEDS, sentEvents })),
    ...waiting.flatMap(({ leaf }) => {
      const release = leaf.type === "release" ? history.releases[Number(leaf.value)] : undefined;
      return release === undefined ? [] : [abortedNeeds(config, release)];
    }),
    ...withdrawals.map((holding) => withdrawalNeeds(config, holding)),
    { ...NO_NEEDS, sentEvents: numbersBetween(ledger.paid.events, folded < sent ? folded : sent) },
    feeClaims.length === 0 ? NO_NEEDS : receiverNeeds(config, feeClaims, config.feeAccount),
    ...proposal.registrations.map((account) => receiverNeeds(config, codes, account)),
    ...proposal.thaws.map((one) => thawNeeds(config, one)),
  );
};

const waitingTry = (
  { releases, trees }: History,
  { index, leaf }: WaitingCandidate,
  found: ReadonlyMap<bigint, FoundLookups>,
): readonly WaitingTry[] => {
  if (leaf.type === "deposit") {
    const lookups = found.get(leaf.value)?.lookups;
    return lookups === undefined
      ? []
      : [{ index, content: { type: "deposit", value: { number: leaf.value, lookups } } }];
  }
  const release = releases[Number(leaf.value)];
  if (release === undefined) return [];
  const value = { index: leaf.value, leaf: release, path: trees.releases.path(leaf.value) };
  return [{ index, content: { type: "release", value } }];
};

const admissionOf = (choice: AdmissionChoice, found: ReadonlyMap<bigint, FoundLookups>): Admission => {
  if (choice.type === "putOff") return { type: "putOff", value: choice.count };
  const lookups = found.get(choice.payment.number)?.lookups;
  return lookups === undefined ? { type: "putOff", value: 1 } : { type: "settle", value: lookups };
};

const triesOf = (proposal: Proposal, found: ReadonlyMap<bigint, FoundLookups>): Tries => ({
  waiting: proposal.waiting.flatMap((candidate) => waitingTry(proposal.history, candidate, found)),
  admissions: proposal.admissions.map((choice) => admissionOf(choice, found)),
  withdrawals: proposal.withdrawals.map(({ preimage, currency }) => ({ preimage, currency })),
  registrations: proposal.registrations,
  feeClaims: proposal.feeClaims,
  fold: proposal.fold,
  thaws: proposal.thaws,
  withoutTeam: proposal.withoutTeam,
  checkpoints: proposal.checkpoints,
});

/**
 * Proves what a batch of these items needs and runs the bridge's rules on it, exactly like the
 * enclave. Items that the rules refuse or let wait are left out, or put off, so that none holds up
 * another.
 * @param fits tells whether a block has room for its calls
 * @throws RefusedError of the batch as a whole, such as `refused/too-early`; errors of `collect`
 */
export const simulateBatch = async (
  clients: SigningClients,
  proposal: Proposal,
  fits?: Fits,
): Promise<SimulatedBatch> => {
  const { bridge, history, custody } = proposal;
  const payments = paymentsOf(proposal);
  const left = namingTooMany(payments);
  const settled = payments.filter(({ number }) => !left.has(number));
  const found = await findLookups(clients.diem, history, custody.sentEvents, settled);
  const numbers = settled.map(({ number }) => number).sort((a, b) => (a < b ? -1 : 1));
  const received = rangesOf(custody.receivedEvents.key, numbers);
  const tries = triesOf(proposal, found);
  let needs = predictNeeds(proposal, settled, [...found.values()]);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const ranges = [...received, ...rangesOf(custody.sentEvents.key, needs.sentEvents)];
    const { proofs, facts } = await collect(clients, { needs, ranges });
    const simulated = simulateItems(bridge, facts, history.trees.waiting, tries);
    if (!hasNeeds(simulated.misses)) {
      if (!simulated.isWorthwhile) return { simulated, batch: undefined };
      const specVersion = specVersionOf(facts.parachain);
      const about = { proofs, facts: facts.parachain, specVersion };
      return { simulated, batch: { ...about, ...fitBatch(bridge, facts, simulated.items, fits) } };
    }
    needs = mergeNeeds(needs, simulated.misses);
  }
  throw new RpcError(
    "rpc/unproven",
    "expected the nodes to prove what the rules look up, they keep missing it",
    "backoff",
  );
};
