/** What the next batch should hold, of all that could be settled. */

import { type SignedCheckpoint, signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import { underLimits } from "@pdiem/bridge/governance/limits";
import { MAX_TOLD_CHECKPOINTS } from "@pdiem/bridge/ledger/journal-entry";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { draftOf } from "@pdiem/bridge/settlement/batch-draft";
import { earliestBatch, failureScore, isWorthwhile } from "@pdiem/bridge/settlement/economy";
import { MAX_THAWS } from "@pdiem/bridge/settlement/items";
import type { History } from "@pdiem/bridge-client/journal/history";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { DiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import type { CustodyPayment } from "../../chains/diem/custody-payment.js";
import { monotonicNow } from "../../clock.js";
import { MOST_VERSIONS } from "../../simulate/deposit-lookups.js";
import { MAX_RANGES } from "../../simulate/diem-proofs.js";
import { fitRanges } from "../../simulate/event-ranges.js";
import type { AdmissionChoice, Proposal, WaitingCandidate } from "../../simulate/simulate-batch.js";
import type { Deferrals } from "../../stores/deferrals.js";
import type { FeeClaims } from "../../stores/fee-claims.js";
import type { ThawRequests } from "../../stores/thaw-requests.js";
import type { BridgeView, CurrentLedger } from "../../sync/bridge/bridge-view.js";
import { governanceAt } from "../../sync/bridge/governance.js";
import type { PaymentWatch } from "../../sync/transfers/payment-watch.js";
import type { WithdrawalEnds } from "../../sync/transfers/withdrawal-ends.js";
import type { Holding, WithdrawalWatch } from "../../sync/transfers/withdrawal-watch.js";
import { chooseAdmissions } from "./admissions.js";
import type { BatchSize } from "./batch-size.js";
import { type Bisection, chooseHalf, type Half, leastRecentlyTried } from "./bisection.js";
import { claimName, teamName, thawName, waitingName } from "./item-name.js";

/** Where a proposal's items come from. */
export interface ProposalSources {
  readonly config: BridgeConfig;
  /** The enclave's key. */
  readonly issuer: Uint8Array;
  readonly payments: Pick<PaymentWatch, "custody" | "open">;
  readonly withdrawals: Pick<WithdrawalWatch, "holdings">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "nextId">;
  readonly feeClaims: Pick<FeeClaims, "all">;
  readonly thawRequests: Pick<ThawRequests, "all">;
  /** Lists hex of the accounts that wait to be registered, oldest first. */
  readonly waitingAccounts: () => Promise<readonly string[]>;
  /** Lists checkpoints for the journal at which the enclave has seen the signers change. */
  readonly signerChanges: () => Promise<readonly SignedCheckpoint[]>;
  readonly bisection: Pick<Bisection, "failures">;
  /**
   * Items that no batch takes for now: deposits by number, withdrawals by their transfer, others
   * by their names.
   */
  readonly leftOut: Deferrals<string>;
  readonly batchSize: Pick<BatchSize, "most">;
}

export interface Proposed {
  readonly proposal: Proposal;
  /** When it may be signed, ms of the parachain's time. */
  readonly earliest: bigint;
  /**
   * Whether it may be half full, and so be signed at once: its calls are known once it is
   * simulated.
   */
  readonly mayBeHalfFull: boolean;
}

/** A share of a batch for the calls that move the anchor, and the remark. */
const CALLS_BESIDE = 3;
/** A withdrawal burns, and may mint. */
const CALLS_PER_WITHDRAWAL = 2;
/**
 * Kept for custody's sent events: those that are folded, and those that payouts which came back
 * rest on.
 */
const SPARE_RANGES = MOST_VERSIONS + 3;

/** Lists withdrawals that hold enough to be settled, under the limits in force. */
export const ripeHoldings = (
  { currencies }: Pick<BridgeConfig, "currencies">,
  holdings: readonly Holding[],
): readonly Holding[] =>
  holdings.filter(({ currency, balance }) => {
    const minimum = currencies.find(({ code }) => code === currency)?.minimum;
    return minimum !== undefined && balance >= minimum;
  });

const waitingCandidates = (
  { waiting, cleared }: History,
  open: readonly CustodyPayment[],
): readonly (WaitingCandidate & { readonly name: string })[] => {
  const payments = new Map(open.map((payment) => [payment.number, payment]));
  return waiting.flatMap((leaf, i) => {
    const index = BigInt(i);
    const payment = leaf.type === "deposit" ? payments.get(leaf.value) : undefined;
    if (cleared.has(index) || (leaf.type === "deposit" && payment === undefined)) return [];
    return [{ name: waitingName(leaf), index, leaf, payment }];
  });
};

/** Counts the releases whose sequence numbers are used, and that no batch has folded. */
export const foldable = ({ start, paid, releases }: Ledger, { sequenceNumber }: DiemAccount): number => {
  const used = sequenceNumber - start;
  const end = used < releases.numLeaves ? used : releases.numLeaves;
  return end > paid.releases ? Number(end - paid.releases) : 0;
};

/** Codes of currencies whose Freezer is due to change. */
const dueTeams = (
  { currencies }: BridgeConfig,
  { assets }: BridgeView,
  { guardians }: GovernanceState,
): readonly string[] =>
  currencies.flatMap(({ code }, i) => {
    const details = assets[i];
    return details?.status === "live" && !equal(details.freezer, guardians.freezer) ? [code] : [];
  });

/** Root may have taken an asset: that call would fail for ever. */
const lostTeams = ({ currencies }: BridgeConfig, { assets }: BridgeView, issuer: Uint8Array): readonly string[] =>
  currencies.flatMap(({ code }, i) => {
    const owner = assets[i]?.owner;
    return owner !== undefined && !equal(owner, issuer) ? [code] : [];
  });

const encoded = (one: SignedCheckpoint): string => toHex(encode(signedCheckpoint, one));

/** Checkpoints that the journal lacks. */
const untold = ({ checkpoints }: History, changes: readonly SignedCheckpoint[]): readonly SignedCheckpoint[] => {
  const told = new Set(checkpoints.map(encoded));
  return changes.filter((one) => !told.has(encoded(one))).slice(0, MAX_TOLD_CHECKPOINTS);
};

interface Shares {
  readonly waiting: readonly WaitingCandidate[];
  readonly admissions: readonly AdmissionChoice[];
  readonly withdrawals: readonly Holding[];
}

interface Candidates {
  readonly waiting: readonly (WaitingCandidate & { readonly name: string })[];
  readonly next: readonly CustodyPayment[];
  readonly withdrawals: readonly (Holding & { readonly name: string })[];
}

/** Shares a batch's places: withdrawals and what waits get a quarter each, or what others leave. */
const shareOut = (
  { waiting, next, withdrawals }: Candidates,
  first: bigint,
  { most, ...rules }: Parameters<typeof chooseAdmissions>[2],
): Shares => {
  const quarter = Math.max(1, Math.floor(most / 4));
  const burned = withdrawals.slice(0, Math.max(1, Math.floor(quarter / CALLS_PER_WITHDRAWAL)));
  const rest = Math.max(1, most - CALLS_PER_WITHDRAWAL * burned.length);
  const admissions = chooseAdmissions(next, first, {
    ...rules,
    most: Math.max(1, rest - Math.min(quarter, waiting.length)),
  });
  const settled = admissions.filter(({ type }) => type === "settle").length;
  return { waiting: waiting.slice(0, Math.max(1, rest - settled)), admissions, withdrawals: burned };
};

/** Puts off, or leaves out, what one answer of a Diem node can't prove together with the rest. */
const withinRanges = ({ waiting, admissions, withdrawals }: Shares): Shares => {
  const numbers = [
    ...admissions.flatMap((choice) => (choice.type === "settle" ? [choice.payment.number] : [])),
    ...waiting.flatMap(({ payment }) => payment?.number ?? []),
  ];
  const fitting = new Set(fitRanges(numbers, MAX_RANGES - SPARE_RANGES));
  return {
    withdrawals,
    waiting: waiting.filter(({ payment }) => payment === undefined || fitting.has(payment.number)),
    admissions: admissions.map((choice) =>
      choice.type === "putOff" || fitting.has(choice.payment.number) ? choice : { type: "putOff", count: 1 },
    ),
  };
};

const callsOf = ({ waiting, admissions, withdrawals }: Shares): number =>
  waiting.length +
  admissions.filter(({ type }) => type === "settle").length +
  CALLS_PER_WITHDRAWAL * withdrawals.length;

/**
 * Whether there is anything to try. Whether that is worth a batch, the bridge's own rule says on
 * what is proven.
 */
const isAnything = ({ waiting, admissions, withdrawals, ...other }: Proposal, isDue: boolean): boolean =>
  isDue ||
  waiting.length + admissions.length + withdrawals.length > 0 ||
  other.registrations.length + other.feeClaims.length + other.thaws.length + other.fold > 0;

const namesOf = ({ waiting, next, withdrawals }: Candidates, teams: readonly string[]): readonly string[] => [
  ...waiting.map(({ name }) => name),
  ...next.map(({ number }) => number.toString()),
  ...withdrawals.map(({ name }) => name),
  ...teams.map(teamName),
];

const candidatesOf = (sources: ProposalSources, config: BridgeConfig, { history }: CurrentLedger): Candidates => {
  const { payments, withdrawals, withdrawalEnds, leftOut } = sources;
  const open = payments.open();
  const now = monotonicNow();
  const holdings = ripeHoldings(config, withdrawals.holdings()).map((holding) => ({
    ...holding,
    name: withdrawalEnds.nextId(holding.account, holding.currency),
  }));
  return {
    waiting: leastRecentlyTried(waitingCandidates(history, open), leftOut.until, now),
    next: open.filter(({ number }) => number >= history.ledger.deposits),
    withdrawals: leastRecentlyTried(holdings, leftOut.until, now),
  };
};

const chosenOf = ({ waiting, next, withdrawals }: Candidates, half: Half): Candidates => ({
  waiting: waiting.filter(({ name }) => half.has(name)),
  next,
  withdrawals: withdrawals.filter(({ name }) => half.has(name)),
});

/**
 * Proposes what the next batch should hold; undefined when there is nothing to try.
 * @param room the most mints that a block has room for
 */
export const propose = async (
  sources: ProposalSources,
  view: BridgeView,
  current: CurrentLedger,
  room = Number.POSITIVE_INFINITY,
): Promise<Proposed | undefined> => {
  const { issuer, payments, leftOut, batchSize } = sources;
  const custody = payments.custody()?.account;
  if (custody === undefined) return undefined;
  const { history, anchor } = current;
  const { ledger, governance: state } = history;
  const governance = governanceAt(sources.config, current);
  const config = underLimits(sources.config, governance.limits);
  const nonce = view.issuer?.nonce ?? ledger.nonce;
  const score = failureScore(ledger, nonce);
  const teams = dueTeams(config, view, governance);
  const all = candidatesOf(sources, config, current);
  const half = chooseHalf(namesOf(all, teams), await sources.bisection.failures(), nonce);
  const calls = Math.min(config.batch.calls, room + CALLS_BESIDE);
  const full = Math.max(1, Math.floor(calls / (1 + score)) - CALLS_BESIDE);
  const most = Math.min(batchSize.most(), full);
  const rules = { currencies: config.currencies, most, half };
  const shares = withinRanges(shareOut(chosenOf(all, half), ledger.deposits, rules));
  const lost = lostTeams(config, view, issuer);
  const withoutTeam = [...new Set([...lost, ...teams.filter((code) => !half.has(teamName(code)))])];
  // Fees can wait: after a failed batch the next ones hold as little as possible.
  const claims = score > 0 ? [] : await sources.feeClaims.all();
  const thaws = governance.amnesty ? await sources.thawRequests.all() : [];
  const proposal: Proposal = {
    bridge: { config: sources.config, issuer, ledger, governance: state },
    history,
    anchor,
    custody,
    ...shares,
    registrations: (await sources.waitingAccounts()).slice(0, most).map((account) => fromHex(account, 32)),
    feeClaims: claims.map(({ code }) => code).filter((code) => !leftOut.isDeferred(claimName(code))),
    fold: Math.min(foldable(ledger, custody), 2 * batchSize.most()),
    thaws: thaws.filter((one) => !leftOut.isDeferred(thawName(one))).slice(0, Math.min(MAX_THAWS, most)),
    withoutTeam,
    checkpoints: untold(history, await sources.signerChanges()),
  };
  const isDue =
    teams.some((code) => !withoutTeam.includes(code)) || isWorthwhile(ledger, governance, draftOf(ledger), view.time);
  if (!isAnything(proposal, isDue)) return undefined;
  return {
    proposal,
    earliest: earliestBatch(ledger, config, nonce),
    mayBeHalfFull: score === 0 && 2 * callsOf(shares) >= config.batch.calls,
  };
};
