import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import { decidedHandovers, describeHandover, mayHaveLeft } from "@pdiem/bridge-client/guardians/handover-history";
import { toHex } from "@pdiem/light-client/bytes";
import type { FastifyInstance } from "fastify";
import type { Heads } from "../chains/parachain/heads.js";
import type { NodeFault } from "../chains/rpc/node-fault.js";
import { jobCounts } from "../jobs/job-counts.js";
import type { Queues } from "../jobs/jobs.js";
import type { PausedQueues } from "../jobs/paused-queues.js";
import type { Poll } from "../jobs/poll/poll.js";
import type { Obstacles } from "../readiness/obstacle.js";
import { obstruction } from "../readiness/readiness.js";
import { type StandstillParts, standstill } from "../readiness/standstill.js";
import { governanceAt, isFrozen } from "../sync/bridge/governance.js";
import type { Clients, SigningClients } from "../sync/clients.js";
import type { HoldersWatch } from "../sync/enclave/holders-watch.js";
import { describeCatchUp } from "../sync/light-clients/catch-up.js";
import type { Guard } from "../sync/misbehaviour/guard.js";
import type { DepositEnds } from "../sync/transfers/deposit-ends.js";
import type { PayoutWatch } from "../sync/transfers/payout-watch.js";
import { type StatusView, statusView } from "../views/status-view.js";
import { type AtWork, type ShownView, viewOf } from "./at-work.js";
import { viewTerm } from "./checkpoints.js";
import { viewDelayed } from "./governance-view.js";
import { viewObstacle } from "./health.js";
import { viewHolding } from "./holding-view.js";
import { viewMisbehaviour } from "./misbehaviour.js";
import { get } from "./route.js";
import { waitingLeaves } from "./waiting.js";

export interface StatusParts extends StandstillParts {
  readonly bridgeId: Uint8Array;
  /** The enclave's key. */
  readonly issuer: Uint8Array;
  readonly clients: Pick<Clients, "diem" | "parachain" | "relay" | "catchUp"> & {
    readonly signers: Pick<SigningClients["signers"], "blame">;
  };
  readonly heads: Pick<Heads, "state">;
  readonly nodeFaults: () => readonly NodeFault[];
  readonly payouts: Pick<PayoutWatch, "unpaid">;
  readonly depositEnds: Pick<DepositEnds, "totals">;
  readonly guard: Pick<Guard, "kept" | "equivocators" | "comparedAt">;
  readonly poll: Pick<Poll, "lastError">;
  readonly queues: Queues;
  readonly readiness: () => Obstacles;
  readonly holdersWatch: Pick<HoldersWatch, "holding">;
  readonly pausedQueues: Pick<PausedQueues, "names">;
}

const secondsSince = (time: bigint): number => Math.round((Date.now() - Number(time)) / 1000);

const viewLedger = ({ config, payments, payouts }: StatusParts, { current }: ShownView): StatusView["ledger"] => {
  if (current === undefined) return undefined;
  const { history, anchor } = current;
  const { ledger, batches } = history;
  const custody = payments.custody()?.account;
  const leaves = waitingLeaves(history);
  const deposits = leaves.filter(({ leaf }) => leaf.type === "deposit").length;
  const { limits } = governanceAt(config, current);
  return {
    anchor: `0x${toHex(anchor)}`,
    batches: batches.length,
    failures: ledger.failures,
    deposits: {
      admitted: ledger.deposits.toString(),
      ...(custody === undefined ? {} : { next: (custody.receivedEvents.count - ledger.deposits).toString() }),
    },
    waiting: { deposits, releases: leaves.length - deposits },
    accounts: ledger.accounts.numLeaves.toString(),
    releases: {
      count: ledger.releases.numLeaves.toString(),
      folded: ledger.paid.releases.toString(),
      ...(custody === undefined ? {} : { unpaid: payouts.unpaid(history).length.toString() }),
    },
    currencies: config.currencies.map(({ code, assetId }, i) => ({
      code,
      assetId,
      minimum: (limits.currencies[i]?.minimum ?? 0n).toString(),
      maximum: (limits.currencies[i]?.maximum ?? 0n).toString(),
      owed: (ledger.currencies[i]?.owed ?? 0n).toString(),
      feesAccrued: (ledger.currencies[i]?.fees ?? 0n).toString(),
    })),
  };
};

