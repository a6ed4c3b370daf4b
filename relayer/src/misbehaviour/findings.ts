/** What was found by those who listen, until it is told and acted upon. */
import type { EvidenceFile } from "@pdiem/bridge/guardians/evidence-file";
import { culpritOf, type Misbehaviour } from "@pdiem/bridge/guardians/misbehaviour";
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
  /** Called, in place of whoever listened before, as something new comes. */
  readonly listen: (onNew: () => void) => void;
  /** Verified evidence; once for each culprit. */
  readonly addEvidence: (file: EvidenceFile) => void;
  /** Whether there is evidence against the same set already. */
  readonly hasCulprit: (suspicion: Misbehaviour) => boolean;
  readonly addEquivocator: (equivocator: Equivocator) => void;
  /** What came since it was asked last. */
  readonly takeEvidence: () => readonly EvidenceFile[];
  readonly takeEquivocators: () => readonly Equivocator[];
}

/** As many as two whole sets may have. */
const MOST_NAMES = 10_000;

/** Such as `diem-7`: the epoch's validators, or `relay-7`: the set's authorities. */
export const culpritName = (misbehaviour: Misbehaviour): string => {
  const { type, value } = culpritOf(misbehaviour);
  return `${type}-${value}`;
};

/** Takes each name once. @param onNew told as something comes that wasn't known */
const once = <T>(nameOf: (value: T) => string, onNew: () => void) => {
  const names = new Set<string>();
  let waiting: T[] = [];
  return {
    has: (name: string): boolean => names.has(name),
    add: (value: T): void => {
      const name = nameOf(value);
      if (names.has(name) || names.size >= MOST_NAMES) return;
      names.add(name);
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
  const evidence = once(({ misbehaviour }: EvidenceFile) => culpritName(misbehaviour), onNew);
  const equivocators = once(({ chain, set, signer }: Equivocator) => `${chain} ${set} ${toHex(signer)}`, onNew);
  return {
    listen: (listener) => {
      tell = listener;
    },
    addEvidence: evidence.add,
    hasCulprit: (suspicion) => evidence.has(culpritName(suspicion)),
    addEquivocator: equivocators.add,
    takeEvidence: evidence.take,
    takeEquivocators: equivocators.take,
  };
};
