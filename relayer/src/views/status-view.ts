import { z } from "zod";
import { checkpointTermView } from "./checkpoints-view.js";
import { enclaveStatus, holdersStatus } from "./holders-view.js";
import { misbehaviourView } from "./misbehaviour-view.js";
import { nodeFaultsView } from "./node-faults-view.js";
import { obstaclesView } from "./readiness-view.js";

const counts = z.record(z.string(), z.number());

const ledgerStatus = z.object({
  anchor: z.string(),
  batches: z.int(),
  /** Score of failed batches: the next one waits longer for it, and holds less. */
  failures: z.int(),
  deposits: z.object({
    /** Number of custody's received payments that were admitted. */
    admitted: z.string(),
    /** How many come after them; absent until custody was proven. */
    next: z.string().optional(),
  }),
  /** What was taken up and waits, or aborted on Diem. */
  waiting: z.object({ deposits: z.int(), releases: z.int() }),
  accounts: z.string(),
  releases: z.object({
    count: z.string(),
    /** Releases that the ledger has settled accounts for: paid or aborted. */
    folded: z.string(),
    /** Releases whose sequence numbers custody hasn't used yet; absent until custody was proven. */
    unpaid: z.string().optional(),
  }),
  currencies: z.array(
    z.object({
      code: z.string(),
      assetId: z.int(),
      minimum: z.string(),
      maximum: z.string(),
      owed: z.string(),
      feesAccrued: z.string(),
    }),
  ),
});

const guardiansStatus = z.object({
  paused: z.boolean(),
  frozen: z.boolean(),
  amnesty: z.boolean(),
  decisions: z.string(),
  /** What is in force once `left` ms of active time have passed, unless it is cancelled before. */
  delayed: z.array(z.object({ text: z.string(), left: z.string() })),
  keyMayHaveLeft: z.array(z.string()),
});

const endpoints = z.array(
  z.object({
    /** Its `endpointName`. */
    node: z.string(),
    /** From 1, it answers well, to 0, it doesn't. */
    score: z.number(),
    latencyMs: z.number().optional(),
    failuresInARow: z.int(),
    lastError: z.string().optional(),
  }),
);

/** Everything that an operator asks first. Amounts and counts that grow are decimal strings. */
export const statusView = z.object({
  bridgeId: z.string(),
  custody: z.string(),
  issuer: z.string(),
  issuerFree: z.string().optional(),
  issuerReserve: z.string(),
  ledger: ledgerStatus.optional(),
  guardians: guardiansStatus.optional(),
  checkpoint: checkpointTermView.optional(),
  chains: z.object({
    diem: z.object({ version: z.string().optional(), ageSeconds: z.number().optional(), endpoints }),
    parachain: z.object({
      block: z.int(),
      hash: z.string(),
      ageSeconds: z.number(),
      specVersion: z.int().optional(),
      /** The node that its new blocks are heard of from. */
      hears: z.object({ node: z.string(), connected: z.boolean() }),
      endpoints,
    }),
    relay: z.object({ block: z.int(), endpoints }),
  }),
  /** Nodes that are left at the moment, and why. */
  nodes: nodeFaultsView,
  /** Where one enclave holds the key. */
  enclave: enclaveStatus.optional(),
  /** Where several hold it together. */
  holders: holdersStatus.optional(),
  /** All that keeps the relayer from its work, and what will. */
  obstacles: obstaclesView,
  warnings: obstaclesView,
  /** Queues that somebody has paused. */
  pausedQueues: z.array(z.string()),
  misbehaviour: misbehaviourView.optional(),
  /** By queue and state; absent while Redis doesn't answer. */
  queues: z.record(z.string(), counts).optional(),
  /** How many ended in each way. */
  deposits: counts,
  /** How far light clients are that have many authority sets to go through, in words. */
  catchingUp: z.array(z.string()).optional(),
  /** Why all waits, where something holds everything up. */
  standstill: z.string().optional(),
  lastError: z.string().optional(),
});

export type StatusView = z.output<typeof statusView>;
