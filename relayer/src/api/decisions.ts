import { type SettledDecision, settledDecisions } from "@pdiem/bridge/governance/decision-chain";
import { formatDecisionFile, parseDecisionFile } from "@pdiem/bridge-client/guardians/decision-file";
import { describeDecision } from "@pdiem/bridge-client/guardians/describe-decision";
import { describeMisbehaviour, makeEvidenceFile, readEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import type { Clock } from "@pdiem/bridge/governance/in-force";
import { decidedHandovers, describeHolders } from "@pdiem/bridge-client/guardians/handover-history";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { BridgeContext } from "../jobs/bridge-context.js";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";
import { type Governance, governanceAt, isFrozen, presentClock } from "../sync/bridge/governance.js";
import type { PendingDecision } from "../jobs/decision-store.js";
import { isPast } from "../jobs/ready-decisions.js";
import type { Running } from "../running.js";
import { contextOf, inForceOf, viewOf } from "./context.js";
import { parseRequest } from "./parse-request.js";

/** Decisions and what they have led to. Bytes are hex without prefix, times ms since 1970 as decimal strings. */
export const decisionsView = z.object({
  bridgeId: z.string(),
  /** Of the ledger in force: what the next decision is numbered and signed over. */
  count: z.string(),
  hash: z.string(),
  /** The proven block's. */
  time: z.string(),
  /** What the bridge worked until then, ms. */
  worked: z.string(),
  /** BCS of all that were taken up, oldest first. */
  settled: z.string(),
  paused: z.boolean(),
  frozen: z.boolean(),
  /** What decisions have made of the configuration's; limits are the ledger's, at `/api/status`. */
  guardians: z.object({ keys: z.array(z.string()), threshold: z.int(), freezer: z.string() }),
  profiles: z.array(z.object({ name: z.string(), transactionVersion: z.int() })),
  measurements: z.array(z.object({ tee: z.string(), value: z.string() })),
  /** Taken up, and in force from `at` on by that clock, unless a pause comes first. */
  delayed: z.array(
    z.object({ number: z.string(), text: z.array(z.string()), clock: z.enum(["time", "worked"]), at: z.string() }),
  ),
  /** Each hand-over of the key that was ever decided: `open` and `closed` ones may have given it to the receiver. */
  handovers: z.array(
    z.object({
      transcript: z.string(),
      decisions: z.array(z.string()),
      state: z.enum(["delayed", "open", "closed", "cancelled"]),
    }),
  ),
  /** Who may hold the key by now, in words. */
  holders: z.array(z.string()),
  pending: z.array(
    z.object({
      id: z.string(),
      text: z.array(z.string()),
      signatures: z.int(),
      threshold: z.int(),
      /** Why the last batch didn't take it up. */
      refused: z.string().optional(),
      /** As `formatDecisionFile` writes it; none for evidence. */
      file: z.unknown().optional(),
    }),
  ),
});

export type DecisionsView = z.output<typeof decisionsView>;

/** Evidence holds two justifications by all authorities of a set. */
const BODY_LIMIT = 4 * 1024 * 1024;

const body = z.union([z.strictObject({ file: z.unknown() }), z.strictObject({ evidence: z.unknown() })]);

const refuse = (code: string, message: string): never => {
  throw new PdiemError(code, message, "never");
};

const describe = (context: BridgeContext, governance: Governance, pending: PendingDecision) => {
  const { threshold } = governance.guardians;
  const told = { id: pending.id, threshold, ...(pending.refused === undefined ? {} : { refused: pending.refused }) };
  if (pending.type === "evidence")
    return {
      ...told,
      text: [...describeMisbehaviour(pending.evidence), "In force at once, as a pause: nobody has to sign it."],
      signatures: 0,
      threshold: 0,
    };
  const { file } = pending;
  return {
    ...told,
    text: [...describeDecision(file.decision, context.config, governance)],
    signatures: file.signatures.length,
    file: formatDecisionFile(file),
  };
};

const describeInForce = ({ guardians, profiles, measurements }: Governance) => ({
  guardians: {
    keys: guardians.keys.map(toHex),
    threshold: guardians.threshold,
    freezer: toHex(guardians.freezer),
  },
  profiles: profiles.map(({ name, transactionVersion }) => ({ name, transactionVersion })),
  measurements: measurements.map(({ tee, value }) => ({ tee, value: toHex(value) })),
});

/** Compared with what is in force now. */
const describeSettled = (
  { config }: BridgeContext,
  governance: Governance,
  decisions: readonly SettledDecision[],
  number: bigint,
): string[] => {
  const settled = decisions[Number(number)];
  return settled === undefined ? [] : [...describeDecision(settled.decision, config, governance)];
};

const describeHandovers = (
  { config }: BridgeContext,
  { decisions }: CurrentLedger["history"],
  clock: Clock,
): Pick<DecisionsView, "handovers" | "holders"> => {
  const handovers = decidedHandovers(config, decisions, clock);
  return {
    handovers: handovers.map(({ transcript, state, ...one }) => ({
      transcript: toHex(transcript),
      decisions: one.decisions.map(String),
      state,
    })),
    holders: [...describeHolders(config, handovers)],
  };
};

const viewDecisions = async (context: BridgeContext, view: BridgeView, current: CurrentLedger): Promise<DecisionsView> => {
  const { ledger, decisions } = current.history;
  const governance = governanceAt(context.config, view, current);
  const clock = presentClock(context.config, view, current);
  const pending = (await context.decisions.all()).filter((one) => !isPast(current, governance, one));
  return {
    bridgeId: toHex(context.bridgeId),
    count: ledger.decisions.count.toString(),
    hash: toHex(ledger.decisions.hash),
    time: view.time.toString(),
    worked: clock.worked.toString(),
    settled: toHex(encode(settledDecisions, decisions)),
    paused: governance.paused,
    frozen: isFrozen(view),
    ...describeInForce(governance),
    delayed: governance.delayed.map(({ number, clock, at }) => ({
      number: number.toString(),
      text: describeSettled(context, governance, decisions, number),
      clock,
      at: at.toString(),
    })),
    ...describeHandovers(context, current.history, clock),
    pending: pending.map((one) => describe(context, governance, one)),
  };
};

/** Only what a guardian in force has signed is kept: nobody else fills the store. */
const takeFile = async (context: BridgeContext, view: BridgeView, current: CurrentLedger, value: unknown): Promise<void> => {
  const file = parseDecisionFile(value);
  const { ledger } = current.history;
  if (!equal(file.bridgeId, context.bridgeId)) refuse("decision/other-bridge", "expected a decision about this bridge");
  if (!equal(file.decision.previous, ledger.decisions.hash))
    refuse(
      "refused/decision-previous",
      "expected a decision signed over the chain of the ledger in force: make it anew",
    );
  const { guardians } = governanceAt(context.config, view, current);
  const known = file.signatures.filter(({ guardian }) => guardians.keys.some((key) => equal(key, guardian)));
  if (known.length === 0) refuse("decision/unsigned", "expected the signature of at least one guardian in force");
  await context.decisions.addFile({ ...file, signatures: known });
};

const takeEvidence = async (context: BridgeContext, value: unknown): Promise<void> => {
  const { witness } = context.clients;
  // By the sets that light clients here went through, not by those that the file names: it may name any number of keys.
  const { misbehaviour } = readEvidenceFile(value);
  const evidence = makeEvidenceFile(context.bridgeId, witness.sets(), misbehaviour);
  await context.decisions.addEvidence(misbehaviour);
  witness.findings.addEvidence(evidence);
};

/**
 * `POST /api/decisions {file}` hands in a decision with the signatures of some guardians, those of other files are added;
 * `{evidence}` hands in evidence of misbehaviour, as `formatEvidenceFile` writes it. `GET /api/decisions` shows all.
 */
export const decisionRoutes = (app: FastifyInstance, running: Running): void => {
  app.get("/api/decisions", () => viewDecisions(contextOf(running), viewOf(running), inForceOf(running)));
  app.post("/api/decisions", { bodyLimit: BODY_LIMIT }, async (request) => {
    const context = contextOf(running);
    const view = viewOf(running);
    const current = inForceOf(running);
    const given = parseRequest(body, request.body);
    if ("evidence" in given) await takeEvidence(context, given.evidence);
    else await takeFile(context, view, current, given.file);
    running.work()?.watch.wake();
    return viewDecisions(context, view, current);
  });
};
