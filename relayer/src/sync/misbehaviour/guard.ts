/**
 * Looks for misbehaviour, keeps the evidence, and hands it in, so that the bridge pauses
 * (PROTOCOL 8).
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { culpritName, culpritsOf, isKnownMisbehaviour } from "@pdiem/bridge/governance/misbehaviour";
import { describeMisbehaviour, type EvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { toHex } from "@pdiem/light-client/bytes";
import type { Logger } from "pino";
import type { Metrics } from "../../metrics.js";
import { startRepeating } from "../../repeating.js";
import { type DecisionStore, isAbout, isSameMisbehaviour } from "../../stores/decision-store.js";
import type { Follower } from "../bridge/follower.js";
import { governanceAt } from "../bridge/governance.js";
import type { Clients } from "../clients.js";
import { compareFinality } from "./compare-finality.js";
import { compareLedgers } from "./compare-ledgers.js";
import { type EvidenceFolder, type KeptFile, openEvidenceFolder } from "./evidence-folder.js";
import type { Equivocator } from "./findings.js";
import { standingOf } from "./judge.js";

export interface KeptEvidence {
  readonly evidence: EvidenceFile;
  /** Where it is kept; undefined as long as it couldn't be written. */
  readonly path: string | undefined;
  /**
   * Whether light clients here went through the sets that signed; of others only the file itself
   * says that they are the chain's.
   */
  readonly isKnown: boolean;
}

export interface Guard {
  readonly kept: () => readonly KeptEvidence[];
  readonly equivocators: () => readonly Equivocator[];
  /** When all nodes were last compared, ms since 1970. */
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
  /** Told as evidence was handed in. */
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
  const kept: { readonly evidence: EvidenceFile; path: string | undefined }[] = [];
  /**
   * What the folder had, as far as no light client here went through its sets yet: it may be
   * forged.
   */
  let unknown: readonly KeptFile[] = [];
  const equivocators: Equivocator[] = [];
  let comparedAt: number | undefined;
  const told = new Map<string, string>();

  /** Once, and again when there is something else to say. */
  const warn = (about: string, message: string, text: string): void => {
    if (told.get(about) !== message) log.warn({ about, error: message }, text);
    told.set(about, message);
  };

  const note = (): void => {
    for (const evidence of witness.findings.takeEvidence()) {
      const { misbehaviour } = evidence;
      kept.push({ evidence, path: undefined });
      metrics.misbehaviour.inc({ chain: misbehaviour.type, kind: "conflict" });
      const about = { sets: culpritsOf(misbehaviour).map(culpritName), evidence: describeMisbehaviour(misbehaviour) };
      log.error(about, "misbehaviour: the bridge will pause");
    }
    for (const equivocator of witness.findings.takeEquivocators()) {
      const { chain, set, signer } = equivocator;
      equivocators.push(equivocator);
      metrics.misbehaviour.inc({ chain, kind: "equivocation" });
      log.warn({ chain, set: set.toString(), signer: toHex(signer) }, "one of a set signed for two histories");
    }
  };

  const keep = async (one: (typeof kept)[number]): Promise<void> => {
    try {
      one.path = await files.keep(one.evidence);
      log.error({ file: one.path }, "evidence of misbehaviour kept");
    } catch (error) {
      warn("folder", messageOf(error), `evidence of misbehaviour can't be written to ${folder}`);
    }
  };

  /** Files of sets that are known by now count as if they had just been found. */
  const recognize = (): void => {
    const unrecognized = unknown;
    unknown = [];
    for (const { path, file } of unrecognized) {
      const standing = standingOf(witness.sets(), file.misbehaviour);
      const same = kept.find(({ evidence }) => isSameMisbehaviour(evidence.misbehaviour, file.misbehaviour));
      if (standing === "unknown") unknown = [...unknown, { path, file }];
      else if (standing === "forged") log.warn({ file: path }, "not evidence: the chain's own sets didn't sign it");
      else if (same === undefined) witness.findings.addEvidence(file);
      else same.path ??= path;
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
    for (const one of kept) {
      if (one.path === undefined) await keep(one);
      try {
        await handIn(one.evidence);
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
      log.debug({ url, error: message }, "not compared");
    comparedAt = Date.now();
  };

  const load = async (): Promise<void> => {
    try {
      unknown = await files.load();
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
    kept: () => [
      ...kept.map((one) => ({ ...one, isKnown: true })),
      ...unknown.map(({ file, path }) => ({ evidence: file, path, isKnown: false })),
    ],
    equivocators: () => equivocators,
    comparedAt: () => comparedAt,
    stop: async () => {
      // Answers that are still awaited end by their timeouts, and nothing rests on them.
      void comparing.stop();
      await acting.stop();
    },
  };
};
