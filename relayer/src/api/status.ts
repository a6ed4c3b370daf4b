import { decidedHandovers, describeHandover, mayHaveLeft } from "@pdiem/bridge-client/guardians/handover-history";
import { openBelow } from "@pdiem/bridge/ranges";
import { toHex } from "@pdiem/light-client/bytes";
import type { FastifyInstance } from "fastify";
import type { BridgeContext } from "../jobs/bridge-context.js";
import type { BridgeView } from "../sync/bridge/bridge-view.js";
import { governanceAt, isFrozen, presentClock } from "../sync/bridge/governance.js";
import { owedIn } from "../sync/bridge/owed.js";
import { jobCounts } from "../jobs/job-counts.js";
import type { Running } from "../running.js";
import { termView } from "./checkpoints.js";
import { contextOf, viewOf } from "./context.js";
import { viewMisbehaviour } from "./misbehaviour.js";

const seconds = (time: bigint): number => Math.round((Date.now() - Number(time)) / 1000);

const ledgerStatus = (context: BridgeContext, view: BridgeView) => {
  const { current } = view;
  if (current === undefined) return undefined;
  const { ledger, entries } = current.history;
  const unpaid = context.payouts.unpaid(current.history);
  const received = context.payments.custody()?.account.receivedEvents.count;
  return {
    anchor: `0x${toHex(current.anchor)}`,
    batches: entries.length,
    depositsNext: ledger.deposits.next.toString(),
    depositsOpen: received === undefined ? undefined : openBelow(ledger.deposits, received).toString(),
    accounts: ledger.accounts.numLeaves.toString(),
    releases: ledger.releases.numLeaves.toString(),
    releasesUnpaid: unpaid.length.toString(),
    payoutsFolded: ledger.paid.sent.toString(),
    currencies: governanceAt(context.config, view, current).currencies.map(
      ({ code, assetId, minimum, maximum, fees }, i) => ({
        code,
        assetId,
        minimum: minimum.toString(),
        maximum: maximum.toString(),
        depositFee: fees.deposit.toString(),
        owed: owedIn(current.history, unpaid, code).toString(),
        feesAccrued: (ledger.currencies[i]?.fees ?? 0n).toString(),
      }),
    ),
  };
};

const guardiansStatus = ({ config }: BridgeContext, view: BridgeView) => {
  const { current } = view;
  if (current === undefined) return undefined;
  const { ledger, decisions } = current.history;
  const { paused, delayed } = governanceAt(config, view, current);
  const clock = presentClock(config, view, current);
  return {
    paused,
    frozen: isFrozen(view),
    decisions: ledger.decisions.count.toString(),
    delayed: delayed.length,
    // What took it is beyond anyone's reach: who looks at a bridge has to see it.
    keyMayHaveLeft: decidedHandovers(config, decisions, clock).filter(mayHaveLeft).map(describeHandover),
  };
};

const chainsStatus = ({ payments, connection, clients }: BridgeContext, view: BridgeView) => {
  const sight = payments.custody();
  return {
    diem: {
      version: sight?.version.toString(),
      ageSeconds: sight === undefined ? undefined : seconds(sight.time),
      endpoints: clients.diem.endpoints.health(),
    },
    parachain: {
      block: view.block.number,
      hash: `0x${toHex(view.block.hash)}`,
      ageSeconds: seconds(view.time),
      submitsTo: connection.state(),
      endpoints: clients.parachain.endpoints.health(),
    },
    relay: { block: view.relayBlock, endpoints: clients.relay.endpoints.health() },
  };
};

/** `GET /api/status`: everything an operator looks at first. */
export const statusRoutes = (app: FastifyInstance, running: Running): void => {
  app.get("/api/status", async () => {
    const context = contextOf(running);
    const view = viewOf(running);
    const guard = running.work()?.guard;
    const { queues, config, issuer, bridgeId } = context;
    return {
      bridgeId: `0x${toHex(bridgeId)}`,
      custody: toHex(config.diem.custody),
      issuer: `0x${toHex(issuer)}`,
      issuerFree: view.issuer?.free.toString(),
      issuerReserve: config.reserve.toString(),
      ledger: ledgerStatus(context, view),
      guardians: guardiansStatus(context, view),
      checkpoint: termView(context),
      chains: chainsStatus(context, view),
      misbehaviour: guard === undefined ? undefined : viewMisbehaviour(guard),
      queues: await jobCounts(queues),
      deposits: Object.fromEntries(context.outcomes.totals()),
      lastError: running.work()?.watch.lastError(),
    };
  });
};
