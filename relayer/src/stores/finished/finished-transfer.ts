/** What Redis keeps of a transfer that has ended, beyond what the journal tells, in few bytes. */
import { z } from "zod";

/** When it reached each stage, ms since 1970. */
export interface FinishedTimes {
  readonly seen?: number;
  readonly proven?: number;
  readonly settled?: number;
  readonly finalized?: number;
}

/** A deposit's payment, which no journal tells. Decimal text, and hex without prefix. */
export interface FinishedPayment {
  readonly version: string;
  readonly amount: string;
  readonly metadata: string;
}

/** Accounts and addresses are hex without prefix. */
export interface FinishedTransfer {
  /** The parachain's block that settled it. */
  readonly block: number;
  readonly currency: string;
  /** Who pays or is paid on Diem, 16 bytes. */
  readonly address: string;
  /** Accounts that it concerns on the parachain, 32 bytes each. */
  readonly accounts: readonly string[];
  readonly at: FinishedTimes;
  readonly payment?: FinishedPayment;
}

/** What transfers are found by. */
export type TermKind = "version" | "address" | "account" | "currency";

/** Longer texts aren't kept: nobody can fill Redis by what a payment carries. */
const MOST_CHARACTERS = 16_384;
/** Places in the index sort by eight digits of hex. */
const LAST_BLOCK = 0xffff_ffff;
const KINDS: { readonly [K in TermKind]: string } = { version: "v", address: "d", account: "a", currency: "c" };
/** So many digits tell accounts apart; what is found is looked at whole. */
const NAMING_DIGITS = 16;

/** Names what is looked for, as the index spells it. */
export const term = (kind: TermKind, value: string): string =>
  `${KINDS[kind]}${kind === "account" ? value.slice(0, NAMING_DIGITS) : value}`;

/** Lists all that a transfer is found by, each once. */
export const termsOf = ({ currency, address, accounts, payment }: FinishedTransfer): readonly string[] => [
  ...new Set([
    term("currency", currency),
    term("address", address),
    ...accounts.map((account) => term("account", account)),
    ...(payment === undefined ? [] : [term("version", payment.version)]),
  ]),
];

const decimal = z.string().regex(/^[0-9]{1,20}$/);
const hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);
const time = z.number().nullable();
const stored = z.tuple([
  z.int().min(0).max(LAST_BLOCK),
  z.string().regex(/^[A-Z][A-Z0-9]{0,31}$/),
  hex,
  z.array(hex).max(3),
  z.tuple([time, time, time, time]),
  z.tuple([decimal, decimal, hex]).nullable(),
]);

/** Writes one as a line of JSON; undefined for one that is too long to be kept. */
export const writeFinished = (one: FinishedTransfer): string | undefined => {
  const { block, currency, address, accounts, at, payment } = one;
  const times = [at.seen ?? null, at.proven ?? null, at.settled ?? null, at.finalized ?? null];
  const paid = payment === undefined ? null : [payment.version, payment.amount, payment.metadata];
  const line = JSON.stringify([block, currency, address, accounts, times, paid]);
  return line.length > MOST_CHARACTERS ? undefined : line;
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Reads one; undefined for what isn't one, whoever wrote it. */
export const readFinished = (line: string): FinishedTransfer | undefined => {
  const { data } = stored.safeParse(line.length > MOST_CHARACTERS ? undefined : parsed(line));
  if (data === undefined) return undefined;
  const [block, currency, address, accounts, [seen, proven, settled, finalized], paid] = data;
  const times = { seen, proven, settled, finalized };
  return {
    block,
    currency,
    address,
    accounts,
    at: Object.fromEntries(Object.entries(times).filter(([, value]) => value !== null)),
    ...(paid === null ? {} : { payment: { version: paid[0], amount: paid[1], metadata: paid[2] } }),
  };
};
