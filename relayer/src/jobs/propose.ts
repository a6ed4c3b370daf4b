import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { WORTHWHILE_FOLD } from "@pdiem/bridge/settlement/economy";
import { MAX_REGISTRATIONS } from "@pdiem/bridge/settlement/items";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { profileHash } from "@pdiem/bridge/profile-hash";
import { WORK_INTERVAL } from "@pdiem/bridge/settlement/settle";
import { equal, fromHex } from "@pdiem/light-client/bytes";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import type { BridgeContext } from "./bridge-context.js";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import { MAX_RANGES } from "../simulate/diem-proofs.js";
import { withFewReturned } from "../simulate/few-returned.js";
import type { Proposal } from "../simulate/simulate-batch.js";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";
import { type Governance, governanceAt, profileFor } from "../sync/bridge/governance.js";
import type { Holding } from "../sync/transfers/withdrawal-watch.js";
import { type BatchDue, batchDue } from "./choose.js";
import { claimName } from "./fee-claims.js";
import { fitRanges } from "./fit-ranges.js";
import { inTurn } from "./in-turn.js";
import { registeredIndex } from "./registration-processor.js";
import { chooseTogether } from "./suspects.js";

/** A withdrawal burns, and may mint. */
const CALLS_PER_WITHDRAWAL = 2;
/** Payments told of in one batch; beyond that there are other batches. */
const MOST_FOLDED = 512;
/** Kept for custody's sent events: those to be folded, and those that payouts which came back rest on. */
const SPARE_RANGES = 5;

/** What may be settled: one of both. The name is the deposit's number, or the withdrawal's transfer. */
interface Candidate {
  readonly name: string;
  readonly payment?: CustodyPayment;
  readonly holding?: Holding;
}

/** Withdrawals that hold enough to be settled. */
export const ripeHoldings = ({ withdrawals, config }: BridgeContext, view: BridgeView): readonly Holding[] => {
  const { current } = view;
  const { currencies } = current === undefined ? config : governanceAt(config, view, current);
  return withdrawals.holdings().filter(({ currency, balance }) => {
    const minimum = currencies.find(({ code }) => code === currency)?.minimum;
    return minimum !== undefined && balance >= minimum;
  });
};

const candidatesOf = (context: BridgeContext, view: BridgeView): readonly Candidate[] => [
  ...context.payments.open().map((payment) => ({ name: payment.number.toString(), payment })),
  ...ripeHoldings(context, view).map((holding) => ({
    name: context.withdrawalEnds.nextId(holding.account, holding.currency),
    holding,
  })),
];

/** Custody's payments that no batch has told of yet. */
export const unfoldedPayments = ({ payouts }: BridgeContext, { history }: CurrentLedger): number => {
  const { sent } = history.ledger.paid;
  return Number(payouts.next() > sent ? payouts.next() - sent : 0n);
};

const lastProfile = ({ parachain }: BridgeConfig, { profiles }: Governance, { runtime }: Ledger): ChainProfile =>
  profiles.find((one) => equal(profileHash(one), runtime.profile)) ?? parachain.profile;

/** A batch has to take over a new runtime, or a chain profile that has replaced the last batch's, before anything is paid. */
export const hasNewRuntime = ({ config }: BridgeContext, view: BridgeView, current: CurrentLedger): boolean => {
  const { specVersion, profile } = current.history.ledger.runtime;
  const { profiles, delayed } = governanceAt(config, view, current);
  // A batch of decisions may have been encoded with one that isn't in force yet: there is nothing to take over then.
  const expected = delayed.flatMap(({ action }) => (action.type === "profile" ? [action.value] : []));
  return (
    (view.specVersion !== undefined && view.specVersion !== specVersion) ||
    ![...profiles, ...expected].some((one) => equal(profileHash(one), profile))
  );
};

/** While something is delayed, a batch now and then counts the time that the bridge worked. */
export const isWorkDue = ({ config }: BridgeContext, view: BridgeView, current: CurrentLedger): boolean =>
  view.time >= current.history.ledger.time + WORK_INTERVAL && governanceAt(config, view, current).delayed.length > 0;

/** Accounts that wait to be registered, oldest first. */
export const waitingAccounts = async (context: BridgeContext): Promise<readonly string[]> => {
  const jobs = await context.queues.registration.getJobs(["waiting", "active", "delayed"], 0, 1000, true);
  return jobs
    .map((job) => job.data.account)
    .filter((account) => registeredIndex(context, account) === undefined)
    .slice(0, MAX_REGISTRATIONS);
};

export interface Proposed {
  readonly proposal: Proposal;
  readonly due: BatchDue;
  /** How many calls its items make at most. */
  readonly calls: number;
}

/** What the next batch should hold; undefined when nothing waits. */
export const propose = async (
  context: BridgeContext,
  view: BridgeView,
  current: CurrentLedger,
): Promise<Proposed | undefined> => {
  const { clients, config, issuer, payments, suspects, leftOut, batchSize } = context;
  const sight = payments.custody();
  if (sight === undefined) return undefined;
  const { history, anchor } = current;
  const { ledger, decisions } = history;
  const governance = governanceAt(config, view, current);
  const due = batchDue(config, lastProfile(config, governance, ledger), ledger, view.issuer?.nonce ?? ledger.nonce);
  const free = inTurn(candidatesOf(context, view), leftOut.until, Date.now());
  const chosen = chooseTogether(free, await suspects.all(), view.issuer?.nonce ?? 0);
  const most = Math.min(batchSize.most(), due.full);
  const withdrawals = chosen
    .flatMap(({ holding }) => (holding === undefined ? [] : [holding]))
    .slice(0, Math.max(1, Math.floor(most / 2 / CALLS_PER_WITHDRAWAL)));
  const deposits = fitRanges(
    withFewReturned(chosen.flatMap(({ payment }) => (payment === undefined ? [] : [payment]))),
    MAX_RANGES - SPARE_RANGES,
    Math.max(1, most - CALLS_PER_WITHDRAWAL * withdrawals.length),
  );
  const registrations = (await waitingAccounts(context)).slice(0, most).map((account) => fromHex(account, 32));
  // Fees can wait: after a failed batch the next ones hold as little as possible.
  const claims = due.failures > 0 ? [] : await context.feeClaims.all();
  const feeClaims = claims.map(({ code }) => code).filter((code) => !leftOut.isDeferred(claimName(code)));
  const sentEvents = Math.min(MOST_FOLDED, Math.max(WORTHWHILE_FOLD, most), unfoldedPayments(context, current));
  const items = deposits.length + withdrawals.length + registrations.length + feeClaims.length;
  if (
    items === 0 &&
    sentEvents < WORTHWHILE_FOLD &&
    !hasNewRuntime(context, view, current) &&
    !isWorkDue(context, view, current)
  )
    return undefined;
  const profile = await profileFor(clients.parachain, governance.profiles);
  const bridge = { config, issuer, ledger, decisions, profile };
  const proposal = {
    bridge,
    history,
    anchor,
    custody: sight.account,
    payments: deposits,
    withdrawals,
    registrations,
    feeClaims,
    sentEvents,
  };
  return { proposal, due, calls: deposits.length + CALLS_PER_WITHDRAWAL * withdrawals.length };
};
