import type { Evidence } from "@pdiem/bridge/evidence";
import type { Facts } from "@pdiem/bridge/facts";
import { type Items, NO_ITEMS } from "@pdiem/bridge/items";
import type { History } from "@pdiem/bridge/journal";
import { type Bridge, type Settlement, settle } from "@pdiem/bridge/settlement";
import type { DiemAccount } from "@pdiem/light-client/diem/resources/diem-account";
import { isPdiemError } from "@pdiem/light-client/error";
import type { CustodyPayment } from "../diem/custody-payment.js";
import { RpcError } from "../error.js";
import { type Candidate, candidatesOf } from "./candidates.js";
import type { Clients } from "./clients.js";
import { collect } from "./collect.js";
import { hasNeeds, mergeNeeds, type Needs, NO_NEEDS } from "./needs.js";
import { batchNeeds, paymentNeeds, receiverNeeds } from "./predict.js";
import { rangesOf } from "./ranges.js";
import { type Trial, tryItems } from "./trial.js";

export interface Proposal {
  readonly bridge: Bridge;
  readonly history: History;
  readonly anchor: Uint8Array;
  /** Custody's account as last proven: its event streams' keys never change. */
  readonly custody: DiemAccount;
  /** Sorted by number. */
  readonly payments: readonly CustodyPayment[];
  readonly registrations: readonly Uint8Array[];
}

/** A batch as the enclave will sign it, with what to ask it with; undefined where no item can be settled now. */
export interface Foretold {
  readonly trial: Trial;
  readonly batch: { readonly evidence: Evidence; readonly items: Items; readonly settlement: Settlement } | undefined;
}

/** Each round proves what the one before missed; a deposit's rules look at four layers of facts at most. */
const MAX_ROUNDS = 6;

const predictNeeds = (proposal: Proposal, candidates: readonly Candidate[]): Needs => {
  const { bridge, history, anchor } = proposal;
  const { config, issuer } = bridge;
  const assetIds = config.currencies.map(({ assetId }) => assetId);
  return mergeNeeds(
    batchNeeds(config, issuer, anchor),
    ...candidates.map(({ payment }) => paymentNeeds(config, payment, (index) => history.accounts[Number(index)])),
    ...candidates.map(({ sentEvents }) => ({ ...NO_NEEDS, sentEvents })),
    ...proposal.registrations.map((account) => receiverNeeds(assetIds, account)),
  );
};

/** The longest beginning of the items that makes a batch within the limits: the rest waits for the next one. */
const fit = (bridge: Bridge, facts: Facts, trial: Trial): readonly [Items, Settlement] => {
  let deposits = trial.deposits;
  let { registrations } = trial;
  for (;;) {
    const items: Items = { ...NO_ITEMS, deposits, registrations };
    try {
      return [items, settle(bridge, facts, items)];
    } catch (error) {
      const isTooLarge = isPdiemError(error) && error.code === "refused/batch-too-large";
      if (!isTooLarge || deposits.length + registrations.length <= 1) throw error;
      deposits = deposits.slice(0, Math.floor((deposits.length * 4) / 5));
      registrations = registrations.slice(0, Math.max(deposits.length === 0 ? 1 : 0, registrations.length >> 1));
    }
  }
};

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
  let needs = predictNeeds(proposal, candidates);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const ranges = [...received, ...rangesOf(custody.sentEvents.key, needs.sentEvents)];
    const { evidence, facts } = await collect(clients, { needs, ranges });
    const trial = tryItems(bridge, facts, deposits, proposal.registrations);
    if (!hasNeeds(trial.misses)) {
      if (trial.deposits.length + trial.registrations.length === 0) return { trial, batch: undefined };
      const [items, settlement] = fit(bridge, facts, trial);
      return { trial, batch: { evidence, items, settlement } };
    }
    needs = mergeNeeds(needs, trial.misses);
  }
  throw new RpcError(
    "rpc/unproven",
    "expected the nodes to prove what the rules look up, they keep missing it",
    "backoff",
  );
};
