/** What the chains say of transfers: what their jobs are made of. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { type CustodyPayment, custodyPayment } from "../../chains/diem/custody-payment.js";
import { provePayments } from "../../chains/diem/payments.js";
import type { Clients } from "../../sync/clients.js";
import type { JournalRecord } from "../../sync/journal/journal-record.js";
import type { DepositEnds } from "../../sync/transfers/deposit-ends.js";
import type { PaymentWatch } from "../../sync/transfers/payment-watch.js";
import type { PayoutWatch } from "../../sync/transfers/payout-watch.js";
import type { ReleaseEnds } from "../../sync/transfers/release-ends.js";
import { depositId, depositNumber } from "../../sync/transfers/transfer-id.js";
import type { WithdrawalAccounts } from "../../sync/transfers/withdrawal-accounts.js";
import type { Burned } from "../../sync/transfers/withdrawal-ends.js";
import type { DepositData, ToldTimes, WithdrawalData } from "../jobs.js";
import { depositData } from "../poll/poll-deposits.js";
import { releaseStatus } from "../release-status.js";
import { withdrawalData } from "../withdrawal-data.js";
import { batchTimes, versionTimes } from "./chain-times.js";
import type { WalkParts } from "./transfer-walk.js";

export interface FactParts extends WalkParts {
  readonly config: BridgeConfig;
  readonly clients: Pick<Clients, "diem" | "parachain" | "lightClients">;
  readonly payments: Pick<PaymentWatch, "custody" | "open">;
  readonly payouts: Pick<PayoutWatch, "get">;
  readonly depositEnds: Pick<DepositEnds, "get">;
  readonly withdrawalAccounts: Pick<WithdrawalAccounts, "get">;
  readonly releaseEnds: Pick<ReleaseEnds, "get">;
}

/** What a transfer's job is made of. */
export type TransferFacts = {
  readonly id: string;
  /** Whether nothing more will happen to it. */
  readonly isEnded: boolean;
  /** When it was paid, ms since 1970; undefined where no node tells, and of withdrawals. */
  readonly seen?: number;
} & (
  | { readonly queue: "deposit"; readonly data: DepositData }
  | { readonly queue: "withdrawal"; readonly data: WithdrawalData }
);

/** Puts rising numbers together that follow each other. */
const rangesOf = (numbers: readonly bigint[]): readonly { readonly from: bigint; readonly to: bigint }[] => {
  const ranges: { from: bigint; to: bigint }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.to === number) last.to = number + 1n;
    else ranges.push({ from: number, to: number + 1n });
  }
  return ranges;
};

/** Proves payments to custody anew; what it hasn't received is left out. */
const provenPayments = async (
  { clients, config, payments }: FactParts,
  numbers: readonly bigint[],
): Promise<readonly CustodyPayment[]> => {
  const stream = payments.custody()?.account.receivedEvents;
  if (stream === undefined) return [];
  const known = numbers.filter((number) => number < stream.count).sort((a, b) => (a < b ? -1 : 1));
  const found: CustodyPayment[] = [];
  for (const range of rangesOf([...new Set(known)])) {
    const trusted = clients.lightClients.get().diem;
    const events = await provePayments(clients.diem, trusted, config.diem.chainId, stream.key, range);
    found.push(...events.map(custodyPayment));
  }
  return found;
};

const recordsByHash = ({ follower }: Pick<FactParts, "follower">): ReadonlyMap<string, JournalRecord> => {
  const records = follower.view()?.current?.records.values() ?? [];
  return new Map([...records].map((record) => [toHex(record.hash), record]));
};

const depositFacts = async (parts: FactParts, ids: readonly string[]): Promise<readonly TransferFacts[]> => {
  const { clients, depositEnds } = parts;
  const payments = await provenPayments(
    parts,
    ids.flatMap((id) => depositNumber(id) ?? []),
  );
  const seen = await versionTimes(
    clients,
    payments.map(({ version }) => version),
  );
  const byHash = recordsByHash(parts);
  const records = payments.flatMap(({ number }) => byHash.get(depositEnds.get(number)?.batch ?? "") ?? []);
  const blocks = await batchTimes(clients, records);
  return payments.map((payment): TransferFacts => {
    const end = depositEnds.get(payment.number);
    const record = byHash.get(end?.batch ?? "");
    const paidAt = seen.get(payment.version);
    const at = record === undefined ? undefined : blocks.get(record);
    const times =
      at === undefined ? undefined : { ...(paidAt === undefined ? {} : { seen: paidAt }), settled: at, finalized: at };
    return {
      id: depositId(payment.number),
      queue: "deposit",
      isEnded: end !== undefined,
      ...(paidAt === undefined ? {} : { seen: paidAt }),
      data: { ...depositData(payment), ...(times === undefined ? {} : { times }) },
    };
  });
};

