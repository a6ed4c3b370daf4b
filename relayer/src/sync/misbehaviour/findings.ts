/** What was found by those who listen, until it is told and acted upon. */

import { culpritName, culpritsOf, type MisbehaviourEvidence } from "@pdiem/bridge/governance/misbehaviour";
import type { EvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { toHex } from "@pdiem/light-client/bytes";

export type Chain = "diem" | "relay";

/** One of a set signed for two histories. Fewer than a third of them do no harm. */
export interface Equivocator {
  readonly chain: Chain;
  /** Diem's epoch, or GRANDPA's set id. */
  readonly set: bigint;
  /** Diem's account address, or GRANDPA's key. */
  readonly signer: Uint8Array;
}

export interface Findings {
  /** Listens, in place of whoever did before, for something new. */
  readonly listen: (onNew: () => void) => void;
  /**
   * Adds evidence by sets that light clients here went through; once for each of them, as the
   * bridge counts it.
   */
  readonly addEvidence: (file: EvidenceFile) => void;
  /** Tells whether there is evidence against one of the same sets already. */
  readonly hasCulprit: (suspicion: MisbehaviourEvidence) => boolean;
  readonly addEquivocator: (equivocator: Equivocator) => void;
  /** Gives what came since it was asked last. */
  readonly takeEvidence: () => readonly EvidenceFile[];
  readonly takeEquivocators: () => readonly Equivocator[];
}

/** Number of names that two whole sets may have. */
const MOST_NAMES = 10_000;

const culpritNames = (misbehaviour: MisbehaviourEvidence): readonly string[] =>
  culpritsOf(misbehaviour).map(culpritName);

/**
 * Takes what has none of the names of another one.
 * @param onNew told as something comes that wasn't known
 */
const once = <T>(namesOf: (value: T) => readonly string[], onNew: () => void) => {
  const names = new Set<string>();
  let waiting: T[] = [];
  return {
    has: (some: readonly string[]): boolean => some.some((name) => names.has(name)),
    add: (value: T): void => {
      const own = namesOf(value);
      if (own.some((name) => names.has(name)) || names.size >= MOST_NAMES) return;
      for (const name of own) names.add(name);
      waiting.push(value);
      onNew();
    },
    take: (): readonly T[] => {
      const taken = waiting;
      waiting = [];
      return taken;
    },
  };
};

export const keepFindings = (): Findings => {
  let tell = (): void => undefined;
  const onNew = (): void => tell();
  const evidence = once(({ misbehaviour }: EvidenceFile) => culpritNames(misbehaviour), onNew);
  const equivocators = once(({ chain, set, signer }: Equivocator) => [`${chain} ${set} ${toHex(signer)}`], onNew);
  return {
    listen: (listener) => {
      tell = listener;
    },
    addEvidence: evidence.add,
    hasCulprit: (suspicion) => evidence.has(culpritNames(suspicion)),
    addEquivocator: equivocators.add,
    takeEvidence: evidence.take,
    takeEquivocators: equivocators.take,
  };
};
