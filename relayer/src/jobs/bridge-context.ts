import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Logger } from "pino";
import type { Deferrals } from "./deferrals.js";
import type { Clients } from "../simulate/clients.js";
import type { CheckpointWatch } from "../sync/checkpoints/checkpoint-watch.js";
import type { Follower } from "../sync/bridge/follower.js";
import type { Outcomes } from "../sync/transfers/outcomes.js";
import type { PaymentChase } from "../sync/transfers/payment-chase.js";
import type { PaymentWatch } from "../sync/transfers/payment-watch.js";
import type { PayoutWatch } from "../sync/transfers/payout-watch.js";
import type { PreimageWatch } from "../sync/transfers/preimage-watch.js";
import type { ReservesKeeper } from "../sync/bridge/reserves-keeper.js";
import type { WithdrawalAccounts } from "../sync/transfers/withdrawal-accounts.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { WithdrawalWatch } from "../sync/transfers/withdrawal-watch.js";
import type { LastPoll } from "../last-poll.js";
import type { Metrics } from "../metrics.js";
import type { Connection } from "../chains/parachain/connection.js";
import type { BatchSize } from "./batch-size.js";
import type { CheckpointStore } from "./checkpoint-store.js";
import type { DecisionStore } from "./decision-store.js";
import type { FeeClaims } from "./fee-claims.js";
import type { Queues } from "./jobs.js";
import type { PayoutStates } from "./payout-states.js";
import type { Presence } from "./presence.js";
import type { Suspects } from "./suspects.js";
import type { Resubmission } from "./resubmission.js";

/** One relayer at work on one bridge: what its watchers and its workers share. */
export interface BridgeContext {
  readonly config: BridgeConfig;
  readonly bridgeId: Uint8Array;
  /** The enclave's key: the issuer's account id, and what custody is controlled by. */
  readonly issuer: Uint8Array;
  readonly clients: Clients;
  readonly connection: Connection;
  readonly follower: Follower;
  readonly payments: PaymentWatch;
  readonly outcomes: Outcomes;
  readonly withdrawalAccounts: WithdrawalAccounts;
  readonly preimages: PreimageWatch;
  readonly withdrawals: WithdrawalWatch;
  readonly withdrawalEnds: WithdrawalEnds;
  readonly payouts: PayoutWatch;
  readonly payoutStates: PayoutStates;
  readonly reserves: ReservesKeeper;
  readonly decisions: DecisionStore;
  readonly checkpointStore: CheckpointStore;
  readonly checkpoints: CheckpointWatch;
  readonly feeClaims: FeeClaims;
  readonly queues: Queues;
  /** Of the jobs in them. */
  readonly presence: Presence;
  readonly suspects: Suspects;
  /** Items that no batch takes for now: deposits by number, withdrawals by their transfer, claims by `claimName`. */
  readonly leftOut: Deferrals<string>;
  /** By id: other batches go on meanwhile. */
  readonly refusedDecisions: Deferrals<string>;
  /** Unpaid releases that others go before. */
  readonly heldBack: Deferrals<bigint>;
  readonly batchSize: BatchSize;
  readonly submittedBatch: Resubmission;
  readonly submittedPayment: Resubmission;
  readonly paymentChase: PaymentChase;
  /** Has both chains looked at now, instead of at the next poll. */
  readonly pollSoon: () => void;
  readonly lastPoll: LastPoll;
  readonly metrics: Metrics;
  readonly log: Logger;
}
