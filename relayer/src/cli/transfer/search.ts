/** Finds the transfers that somebody means: by state and kind, or by anything that names one. */
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { parseAccountId } from "../../account-id.js";
import { parsePayee } from "../../chains/diem/payee.js";
import { depositNumber } from "../../sync/transfers/transfer-id.js";
import { isDone, type ToldTransfer } from "./told-transfer.js";

export const STATES = ["open", "waiting", "done"] as const;

/** Filters of a list: what is left out isn't asked for. */
export interface Filters {
  /** `open` hasn't ended, `waiting` does so for something out of the ordinary. */
  readonly state?: (typeof STATES)[number];
  readonly kind?: ToldTransfer["kind"];
  readonly currency?: string;
  /** An account, address, hash, number, version, block or release, as people write them. */
  readonly search?: string;
}

const tryRead = (read: () => Uint8Array): readonly string[] => {
  try {
    return [toHex(read())];
  } catch (error) {
    if (isPdiemError(error)) return [];
    throw error;
  }
};

/**
 * Writes what somebody looks for as the API would: hex without prefix, SS58 and DIP-5 as the bytes
 * that they name.
 * @param hrp of DIP-5 addresses on this network
 */
export const searchWords = (text: string, hrp: string): readonly string[] => {
  const plain = text.trim();
  const bare = plain.replace(/^0x/i, "");
  const own = /^[0-9a-fA-F]+$/.test(bare) ? bare.toLowerCase() : plain;
  return [
    ...new Set([own, plain, ...tryRead(() => parseAccountId(plain)), ...tryRead(() => parsePayee(hrp, plain).payee)]),
  ];
};

/** Everything that a transfer is named by. */
const namesOf = ({ id, payment, withdrawal, payout, result }: ToldTransfer): readonly (string | undefined)[] => {
  const number = depositNumber(id)?.toString();
  const release = payout?.release ?? result?.release;
  return [
    id,
    number,
    payment?.version,
    payment?.sender,
    withdrawal?.account,
    withdrawal?.payee,
    withdrawal?.refundAccount,
    payout?.version,
    release === undefined ? undefined : `release-${release}`,
    result?.batch,
    result?.account,
    result?.to,
    result?.block.toString(),
  ];
};

const isNamed = (one: ToldTransfer, words: readonly string[]): boolean =>
  namesOf(one).some((name) => name !== undefined && words.includes(name)) ||
  words.some((word) => word.length >= 32 && one.payment?.metadata.includes(word) === true);

const isIn = (one: ToldTransfer, state: Filters["state"], isUsual: (reason: string) => boolean): boolean => {
  if (state === "done") return isDone(one);
  const reason = one.waitingFor ?? one.payout?.waitingFor;
  return !isDone(one) && (state === "open" || (reason !== undefined && !isUsual(reason)));
};

/**
 * Tells whether a transfer is one of those asked for.
 * @param isUsual whether it is what transfers wait for while all goes well
 */
export const isWanted = (
  one: ToldTransfer,
  { state, kind, currency, search }: Filters,
  hrp: string,
  isUsual: (reason: string) => boolean,
): boolean =>
  (state === undefined || isIn(one, state, isUsual)) &&
  (kind === undefined || one.kind === kind) &&
  (currency === undefined || (one.payment ?? one.withdrawal)?.currency === currency) &&
  (search === undefined || isNamed(one, searchWords(search, hrp)));
