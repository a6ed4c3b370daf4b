/**
 * Looks for misbehaviour, keeps the evidence, and hands it in, so that the bridge pauses
 * (PROTOCOL 8).
 */

import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { culpritName, culpritsOf, isKnownMisbehaviour } from "@pdiem/bridge/governance/misbehaviour";
import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import { describeMisbehaviour, type EvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { toHex } from "@pdiem/light-client/bytes";
import type { Logger } from "pino";
import type { Metrics } from "../../metrics.js";
import { startRepeating } from "../../repeating.js";
import { type DecisionStore, isAbout } from "../../stores/decision-store.js";
import type { Follower } from "../bridge/follower.js";
import { governanceAt } from "../bridge/governance.js";
import type { Clients } from "../clients.js";
import { compareFinality } from "./compare-finality.js";
import { compareLedgers } from "./compare-ledgers.js";
import { type EvidenceFolder, openEvidenceFolder } from "./evidence-folder.js";
import type { Equivocator } from "./findings.js";
import { allKept, type KeptEvidence, NOTHING_FOUND, recognized, withFound, withPath } from "./guard-state.js";

export interface Guard {
  readonly kept: () => readonly KeptEvidence[];
  readonly equivocators: () => readonly Equivocator[];
  /** Tells when all nodes were last compared, ms since 1970. */
  readonly comparedAt: () => number | undefined;
  readonly stop: () => Promise<void>;
}

/** What it needs of a relayer at work. */
export interface Guarded {
  readonly config: BridgeConfig;
  readonly bridgeId: Uint8Array;
  readonly clients: Pick<Clients, "diem" | "relay" | "witness">;
  readonly follower: Pick<Follower, "view">;
  readonly decisions: DecisionStore;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface GuardOptions {
  readonly folder: string;
  readonly compareMs: number;
  /** Tells that evidence was handed in. */
  readonly onEvidence: () => void;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Tells whether the ledger in force has taken evidence against the same set. */
const isTaken = ({ config, follower }: Guarded, { misbehaviour }: EvidenceFile): boolean => {
  const view = follower.view();
  if (view?.current === undefined) return false;
  return isKnownMisbehaviour(governanceAt(config, view.current), culpritsOf(misbehaviour));
};

const isWaiting = async ({ decisions }: Guarded, { misbehaviour }: EvidenceFile): Promise<boolean> =>
  (await decisions.all()).some((pending) => isAbout(pending, misbehaviour));

export const startGuard = (context: Guarded, { folder, compareMs, onEvidence }: GuardOptions): Guard => {
  const { clients, config, bridgeId, decisions, metrics, log } = context;
  const { witness } = clients;
  const files: EvidenceFolder = openEvidenceFolder(folder, bridgeId);
  let state = NOTHING_FOUND;
  let comparedAt: number | undefined;
  const told = new Map<string, string>();

  /** Once, and again when there is something else to say. */
  const warn = (about: string, message: string, text: string): void => {
    if (told.get(about) !== message) log.warn({ about, error: message }, text);
    told.set(about, message);
  };

  const tellEvidence = ({ misbehaviour }: EvidenceFile): void => {
    metrics.misbehaviour.inc({ chain: misbehaviour.type, kind: "conflict" });
    const about = { sets: culpritsOf(misbehaviour).map(culpritName), evidence: describeMisbehaviour(misbehaviour) };
    log.error(about, "misbehaviour: the bridge will pause");
  };

  const tellEquivocator = ({ chain, set, signer }: Equivocator): void => {
    metrics.misbehaviour.inc({ chain, kind: "equivocation" });
    log.warn({ chain, set: set.toString(), signer: toHex(signer) }, "one of a set signed for two histories");
  };

  const note = (): void => {
    const [evidence, equivocators] = [witness.findings.takeEvidence(), witness.findings.takeEquivocators()];
    state = withFound(state, evidence, equivocators);
    evidence.forEach(tellEvidence);
    equivocators.forEach(tellEquivocator);
  };

  /** Files of sets that are known by now count as if they had just been found. */
  const recognize = (): void => {
    const { state: next, proven, forged } = recognized(state, witness.sets());
    state = next;
    for (const file of forged) log.warn({ file }, "not evidence: the chain's own sets didn't sign it");
    for (const file of proven) witness.findings.addEvidence(file);
  };

  const keep = async (evidence: EvidenceFile): Promise<void> => {
    try {
      const path = await files.keep(evidence);
      state = withPath(state, evidence, path);
      log.error({ file: path }, "evidence of misbehaviour kept");
    } catch (error) {
      warn("folder", messageOf(error), `evidence of misbehaviour can't be written to ${folder}`);
    }
  };

  /** Also again, where it was lost on its way to the ledger. */
  const handIn = async (evidence: EvidenceFile): Promise<void> => {
    if (isTaken(context, evidence) || (await isWaiting(context, evidence))) return;
    await decisions.addEvidence(evidence.misbehaviour);
    onEvidence();
  };

  const act = async (): Promise<void> => {
    await loaded;
    note();
    recognize();
    for (const { evidence, path } of state.kept) {
      if (path === undefined) await keep(evidence);
      try {
        await handIn(evidence);
      } catch (error) {
        warn("decisions", messageOf(error), "evidence of misbehaviour can't be handed in yet");
      }
    }
  };

  const compare = async (): Promise<void> => {
    const failures = await Promise.all([
      compareLedgers(clients.diem, witness.ledger, config.diem.waypoint.version),
      compareFinality(clients.relay, witness.finality),
    ]);
    for (const [url, message] of failures.flatMap((some) => [...some]))
      log.debug({ node: endpointName(url), error: message }, "not compared");
    comparedAt = Date.now();
  };

  const load = async (): Promise<void> => {
    try {
      state = { ...state, unknown: await files.load() };
    } catch (error) {
      warn("folder", messageOf(error), `evidence of misbehaviour can't be read from ${folder}`);
    }
  };

  const loaded = load();
  const onDefect = (error: unknown): void => log.error(error);
  const acting = startRepeating(act, compareMs, onDefect);
  // By itself: a node that is slow to answer mustn't delay what is found meanwhile.
  const comparing = startRepeating(compare, compareMs, onDefect);
  witness.findings.listen(acting.wake);

  return {
    kept: () => allKept(state),
    equivocators: () => state.equivocators,
    comparedAt: () => comparedAt,
    stop: async () => {
      // Answers that are still awaited end by their timeouts, and nothing rests on them.
      void comparing.stop();
      await acting.stop();
    },
  };
};
