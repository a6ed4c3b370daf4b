import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import type { LedgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { contradict, type LedgerInfoConflict } from "@pdiem/light-client/diem/epochs/misbehaviour";
import { verifyQuorum } from "@pdiem/light-client/diem/epochs/quorum";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import type { ObservedLedger } from "../../chains/observed.js";
import type { Findings } from "./findings.js";
import { holds, judge, reportDoubleSigners } from "./judge.js";
import { rememberLedgers } from "./ledger-memory.js";
import type { SetsKeeper } from "./sets-keeper.js";

/** Observes what Diem nodes show, for ledger infos that contradict one another. */
export interface LedgerWitness {
  /**
   * Looks for conflicts. Never throws. A node makes it verify the signatures of a few ledger infos
   * at most.
   */
  readonly observe: (observed: ObservedLedger) => void;
  /**
   * Lists ledger infos of the same epoch for earlier versions, newest first. Their history must be
   * that of this one, too.
   */
  readonly earlier: (info: LedgerInfoWithSignatures) => readonly LedgerInfoWithSignatures[];
  /** Picks from those shown the ones that a known set may have signed, latest first. */
  readonly ofKnownSets: (stateProof: ObservedLedger["stateProof"]) => readonly LedgerInfoWithSignatures[];
  /** Examines what two ledger infos seem to prove. */
  readonly examineConflict: (conflict: LedgerInfoConflict) => void;
  /**
   * Tells where to ask for state proofs from, so that they tell how the last epochs ended. It is
   * undefined where too few were seen to end.
   */
  readonly since: () => bigint | undefined;
}

const MOST_VERIFIED = 4;
const MOST_EARLIER = 16;
/**
 * Asked from the end of one epoch on, nodes tell how the later ones ended: with this, the last
 * two.
 */
const EPOCHS_BACK = 3;
/** In place of a node's URL: this process's own light client. */
const OWN = "";

const infoOf = ({ ledgerInfo }: LedgerInfoWithSignatures) => ledgerInfo.commitInfo;

/**
 * What a light client has verified of a state proof that it took: for the rest nothing vouches
 * yet.
 */
const verifiedIn = ({ stateProof, accepted }: ObservedLedger): readonly LedgerInfoWithSignatures[] => {
  if (accepted === undefined || accepted.to.change === "noChange") return [];
  const { from, to } = accepted;
  const { latest, epochChangeProof } = stateProof;
  const last = to.isLatest ? [latest] : [];
  if (to.change === "version") return last;
  const isNew = (info: LedgerInfoWithSignatures): boolean =>
    from.type === "epochState"
      ? infoOf(info).epoch >= from.value.epochState.epoch
      : infoOf(info).version >= trustedVersion(from);
  return [...epochChangeProof.ledgerInfos.filter(isNew), ...last];
};

const setsIn = (observed: ObservedLedger): readonly EpochState[] => {
  const { from, to } = observed.accepted ?? {};
  const trusted = [from, to?.state].flatMap((state) => (state?.type === "epochState" ? [state.value.epochState] : []));
  return [...(to?.passed ?? []).map(({ epochState }) => epochState), ...trusted];
};

const newestOf = (infos: readonly LedgerInfoWithSignatures[]): LedgerInfoWithSignatures | undefined =>
  infos.toSorted((a, b) => (infoOf(a).version < infoOf(b).version ? -1 : 1)).at(-1);

/** @param bridgeId that evidence is kept for */
export const createLedgerWitness = (bridgeId: Uint8Array, sets: SetsKeeper, findings: Findings): LedgerWitness => {
  const memory = rememberLedgers();
  /** What each node has shown last. */
  const newest = new Map<string, LedgerInfoWithSignatures>();

  const setOf = (info: LedgerInfoWithSignatures): EpochState | undefined =>
    sets.get().diem.find(({ epoch }) => epoch === infoOf(info).epoch);

  const examineConflict = (conflict: LedgerInfoConflict): void => {
    const known = sets.get();
    if (!judge(findings, bridgeId, known, { type: "diem", value: conflict }))
      reportDoubleSigners(findings, known, conflict);
  };

  const isSigned = (info: LedgerInfoWithSignatures): boolean => {
    const validators = setOf(info);
    return validators !== undefined && holds(() => verifyQuorum(validators, info));
  };

  const ofKnownSets: LedgerWitness["ofKnownSets"] = ({ latest, epochChangeProof }) =>
    [latest, ...epochChangeProof.ledgerInfos.toReversed()].filter((info) => setOf(info) !== undefined);

  const of = (name: string): readonly LedgerInfoWithSignatures[] => {
    const found = newest.get(name);
    return found === undefined ? [] : [found];
  };

  /**
   * What is remembered of a ledger info, once a light client or its signatures vouch for it.
   * @param afford whether this node may make us verify one more
   */
  const take = (
    info: LedgerInfoWithSignatures,
    isVerified: boolean,
    afford: () => boolean,
  ): LedgerInfoWithSignatures | undefined => {
    const known = memory.like(info);
    if (known !== undefined && !contradict(known.ledgerInfo, info.ledgerInfo)) return known;
    if (known !== undefined) {
      if (afford()) examineConflict({ first: known, second: info });
      return undefined;
    }
    if (!isVerified && !(afford() && isSigned(info))) return undefined;
    memory.add(info);
    return memory.like(info) ?? info;
  };

  return {
    observe: (observed) => {
      for (const set of setsIn(observed)) sets.addEpoch(set);
      const verified = verifiedIn(observed);
      let left = MOST_VERIFIED;
      const afford = (): boolean => left-- > 0;
      const shown = ofKnownSets(observed.stateProof).flatMap((info) => {
        const isVerified = verified.includes(info);
        const kept = take(info, isVerified, afford);
        return kept === undefined ? [] : [{ kept, isVerified }];
      });
      const own = shown.filter(({ isVerified }) => isVerified);
      // A node may come to show an earlier version, of another history; a light client never goes
      // back.
      const last = newestOf(shown.map(({ kept }) => kept));
      const ownLast = newestOf([...own.map(({ kept }) => kept), ...of(OWN)]);
      if (last !== undefined) newest.set(observed.url, last);
      if (ownLast !== undefined) newest.set(OWN, ownLast);
    },
    earlier: (info) => {
      const { epoch, version } = infoOf(info);
      const before = [...newest.values(), ...memory.ends()].filter(
        (one) => infoOf(one).epoch === epoch && infoOf(one).version < version,
      );
      return [...new Map(before.map((one) => [infoOf(one).version, one])).values()]
        .sort((a, b) => (infoOf(a).version > infoOf(b).version ? -1 : 1))
        .slice(0, MOST_EARLIER);
    },
    ofKnownSets,
    examineConflict,
    since: () => {
      const ends = memory
        .ends()
        .map((info) => infoOf(info).version)
        .sort((a, b) => (a < b ? -1 : 1));
      return ends.at(-EPOCHS_BACK);
    },
  };
};