/** Tells how a burn ended, and the batch in which it did; undefined where it hasn't. */
const endOfBurn = (
  { follower, payouts, releaseEnds }: FactParts,
  one: Burned,
): { readonly batch: string; readonly version?: bigint } | undefined => {
  if (one.type === "given-back") return { batch: one.batch };
  const history = follower.view()?.current?.history;
  const status = history === undefined ? "owed" : releaseStatus(history, payouts, BigInt(one.release));
  const version = payouts.get(BigInt(one.release))?.version;
  if (status === "paid") return { batch: one.batch, ...(version === undefined ? {} : { version }) };
  return status === "done" ? { batch: releaseEnds.get(BigInt(one.release))?.batch ?? one.batch } : undefined;
};

const burnFacts = async (parts: FactParts, burns: readonly Burned[]): Promise<readonly TransferFacts[]> => {
  const { clients, withdrawalAccounts } = parts;
  const byHash = recordsByHash(parts);
  const ends = new Map(burns.map((one) => [one, endOfBurn(parts, one)]));
  const versions = [...ends.values()].flatMap((end) => end?.version ?? []);
  const paid = await versionTimes(clients, versions);
  const hashes = burns.flatMap((one) => [one.batch, ends.get(one)?.batch ?? one.batch]);
  const blocks = await batchTimes(
    clients,
    hashes.flatMap((hash) => byHash.get(hash) ?? []),
  );
  const blockTime = (hash: string): number | undefined => {
    const record = byHash.get(hash);
    return record === undefined ? undefined : blocks.get(record);
  };
  const timesOf = (one: Burned): ToldTimes | undefined => {
    const end = ends.get(one);
    const settled = blockTime(one.batch);
    if (end === undefined || settled === undefined) return undefined;
    const finalized = end.version === undefined ? blockTime(end.batch) : paid.get(end.version);
    return { settled, finalized: finalized ?? settled };
  };
  return burns.flatMap((one): readonly TransferFacts[] => {
    const { id, account, currency, amount } = one;
    const preimage = withdrawalAccounts.get(account)?.preimage;
    if (preimage === undefined) return [];
    const times = timesOf(one);
    const data = withdrawalData(preimage, { account, currency, amount });
    return [
      {
        id,
        queue: "withdrawal",
        isEnded: ends.get(one) !== undefined,
        data: { ...data, ...(times === undefined ? {} : { times }) },
      },
    ];
  });
};

const holdingFacts = ({ withdrawals, withdrawalEnds }: FactParts, ids: ReadonlySet<string>): readonly TransferFacts[] =>
  withdrawals.holdings().flatMap(({ account, preimage, currency, balance }): readonly TransferFacts[] => {
    const id = withdrawalEnds.nextId(account, currency);
    if (!ids.has(id)) return [];
    const told = { account: toHex(account), currency, amount: balance.toString() };
    return [{ id, queue: "withdrawal", isEnded: false, data: withdrawalData(preimage, told) }];
  });

/**
 * Reads what the chains say of some transfers: payments are proven anew. Those of which they say
 * nothing are left out.
 * @throws PdiemError of nodes that can't be asked
 */
export const readFacts = async (
  parts: FactParts & { readonly withdrawalEnds: { readonly get: (id: string) => Burned | undefined } },
  ids: readonly string[],
): Promise<readonly TransferFacts[]> => {
  const deposits = ids.filter((id) => depositNumber(id) !== undefined);
  const burns = ids.flatMap((id) => parts.withdrawalEnds.get(id) ?? []);
  return [
    ...(await depositFacts(parts, deposits)),
    ...(await burnFacts(parts, burns)),
    ...holdingFacts(parts, new Set(ids)),
  ];
};