const viewGuardians = ({ config }: StatusParts, view: ShownView): StatusView["guardians"] => {
  const { current } = view;
  if (current === undefined) return undefined;
  const inForce = governanceAt(config, current);
  const { paused, amnesty, count } = inForce;
  const delayed = viewDelayed(config, inForce, current.history.ledger.active);
  return {
    paused,
    frozen: isFrozen(view),
    amnesty,
    decisions: count.toString(),
    delayed: delayed.map(({ text, left }) => ({ text: text[0] ?? "", left })),
    // What took it is beyond anyone's reach: whoever asks after a bridge has to see it.
    keyMayHaveLeft: decidedHandovers(config, current.history).filter(mayHaveLeft).map(describeHandover),
  };
};

const viewEndpoints = ({ endpoints }: Pick<Clients["diem"], "endpoints">): StatusView["chains"]["relay"]["endpoints"] =>
  endpoints.health().map(({ url, ...health }) => ({ node: endpointName(url), ...health }));

const viewChains = ({ payments, heads, clients }: StatusParts, view: ShownView): StatusView["chains"] => {
  const sight = payments.custody();
  return {
    diem: {
      ...(sight === undefined ? {} : { version: sight.version.toString(), ageSeconds: secondsSince(sight.time) }),
      endpoints: viewEndpoints(clients.diem),
    },
    parachain: {
      block: view.block.number,
      hash: `0x${toHex(view.block.hash)}`,
      ageSeconds: secondsSince(view.time),
      ...(view.specVersion === undefined ? {} : { specVersion: view.specVersion }),
      hears: { node: endpointName(heads.state().url), connected: heads.state().connected },
      endpoints: viewEndpoints(clients.parachain),
    },
    relay: { block: view.relayBlock, endpoints: viewEndpoints(clients.relay) },
  };
};

/** Keeps what is known alone: an absent field is left out. */
const known = <T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;

const viewStatus = async (parts: StatusParts): Promise<StatusView> => {
  const catchingUp = parts.clients.catchUp.now().map(describeCatchUp);
  const view = viewOf(parts, catchingUp.join("; "));
  const found = parts.readiness();
  const { queues, config, issuer, bridgeId, guard, poll, depositEnds } = parts;
  return {
    bridgeId: `0x${toHex(bridgeId)}`,
    custody: toHex(config.diem.custody),
    issuer: `0x${toHex(issuer)}`,
    issuerReserve: config.reserve.toString(),
    chains: viewChains(parts, view),
    nodes: [...parts.nodeFaults()],
    misbehaviour: viewMisbehaviour(guard),
    deposits: Object.fromEntries(depositEnds.totals()),
    obstacles: found.obstacles.map(viewObstacle),
    warnings: found.warnings.map(viewObstacle),
    pausedQueues: [...parts.pausedQueues.names()],
    ...(catchingUp.length === 0 ? {} : { catchingUp }),
    ...known<
      Pick<
        StatusView,
        | "issuerFree"
        | "ledger"
        | "guardians"
        | "checkpoint"
        | "enclave"
        | "holders"
        | "queues"
        | "standstill"
        | "lastError"
      >
    >({
      issuerFree: view.issuer?.free.toString(),
      ledger: viewLedger(parts, view),
      guardians: viewGuardians(parts, view),
      checkpoint: viewTerm(parts),
      ...viewHolding(parts.holdersWatch.holding(), parts.clients.signers.blame()),
      queues: await jobCounts(queues),
      standstill: standstill(parts) ?? obstruction(found),
      lastError: poll.lastError(),
    }),
  };
};

/** Serves everything that an operator asks first, at `GET /api/v1/status`. */
export const statusRoutes = (app: FastifyInstance, work: AtWork<StatusParts>): void => {
  get(
    app,
    "/status",
    {
      summary: "Shows how the bridge and this relayer stand",
      description: "Nodes are named by their hosts; where a URL has a path, six digits of its hash follow.",
      tag: "bridge",
      answers: { 200: statusView },
    },
    () => viewStatus(work()),
  );
};
