import { WORTHWHILE_FOLD } from "@pdiem/bridge/settlement/economy";
import type { Evidence } from "@pdiem/bridge/facts/proof-bundle";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { inForceAt } from "@pdiem/bridge/governance/operating";
import type { History } from "@pdiem/bridge-client/journal/journal";
import { specVersionOf } from "@pdiem/bridge/facts/parachain-state";
import { profileHash } from "@pdiem/bridge/profile-hash";
import { type Bridge, WORK_INTERVAL } from "@pdiem/bridge/settlement/settle";
import { equal } from "@pdiem/light-client/bytes";
import type { DiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import type { CustodyPayment } from "../chains/diem/custody-payment.js";
import { RpcError } from "../error.js";
import type { Holding } from "../sync/transfers/withdrawal-watch.js";
import { type Candidate, candidatesOf } from "./candidates.js";
import type { Clients } from "./clients.js";
import { collect } from "./collect-proofs.js";
import { type FittingBatch, fitBatch } from "./fit-batch.js";
import { hasNeeds, mergeNeeds, type Needs, NO_NEEDS } from "./needs.js";
import { batchNeeds, claimNeeds, paymentNeeds, placesBetween, receiverNeeds, withdrawalNeeds } from "./predict.js";
import { rangesOf } from "./event-ranges.js";
import { type Trial, tryItems } from "./simulate-items.js";

export interface Proposal {
  readonly bridge: Bridge;
  readonly history: History;
  readonly anchor: Uint8Array;
  /** Custody's account as last proven: its event streams' keys never change. */
  readonly custody: DiemAccount;
  /** Sorted by number. */
  readonly payments: readonly CustodyPayment[];
  readonly withdrawals: readonly Holding[];
  readonly registrations: readonly Uint8Array[];
  /** Codes of currencies whose accrued fees are to be minted. */
  readonly feeClaims: readonly string[];
  /** How many of custody's sent events to fold. */
  readonly sentEvents: number;
}

/** A batch as the enclave will sign it, with what to ask it with; undefined where no item can be settled now. */
export interface Foretold {
  readonly trial: Trial;
  readonly batch: (FittingBatch & { readonly evidence: Evidence }) | undefined;
}

/** Each round proves what the one before missed; a deposit's rules look at four layers of facts at most. */
const MAX_ROUNDS = 6;

const predictNeeds = (proposal: Proposal, candidates: readonly Candidate[]): Needs => {
  const { bridge, history, anchor } = proposal;
  const { config, issuer } = bridge;
  const { paid } = bridge.ledger;
  const assetIds = config.currencies.map(({ assetId }) => assetId);
  return mergeNeeds(
    batchNeeds(config, issuer, anchor),
    ...candidates.map(({ payment }) => paymentNeeds(config, payment, (index) => history.accounts[Number(index)])),
    ...candidates.map(({ sentEvents }) => ({ ...NO_NEEDS, sentEvents })),
    ...proposal.withdrawals.map((holding) => withdrawalNeeds(config, holding)),
    { ...NO_NEEDS, sentEvents: placesBetween(paid.sent, paid.sent + BigInt(proposal.sentEvents)) },
    claimNeeds(config, proposal.feeClaims),
    ...proposal.registrations.map((account) => receiverNeeds(assetIds, account)),
  );
};

/** Whether there is anything that the rules make a batch for. */
const isWorthwhile = ({ config, ledger, decisions, profile }: Bridge, { parachain }: Facts, trial: Trial): boolean =>
  trial.deposits.length + trial.withdrawals.length + trial.registrations.length + trial.feeClaims.length > 0 ||
  trial.sentEvents >= WORTHWHILE_FOLD ||
  specVersionOf(parachain) !== ledger.runtime.specVersion ||
  !equal(profileHash(profile), ledger.runtime.profile) ||
  (parachain.time >= ledger.time + WORK_INTERVAL &&
    inForceAt({ config, ledger, decisions }, parachain.time).delayed.length > 0);

/**
 * Proves what a batch of these items needs and runs the bridge's rules on it, exactly as the enclave will.
 * Items that the rules refuse or leave open are left out, so that none holds up another.
 * @throws RefusedError of the batch as a whole, such as `refused/too-early`; as `collect`
 */
export const foretell = async (clients: Clients, proposal: Proposal): Promise<Foretold> => {
  const { bridge, custody } = proposal;
  const candidates = await candidatesOf(clients.diem, proposal.history, custody.sentEvents, proposal.payments);
  const deposits = candidates.map(({ item }) => item);
  const received = rangesOf(
    custody.receivedEvents.key,
    deposits.map(({ number }) => number),
  );
  const withdrawals = proposal.withdrawals.map(({ preimage, currency }) => ({ preimage, currency }));
  const { registrations, feeClaims, sentEvents } = proposal;
  let needs = predictNeeds(proposal, candidates);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const ranges = [...received, ...rangesOf(custody.sentEvents.key, needs.sentEvents)];
    const { evidence, facts } = await collect(clients, { needs, ranges });
    const trial = tryItems(bridge, facts, { deposits, withdrawals, registrations, feeClaims, sentEvents });
    if (!hasNeeds(trial.misses)) {
      if (!isWorthwhile(bridge, facts, trial)) return { trial, batch: undefined };
      return { trial, batch: { evidence, ...fitBatch(bridge, facts, trial) } };
    }
    needs = mergeNeeds(needs, trial.misses);
  }
  throw new RpcError(
    "rpc/unproven",
    "expected the nodes to prove what the rules look up, they keep missing it",
    "backoff",
  );
};
