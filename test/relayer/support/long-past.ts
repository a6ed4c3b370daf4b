/** What the API shows a relayer by after many transfers, joined to a Redis that is real. */
import type { Release } from "@pdiem/bridge/ledger/release";
import { exampleConfig, filled, ISSUER } from "@pdiem/bridge/testing/config";
import { exampleLedger } from "@pdiem/bridge/testing/world";
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { rawDepositMetadata } from "@pdiem/bridge-client/deposit/deposit-address";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import type { TransferParts } from "@pdiem/relayer/api/view-transfer";
import type { CustodyPayment } from "@pdiem/relayer/chains/diem/custody-payment";
import { createReadJobs } from "@pdiem/relayer/jobs/finished/told-jobs";
import type { Queues } from "@pdiem/relayer/jobs/jobs";
import { depositData } from "@pdiem/relayer/jobs/poll/poll-deposits";
import { NO_OBSTACLES } from "@pdiem/relayer/readiness/obstacle";
import { keepFinished, type Retention } from "@pdiem/relayer/stores/finished/finished-index";
import type { DepositEnd } from "@pdiem/relayer/sync/transfers/deposit-ends";
import type { SentPayout } from "@pdiem/relayer/sync/transfers/payout-watch";
import { depositId, withdrawalId } from "@pdiem/relayer/sync/transfers/transfer-id";
import type { Burned } from "@pdiem/relayer/sync/transfers/withdrawal-ends";
import { exampleCurrent, exampleEntry } from "@pdiem/relayer/testing/batches";
import { exampleView } from "@pdiem/relayer/testing/view";
import type { Redis } from "ioredis";

/** How long the past is. Every third transfer is a withdrawal. */
export interface PastSize {
  readonly ended: number;
  /** Deposits that haven't ended. */
  readonly open: number;
}

/** Batches settle so many each. */
const A_BATCH = 100;
/** Everybody has moved money so often. */
const A_PERSON = 10;
const VERSIONS_FROM = 1_000_000n;

const bytesOf = (kind: number, i: number, length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kind);
  view.setUint32(1, i);
  return bytes;
};

const personOf = (i: number): number => Math.floor(i / A_PERSON);

/** Account on the parachain of who made the i-th transfer, hex. */
export const accountOf = (i: number): string => toHex(bytesOf(0xa0, personOf(i), 32));
/** Their address on Diem, hex. */
export const addressOf = (i: number): string => toHex(bytesOf(0xd0, personOf(i), 16));
const placeOfBatch = (i: number) => {
  const number = Math.floor(i / A_BATCH);
  return { batch: toHex(bytesOf(0xb0, number, 32)), block: 100 + number };
};

/** Hash of the batch that settled the i-th transfer, hex. */
export const batchOf = (i: number): string => placeOfBatch(i).batch;
/** Version of Diem's ledger that paid the i-th transfer in or out. */
export const versionOf = (i: number): bigint => VERSIONS_FROM + BigInt(i);
export const isWithdrawal = (i: number): boolean => i % 3 === 2;

const paymentFor = (i: number): CustodyPayment => ({
  number: BigInt(i),
  version: versionOf(i),
  payer: fromHex(addressOf(i)),
  currency: "XUS",
  amount: 1_000_000n + BigInt(i),
  metadata: rawDepositMetadata(fromHex(accountOf(i))),
});

