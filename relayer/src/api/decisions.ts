import { setImmediate } from "node:timers/promises";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import {
  completeDecision,
  type DecisionFile,
  formatDecisionFile,
  parseDecisionFile,
  signersNeeded,
} from "@pdiem/bridge-client/guardians/decision-file";
import { describeDecision } from "@pdiem/bridge-client/guardians/describe-decision";
import { describeMisbehaviour, makeEvidenceFile, readEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { reasonOf } from "../error.js";
import { isPast } from "../jobs/settlement/ready-decisions.js";
import type { DecisionStore, PendingDecision } from "../stores/decision-store.js";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import { governanceAt, isFrozen } from "../sync/bridge/governance.js";
import type { Clients } from "../sync/clients.js";
import { verifyEvidenceAhead } from "../sync/misbehaviour/verify-evidence-ahead.js";
import { type DecisionsView, decisionsView } from "../views/decisions-view.js";
import { type AtWork, currentOf, type Followed, viewOf } from "./at-work.js";
import { viewDelayed, viewHandovers, viewInForce } from "./governance-view.js";
import { get, post } from "./route.js";

export interface DecisionParts extends Followed {
  readonly config: BridgeConfig;
  readonly bridgeId: Uint8Array;
  readonly clients: Pick<Clients, "witness">;
  readonly decisions: Pick<DecisionStore, "addFile" | "addEvidence" | "all">;
  readonly pollSoon: () => void;
}

/** Evidence holds two justifications by all authorities of a set. */
const BODY_LIMIT = 4 * 1024 * 1024;

const body = z.union([z.strictObject({ file: z.unknown() }), z.strictObject({ evidence: z.unknown() })]);

const refuse = (code: string, message: string): never => {
  throw new PdiemError(code, message, "never");
};

/** What a decision is compared with: what is in force, and the assets' supplies. */
interface Compared {
  readonly config: BridgeConfig;
  readonly inForce: GovernanceState;
  readonly supplies: readonly bigint[];
}

const comparedAt = (parts: DecisionParts): Compared => ({
  config: parts.config,
  inForce: governanceAt(parts.config, currentOf(parts)),
  supplies: viewOf(parts).assets.map((asset) => asset?.supply ?? 0n),
});

/**
 * One guardian alone can hand in what no batch would take: it mustn't keep the others from being
 * shown.
 */
const describeFile = ({ config, inForce, supplies }: Compared, { decision }: DecisionFile): readonly string[] => {
  try {
    return describeDecision(decision, config, inForce, supplies);
  } catch (error) {
    if (isPdiemError(error)) return ["A decision that no batch takes:", reasonOf(error)];
    throw error;
  }
};

const isComplete = ({ guardians }: GovernanceState, file: DecisionFile): boolean => {
  try {
    completeDecision(guardians, file);
    return true;
  } catch (error) {
    if (isPdiemError(error)) return false;
    throw error;
  }
};

const describe = (compared: Compared, pending: PendingDecision): DecisionsView["pending"][number] => {
  const told = { id: pending.id, ...(pending.refused === undefined ? {} : { refused: pending.refused }) };
  if (pending.type === "evidence") {
    const text = [...describeMisbehaviour(pending.evidence), "In force at once, as a pause: nobody has to sign it."];
    return { ...told, text, signatures: 0, threshold: 0, isComplete: true };
  }
  const { file } = pending;
  return {
    ...told,
    text: [...describeFile(compared, file)],
    signatures: file.signatures.length,
    threshold: compared.inForce.guardians.threshold,
    isComplete: isComplete(compared.inForce, file),
    file: formatDecisionFile(file),
  };
};

const viewDecisions = async (parts: DecisionParts): Promise<DecisionsView> => {
  const { config, bridgeId, decisions } = parts;
  const current = currentOf(parts);
  const compared = comparedAt(parts);
  const { inForce } = compared;
  const { ledger, governance } = current.history;
  const pending = (await decisions.all()).filter((one) => !isPast(current, inForce, one));
  return {
    bridgeId: toHex(bridgeId),
    count: governance.count.toString(),
    hash: toHex(ledger.governance),
    active: ledger.active.toString(),
    frozen: isFrozen(viewOf(parts)),
    inForce: viewInForce(config, inForce),
    delayed: viewDelayed(config, inForce, ledger.active),
    ...viewHandovers(config, current.history),
    pending: pending.map((one) => describe(compared, one)),
  };
};

/** Only what a guardian in force has signed is kept: nobody else fills the store. */
const takeFile = async (
  { config, bridgeId, decisions }: DecisionParts,
  current: CurrentLedger,
  value: unknown,
): Promise<void> => {
  const file = parseDecisionFile(value);
  if (!equal(file.bridgeId, bridgeId)) refuse("decision/other-bridge", "expected a decision about this bridge");
  if (!equal(file.decision.governance, current.history.ledger.governance))
    refuse(
      "refused/decision-governance",
      "expected a decision signed over the governance state of the ledger in force: propose it anew",
    );
  const [inForce, ...brought] = signersNeeded(governanceAt(config, current).guardians, file.decision);
  const known = file.signatures.filter(({ guardian }) =>
    [inForce, ...brought].some((signers) => signers?.keys.some((key) => equal(key, guardian))),
  );
  if (!known.some(({ guardian }) => inForce?.keys.some((key) => equal(key, guardian))))
    refuse("decision/unsigned", "expected the signature of at least one guardian in force");
  await decisions.addFile({ ...file, signatures: known });
};

/**
 * Goes by the sets that light clients here went through, not by those that the file names. It may
 * name any keys.
 */
const takeEvidence = async ({ bridgeId, clients, decisions }: DecisionParts, value: unknown): Promise<void> => {
  const { witness } = clients;
  const { misbehaviour } = readEvidenceFile(value);
  const sets = witness.sets();
  // Reading has taken its time: others have their turn before the rest.
  await setImmediate();
  await verifyEvidenceAhead(sets, misbehaviour);
  const evidence = makeEvidenceFile(bridgeId, sets, misbehaviour);
  await decisions.addEvidence(misbehaviour);
  witness.findings.addEvidence(evidence);
};

/**
 * Serves decisions. `POST /decisions {file}` hands one in with the signatures of some
 * guardians. Those of other files are added; `{evidence}` hands in evidence of misbehaviour, as
 * `formatEvidenceFile` writes it. `GET /decisions` shows what is in force, delayed and pending.
 */
export const decisionRoutes = (app: FastifyInstance, work: AtWork<DecisionParts>): void => {
  get(
    app,
    "/decisions",
    {
      summary: "Shows what guardians have decided: in force, delayed, pending",
      tag: "guardians",
      answers: { 200: decisionsView },
    },
    () => viewDecisions(work()),
  );
  let isReading = false;
  const takeOne = async (parts: DecisionParts, evidence: unknown): Promise<void> => {
    if (isReading)
      throw new PdiemError("relayer/busy", "evidence of somebody else's is being verified: ask again", "backoff");
    isReading = true;
    try {
      await takeEvidence(parts, evidence);
    } finally {
      isReading = false;
    }
  };
  const handIn = async (given: z.output<typeof body>): Promise<DecisionsView> => {
    const parts = work();
    const current = currentOf(parts);
    if ("evidence" in given) await takeOne(parts, given.evidence);
    else await takeFile(parts, current, given.file);
    parts.pollSoon();
    return viewDecisions(parts);
  };
  post(
    app,
    "/decisions",
    {
      summary: "Hands in a decision with the signatures of some guardians, or evidence of misbehaviour",
      tag: "guardians",
      access: "hand-in",
      cost: "costly",
      body,
      bodyLimit: BODY_LIMIT,
      answers: { 200: decisionsView },
    },
    ({ body: given }) => handIn(given),
  );
};
