/** A bridge living through a schedule of steps on the chain model: its users, its relayers, and an adversary among them. */
import { encode } from "@pdiem/light-client/codec/bcs";
import { metadata } from "@pdiem/light-client/diem/metadata";
import { ACCOUNTS, proveLeaf, RELEASES } from "../accumulator.js";
import { readDestination, readPaidRelease } from "../destination.js";
import type { Facts, ParachainFacts } from "../facts.js";
import { settleGenesis } from "../genesis.js";
import { type DepositItem, type Items, NO_ITEMS } from "../items.js";
import type { Ledger } from "../ledger.js";
import { isOpen } from "../ranges.js";
import type { Release } from "../release.js";
import { type Settlement, settle } from "../settlement.js";
import { signSettlement } from "../signing.js";
import { releaseSubaddress } from "../subaddress.js";
import { type ChainModel, createChainModel, type Signed } from "./chain-model.js";
import { ENCLAVE_SEED, exampleConfig, filled, ISSUER } from "./config.js";
import { bridgeWith } from "./world.js";

const { profile } = exampleConfig.parachain;

export const USERS: readonly Uint8Array[] = [1, 2, 3, 4].map((n) => filled(32, n));
/** One who can be paid, one who is frozen, one who doesn't hold XDX. */
export const SENDERS: readonly Uint8Array[] = [1, 2, 3].map((n) => filled(16, n));
export const SINK: Uint8Array = filled(32, 9);

/** A ledger that was signed for, with the leaves that it stands for. */
export interface Known {
  readonly ledger: Ledger;
  readonly accounts: readonly Uint8Array[];
  readonly releases: readonly Release[];
}

export interface Pooled extends Signed {
  readonly next: Known;
}

/** How a deposit ended, once. */
export interface Ended {
  readonly number: bigint;
  readonly kept: boolean;
}

export interface Run {
  readonly chain: ChainModel;
  readonly known: Known[];
  /** Every batch ever signed. */
  readonly pool: Pooled[];
  readonly ended: Ended[];
  readonly paidOut: Set<bigint>;
  inForce: Known;
}

export const last = <T>(items: readonly T[]): T => {
  const item = items.at(-1);
  if (item === undefined) throw new Error("expected at least one");
  return item;
};

const signed = (settlement: Settlement, before: Known | undefined, { number, hash }: ParachainFacts): Pooled => ({
  settlement,
  birth: number,
  extrinsic: signSettlement(ENCLAVE_SEED, exampleConfig, profile, { number, hash }, settlement).extrinsic,
  next: {
    ledger: settlement.ledger,
    accounts: [...(before?.accounts ?? []), ...settlement.step.accounts],
    releases: [...(before?.releases ?? []), ...settlement.step.releases],
  },
});

export const newestFacts = ({ chain }: Run): Facts => ({
  diem: last(chain.diemFacts),
  parachain: last(chain.parachainFacts),
});

export const startRun = (): Run => {
  const chain = createChainModel();
  for (const [i, sender] of SENDERS.entries())
    chain.world.diem.setAccount(sender, { frozen: i === 1, balances: i === 2 ? { XUS: 0n } : { XUS: 0n, XDX: 0n } });
  for (const user of [...USERS, exampleConfig.feeAccount, SINK]) chain.change(user, { providers: 1 });
  chain.tick(12_000n, "both");
  const facts = { diem: last(chain.diemFacts), parachain: last(chain.parachainFacts) };
  const genesis = signed(
    settleGenesis({ config: exampleConfig, issuer: ISSUER, profile }, facts),
    undefined,
    facts.parachain,
  );
  if (chain.submit(genesis) !== "success") throw new Error("expected genesis to succeed");
  chain.tick(12_000n, "both");
  return { chain, known: [genesis.next], pool: [genesis], ended: [], paidOut: new Set(), inForce: genesis.next };
};