/** Makes what the journal tells of it, without a journal. */
export const createPast = ({ ended, open }: PastSize) => {
  const deposits: (readonly [bigint, DepositEnd])[] = [];
  const burns: Burned[] = [];
  const releases: Release[] = [];
  const preimages = new Map<string, WithdrawalPreimage>();
  const payouts: SentPayout[] = [];
  const releaseAt = new Map<bigint, bigint>();
  for (let i = 0; i < ended; i++) {
    if (!isWithdrawal(i)) {
      deposits.push([BigInt(i), { outcome: "minted", ...placeOfBatch(i) }]);
      continue;
    }
    const [account, payee] = [accountOf(i), fromHex(addressOf(i))];
    const refundAccount = filled(32, 0xee);
    const release = releases.length;
    const told = { currency: "XUS", amount: "1000000", account };
    burns.push({ id: withdrawalId(account, "XUS", i), ...told, ...placeOfBatch(i), type: "released", release });
    const origin = { type: "withdrawal", value: { account: fromHex(account), refundAccount } } as const;
    releases.push({ currency: "XUS", amount: 1_000_000n, payee, subaddress: undefined, origin });
    preimages.set(account, { payee, subaddress: undefined, refundAccount });
    payouts.push({ number: BigInt(release), version: versionOf(i), release: BigInt(release) });
    releaseAt.set(versionOf(i), BigInt(release));
  }
  const ends = new Map(deposits);
  const byId = new Map(burns.map((one, place) => [one.id, { one, place }]));
  const payments = Array.from({ length: open }, (_, i) => paymentFor(ended + i));
  const numLeaves = BigInt(releases.length);
  const entry = exampleEntry({
    deposits: BigInt(ended),
    releases: { ...EMPTY_ACCUMULATOR, numLeaves },
    paid: { ...exampleLedger.paid, releases: numLeaves },
  });
  const current = exampleCurrent([exampleEntry(), entry], { releases });
  const batch = { anchor: filled(32, 1), entry, extrinsic: filled(4, 1) };
  const records = new Map(
    Array.from({ length: Math.ceil(ended / A_BATCH) }, (_, i) => {
      const place = placeOfBatch(i * A_BATCH);
      return [
        place.batch,
        { block: place.block, blockHash: filled(32, 9), hash: fromHex(place.batch), batch },
      ] as const;
    }),
  );
  const chains = {
    config: exampleConfig,
    issuer: ISSUER,
    follower: { view: () => exampleView({ ...current, records }) },
    readiness: () => NO_OBSTACLES,
    checkpoints: { kept: () => undefined },
    payments: { open: () => payments, custody: () => undefined },
    payouts: {
      get: (release: bigint) => payouts[Number(release)],
      at: (version: bigint) => releaseAt.get(version),
      unpaid: () => [],
    },
    depositEnds: {
      get: (number: bigint) => ends.get(number),
      inOrder: () => deposits,
      newest: (count: number) => deposits.slice(-count).reverse(),
      totals: () => new Map([["minted", deposits.length]] as const),
    },
    releaseEnds: { get: () => undefined },
    withdrawals: { holdings: () => [] },
    withdrawalAccounts: {
      get: (account: string) => {
        const preimage = preimages.get(account);
        return preimage === undefined ? undefined : { account: fromHex(account), preimage };
      },
    },
    withdrawalEnds: {
      get: (id: string) => byId.get(id)?.one,
      placeOf: (id: string) => byId.get(id)?.place,
      all: () => burns,
      nextId: (account: Uint8Array, currency: string) => withdrawalId(toHex(account), currency, 0),
      newest: (count: number) => burns.slice(-count).reverse(),
      ofRelease: (index: number) => burns[index],
    },
  };
  return { chains, deposits, burns, payments };
};

export type Past = ReturnType<typeof createPast>;

/** Joins it to a Redis. */
export const pastParts = ({ chains }: Past, redis: Redis, prefix: string, queues: Queues, retention: Retention) => ({
  ...chains,
  queues,
  retention,
  finished: keepFinished(redis, prefix, retention),
  readJobs: createReadJobs(redis),
});

const JOBS_AT_ONCE = 500;

/** Gives all that hasn't ended its job, and what has ended last, too: it isn't recorded yet. */
export const addJobs = async ({ payments }: Past, queues: Pick<Queues, "deposit">, more: readonly number[] = []) => {
  const data = [...payments, ...more.map(paymentFor)].map(depositData);
  for (let from = 0; from < data.length; from += JOBS_AT_ONCE)
    await queues.deposit.addBulk(
      data
        .slice(from, from + JOBS_AT_ONCE)
        .map((one) => ({ name: "deposit", data: one, opts: { jobId: depositId(one.number) } })),
    );
};

/** Payments of deposits that have ended, as their jobs hold them. */
export const endedPayments = ({ deposits }: Past) =>
  deposits.map(([number]) => depositData(paymentFor(Number(number))));

export type PastParts = ReturnType<typeof pastParts> & TransferParts;
