import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { type LedgerInfoWithSignatures, ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";

/** Ledger infos that a quorum signed, one for each version of an epoch. */
export interface LedgerMemory {
  /** Finds one by the epoch and version that another one is for. */
  readonly like: (info: LedgerInfoWithSignatures) => LedgerInfoWithSignatures | undefined;
  readonly add: (info: LedgerInfoWithSignatures) => void;
  /** Lists ledger infos that end epochs, oldest first by arrival. */
  readonly ends: () => readonly LedgerInfoWithSignatures[];
}

const MOST = 256;
const MOST_ENDS = 64;

const keyOf = ({ ledgerInfo: { commitInfo } }: LedgerInfoWithSignatures): string =>
  `${commitInfo.epoch}/${commitInfo.version}`;

const put = <T>(map: Map<string, T>, most: number, key: string, value: T): void => {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
};

export const rememberLedgers = (): LedgerMemory => {
  const latest = new Map<string, LedgerInfoWithSignatures>();
  const ends = new Map<string, LedgerInfoWithSignatures>();
  return {
    like: (info) => ends.get(keyOf(info)) ?? latest.get(keyOf(info)),
    add: (info) => {
      // A copy: what is decoded is a view of a whole answer, which would stay in memory with it.
      const own = decode(ledgerInfoWithSignatures, encode(ledgerInfoWithSignatures, info));
      if (own.ledgerInfo.commitInfo.nextEpochState === undefined) put(latest, MOST, keyOf(own), own);
      else put(ends, MOST_ENDS, keyOf(own), own);
    },
    ends: () => [...ends.values()],
  };
};