/** A deposit's item with whatever leaf it needs under that ledger. */
export const itemFor = ({ chain }: Run, { accounts, releases }: Known, number: bigint): DepositItem => {
  const { received, sent } = chain.world.diem;
  const destination = readDestination(received[Number(number)]?.metadata ?? new Uint8Array());
  const before =
    destination.type === "refunded" ? sent.filter(({ version }) => version < destination.version).length : undefined;
  const payout = before === undefined ? undefined : sent[before];
  const returned = destination.type === "release" ? destination.index : payout && readPaidRelease(payout.metadata);
  const registered = destination.type === "registered" && destination.index < accounts.length;
  return {
    number,
    account: registered ? proveLeaf(ACCOUNTS, accounts, Number(destination.index)) : undefined,
    release:
      returned !== undefined && returned < releases.length
        ? proveLeaf(RELEASES, releases, Number(returned))
        : undefined,
    paymentsBefore: before === undefined ? undefined : BigInt(before),
  };
};

/** Asks an enclave, which remembers nothing, for a batch: whatever it signs goes into the pool. @throws what `settle` does */
export const request = (run: Run, before: Known, facts: Facts, items: Items): Pooled => {
  const batch = signed(settle(bridgeWith(before.ledger), facts, items), before, facts.parachain);
  run.pool.push(batch);
  run.known.push(batch.next);
  return batch;
};

/** Submits a batch, whoever it comes from, and notes what it did if it took effect. */
export const submit = (run: Run, batch: Pooled): "success" | "failed" | "void" => {
  const result = run.chain.submit(batch);
  if (result === "success") {
    run.inForce = batch.next;
    for (const { type, number } of batch.settlement.deposits)
      if (type !== "open") run.ended.push({ number, kept: type === "kept" });
  }
  return result;
};

/** Deposits that the ledger in force has not settled. */
export const unsettled = ({ chain, inForce }: Run): readonly bigint[] =>
  chain.world.diem.received.map((_, i) => BigInt(i)).filter((number) => isOpen(inForce.ledger.deposits, number));

/** What an honest relayer asks for: some deposits, and all payments that aren't folded yet. */
export const honestItems = (run: Run, deposits: readonly bigint[]): Items => ({
  ...NO_ITEMS,
  deposits: deposits.map((number) => itemFor(run, run.inForce, number)),
  sentEvents: run.chain.world.diem.sent.length - Number(run.inForce.ledger.paid.sent),
});

/** Custody pays a release that is in force and unpaid, as the payouts of PROTOCOL 4 do. */
export const payOut = ({ chain, inForce, paidOut }: Run, choice: number): void => {
  const due = inForce.releases.flatMap((release, i) => (paidOut.has(BigInt(i)) ? [] : [{ release, index: BigInt(i) }]));
  const chosen = due[choice % Math.max(1, due.length)];
  if (chosen === undefined) return;
  const { release, index } = chosen;
  paidOut.add(index);
  chain.payOut({
    currency: release.currency,
    amount: release.amount,
    other: release.payee,
    metadata: encode(metadata, {
      type: "general",
      value: { toSubaddress: undefined, fromSubaddress: releaseSubaddress(index), referencedEvent: undefined },
    }),
  });
};

/** Each currency's custody balance, and everything that it stands for. */
export const balanceSheet = ({ chain, inForce, ended, paidOut }: Run) =>
  exampleConfig.currencies.map(({ code, assetId }, i) => {
    const deposits = chain.world.diem.received.map((payment, number) => ({ ...payment, number: BigInt(number) }));
    const sum = (amounts: readonly { readonly currency: string; readonly amount: bigint }[]): bigint =>
      amounts.reduce((total, { currency, amount }) => (currency === code ? total + amount : total), 0n);
    const kept = new Set(ended.filter((end) => end.kept).map(({ number }) => number));
    const done = new Set(ended.map(({ number }) => number));
    return {
      custody: chain.custody.get(code) ?? 0n,
      supply: chain.assets.supply.get(assetId) ?? 0n,
      unpaid: sum(inForce.releases.filter((_, index) => !paidOut.has(BigInt(index)))),
      fees: inForce.ledger.currencies[i]?.fees ?? 0n,
      kept: sum(deposits.filter(({ number }) => kept.has(number))),
      waiting: sum(deposits.filter(({ number }) => !done.has(number))),
    };
  });

export const anchorsInForce = ({ chain }: Run): readonly string[] => [...chain.assets.approvals];
