/** What a guard has found and kept, as state and its transitions. */
import type { KnownSets } from "@pdiem/bridge/governance/known-sets";
import type { EvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { isSameMisbehaviour } from "../../stores/decision-store.js";
import type { KeptFile } from "./evidence-folder.js";
import type { Equivocator } from "./findings.js";
import { standingOf } from "./judge.js";

export interface KeptEvidence {
  readonly evidence: EvidenceFile;
  /** Where it is kept; undefined as long as it couldn't be written. */
  readonly path: string | undefined;
  /**
   * Whether light clients here went through the sets that signed. Of others only the file itself
   * says that they are the chain's.
   */
  readonly isKnown: boolean;
}

export interface GuardState {
  /** Evidence by known sets. */
  readonly kept: readonly { readonly evidence: EvidenceFile; readonly path: string | undefined }[];
  /**
   * What the folder had, as far as no light client here went through its sets yet: it may be
   * forged.
   */
  readonly unknown: readonly KeptFile[];
  readonly equivocators: readonly Equivocator[];
}

export const NOTHING_FOUND: GuardState = { kept: [], unknown: [], equivocators: [] };

/** Adds what was found since. */
export const withFound = (
  state: GuardState,
  evidence: readonly EvidenceFile[],
  equivocators: readonly Equivocator[],
): GuardState => ({
  ...state,
  kept: [...state.kept, ...evidence.map((one) => ({ evidence: one, path: undefined }))],
  equivocators: [...state.equivocators, ...equivocators],
});

/** Notes where evidence is kept. */
export const withPath = (state: GuardState, evidence: EvidenceFile, path: string): GuardState => ({
  ...state,
  kept: state.kept.map((one) => (one.evidence === evidence ? { evidence, path } : one)),
});

export interface Recognized {
  readonly state: GuardState;
  /** Files of sets that are known by now, and that nothing was found against before. */
  readonly proven: readonly EvidenceFile[];
  /** Paths of files that the chain's own sets didn't sign. */
  readonly forged: readonly string[];
}

/** Sorts the folder's files by the sets that are known by now. */
export const recognized = (state: GuardState, sets: KnownSets): Recognized => {
  const judged = state.unknown.map((one) => ({ ...one, standing: standingOf(sets, one.file.misbehaviour) }));
  const of = (standing: ReturnType<typeof standingOf>): readonly KeptFile[] =>
    judged.flatMap(({ path, file, standing: its }) => (its === standing ? [{ path, file }] : []));
  const isKept = ({ file }: KeptFile): boolean =>
    state.kept.some(({ evidence }) => isSameMisbehaviour(evidence.misbehaviour, file.misbehaviour));
  const kept = state.kept.map(({ evidence, path }) => ({
    evidence,
    path: path ?? of("proven").find(({ file }) => isSameMisbehaviour(evidence.misbehaviour, file.misbehaviour))?.path,
  }));
  return {
    state: { ...state, kept, unknown: of("unknown") },
    proven: of("proven").flatMap((one) => (isKept(one) ? [] : [one.file])),
    forged: of("forged").map(({ path }) => path),
  };
};

/** Lists all that there is, whether or not its sets are known. */
export const allKept = ({ kept, unknown }: GuardState): readonly KeptEvidence[] => [
  ...kept.map((one) => ({ ...one, isKnown: true })),
  ...unknown.map(({ file, path }) => ({ evidence: file, path, isKnown: false })),
];
