/**
 * A bridge living through a schedule of steps on the chain model: its users, its relayers, and an
 * adversary among them.
 */
import type { RawTransaction } from "@pdiem/light-client/diem/transactions/raw-transaction";
import { bridgeId } from "../config/bridge-config.js";
import { type Confirmation, confirmationOf } from "../custody/confirmation.js";
import { signSettlement } from "../custody/signing.js";
import { readDestination, readPaidRelease } from "../deposit/destination.js";
import type { Facts, ParachainFacts } from "../facts/facts.js";
import { settleDecisions } from "../governance/decision-batch.js";
import { decisionsOf, type SettledDecision } from "../governance/decision-chain.js";
import type { InForce } from "../governance/in-force.js";
import { NO_SETS } from "../governance/misbehaviour.js";
import { inForceAt } from "../governance/operating.js";
import type { SignedDecision } from "../governance/signed-decision.js";
import type { Ledger } from "../ledger/ledger.js";
import { ACCOUNTS, proveLeaf, RELEASES } from "../ledger/list.js";
import type { Release } from "../ledger/release.js";
import { payout } from "../payout/payout.js";
import { isOpen } from "../ranges.js";
import { settleGenesis } from "../settlement/genesis.js";
import { type DepositItem, type Items, NO_ITEMS, type WithdrawalItem } from "../settlement/items.js";
import { type Bridge, type Settlement, settle } from "../settlement/settle.js";
import { type WithdrawalPreimage, withdrawalAccount } from "../withdrawal/addresses.js";
import type { WithdrawalOutcome } from "../withdrawal/settle-withdrawal.js";
import { heldBy } from "./assets-model.js";
import { type ChainModel, createChainModel, type Signed } from "./chain-model.js";
import { ENCLAVE_SEED, exampleConfig, filled, ISSUER } from "./config.js";
import { bridgeWith } from "./world.js";

const { profile } = exampleConfig.parachain;

export const USERS: readonly Uint8Array[] = [1, 2, 3, 4].map((n) => filled(32, n));
/** One who can be paid, one who is frozen, one who doesn't hold XDX. */
export const SENDERS: readonly Uint8Array[] = [1, 2, 3].map((n) => filled(16, n));
export const SINK: Uint8Array = filled(32, 9);

/**
 * To one who can be paid, one who is frozen, and nobody, with and without somewhere to go back to.
 */
export const WITHDRAWALS: readonly WithdrawalPreimage[] = [filled(16, 1), filled(16, 2), filled(16, 0x99)].flatMap(
  (payee) => [USERS[0], undefined].map((refundAccount) => ({ payee, subaddress: undefined, refundAccount })),
);
const ID = bridgeId(exampleConfig);
export const accountOf = (preimage: WithdrawalPreimage): Uint8Array => withdrawalAccount(ID, preimage);

/** A ledger that was signed for, with the leaves that it stands for. */
export interface Known {
  readonly ledger: Ledger;
  readonly accounts: readonly Uint8Array[];
  readonly releases: readonly Release[];
  readonly decisions: readonly SettledDecision[];
}

export interface Pooled extends Signed {
  readonly next: Known;
}

/** How a deposit ended, once. */
export interface Ended {
  readonly number: bigint;
  readonly kept: boolean;
}

/** A signed payout: nobody can change it, and nobody has to submit it at once, or ever. */
export interface PooledPayout {
  readonly index: bigint;
  readonly transaction: RawTransaction;
}

export interface Run {
  readonly chain: ChainModel;
  readonly known: Known[];
  /** Every batch ever signed. */
  readonly pool: Pooled[];
  readonly ended: Ended[];
  /** Withdrawals of the batches that took effect, but those that wait. */
  readonly withdrawn: WithdrawalOutcome[];
  /** Every payout ever signed. */
  readonly payouts: PooledPayout[];
  /** Releases by the payments that executed. */
  readonly paidOut: bigint[];
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
    decisions: [...(before?.decisions ?? []), ...decisionsOf(settlement.step)],
  },
});

const bridgeOf = ({ ledger, decisions }: Known): Bridge => ({ ...bridgeWith(ledger), decisions });

export const newestFacts = ({ chain }: Run): Facts => ({
  diem: last(chain.diemFacts),
  parachain: last(chain.parachainFacts),
});

export const startRun = (): Run => {
  const chain = createChainModel();
  for (const [i, sender] of SENDERS.entries())
    chain.world.diem.setAccount(sender, { frozen: i === 1, balances: i === 2 ? { XUS: 0n } : { XUS: 0n, XDX: 0n } });
  for (const user of [...USERS, exampleConfig.feeAccount, SINK, ...WITHDRAWALS.map(accountOf)])
    chain.change(user, { providers: 1 });
  chain.tick(12_000n, "both");
  const facts = { diem: last(chain.diemFacts), parachain: last(chain.parachainFacts) };
  const genesis = signed(
    settleGenesis({ config: exampleConfig, issuer: ISSUER, profile }, facts),
    undefined,
    facts.parachain,
  );
  if (chain.submit(genesis) !== "success") throw new Error("expected genesis to succeed");
  chain.tick(12_000n, "both");
  return {
    chain,
    known: [genesis.next],
    pool: [genesis],
    ended: [],
    withdrawn: [],
    payouts: [],
    paidOut: [],
    inForce: genesis.next,
  };
};

/** Lets the chain that is behind have the other's time. */
export const catchUp = ({ chain }: Run): void => {
  const apart = chain.world.diem.time - chain.world.parachain.time;
  if (apart > 0n) chain.tick(apart, "parachain");
  if (apart < 0n) chain.tick(-apart, "diem");
};

/** Makes a deposit's item with whatever leaf it needs under that ledger. */
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

/**
 * Asks an enclave, which remembers nothing, for a batch: whatever it signs goes into the pool.
 * @throws what `settle` does
 */
export const request = (run: Run, before: Known, facts: Facts, items: Items): Pooled => {
  const batch = signed(settle(bridgeOf(before), facts, items), before, facts.parachain);
  run.pool.push(batch);
  run.known.push(batch.next);
  return batch;
};

/**
 * Requests guardians' decisions in the same way.
 * @throws what `settleDecisions` does
 */
export const requestDecisions = (
  run: Run,
  before: Known,
  { parachain }: Pick<Facts, "parachain">,
  decisions: readonly SignedDecision[],
): Pooled => {
  const batch = signed(settleDecisions(bridgeOf(before), parachain, NO_SETS, decisions), before, parachain);
  run.pool.push(batch);
  run.known.push(batch.next);
  return batch;
};

/** Gives the ledger in force, and what is by its decisions at the newest block. */
export const governanceOf = (run: Run): InForce => inForceAt(bridgeOf(run.inForce), newestFacts(run).parachain.time);

/** Submits a batch, whoever it comes from, and notes what it did if it took effect. */
export const submit = (run: Run, batch: Pooled): "success" | "failed" | "void" => {
  const result = run.chain.submit(batch);
  if (result === "success") {
    run.inForce = batch.next;
    for (const { type, number } of batch.settlement.deposits)
      if (type !== "open") run.ended.push({ number, kept: type === "kept" });
    run.withdrawn.push(...batch.settlement.withdrawals.filter(({ type }) => type !== "waits"));
  }
  return result;
};

/** Deposits that the ledger in force has not settled. */
export const unsettled = ({ chain, inForce }: Run): readonly bigint[] =>
  chain.world.diem.received.map((_, i) => BigInt(i)).filter((number) => isOpen(inForce.ledger.deposits, number));

/** Lists withdrawal accounts that hold enough to be settled, whether or not they can be. */
export const withdrawable = ({ chain }: Run): readonly WithdrawalItem[] =>
  WITHDRAWALS.flatMap((preimage) =>
    exampleConfig.currencies
      .filter(({ assetId, minimum }) => heldBy(chain.assets, assetId, accountOf(preimage)) >= minimum)
      .map(({ code }) => ({ preimage, currency: code })),
  );

/**
 * Lists what an honest relayer asks for: some deposits and withdrawals, and all payments that
 * aren't folded yet.
 */
export const honestItems = (
  run: Run,
  deposits: readonly bigint[],
  withdrawals: readonly WithdrawalItem[] = [],
): Items => ({
  ...NO_ITEMS,
  withdrawals,
  deposits: deposits.map((number) => itemFor(run, run.inForce, number)),
  sentEvents: run.chain.world.diem.sent.length - Number(run.inForce.ledger.paid.sent),
});

/** Lists releases of the ledger in force that no payment has paid. */
export const unpaid = ({ inForce, paidOut }: Run): readonly bigint[] =>
  inForce.releases.map((_, i) => BigInt(i)).filter((index) => !paidOut.includes(index));

/**
 * Asks an enclave, which remembers nothing, for a payout: whatever it signs goes into the pool.
 * @throws what `payout` does
 */
export const requestPayout = (run: Run, before: Known, facts: Facts, index: bigint): PooledPayout => {
  const release = proveLeaf(RELEASES, before.releases, Number(index));
  const { transaction } = payout(bridgeOf(before), facts, { index, release });
  const pooled = { index, transaction };
  run.payouts.push(pooled);
  return pooled;
};

/** Submits a payout, whoever it comes from, and notes what it paid. */
export const submitPayout = (run: Run, { index, transaction }: PooledPayout): "paid" | "aborted" | "void" => {
  const result = run.chain.custody.submit(transaction);
  if (result === "paid") run.paidOut.push(index);
  return result;
};

/** Finds what the newest provable state tells of a payout. */
export const confirmPayout = (run: Run, { index, transaction }: PooledPayout): Confirmation =>
  confirmationOf(exampleConfig, run.inForce.ledger, newestFacts(run).diem, { index, ...transaction });

/** Sums up each currency's custody balance, and everything that it stands for. */
export const balanceSheet = ({ chain, inForce, ended, paidOut }: Run) =>
  exampleConfig.currencies.map(({ code, assetId }, i) => {
    const deposits = chain.world.diem.received.map((payment, number) => ({ ...payment, number: BigInt(number) }));
    const sum = (amounts: readonly { readonly currency: string; readonly amount: bigint }[]): bigint =>
      amounts.reduce((total, { currency, amount }) => (currency === code ? total + amount : total), 0n);
    const kept = new Set(ended.filter((end) => end.kept).map(({ number }) => number));
    const done = new Set(ended.map(({ number }) => number));
    return {
      custody: chain.custody.balances.get(code) ?? 0n,
      supply: chain.assets.supply.get(assetId) ?? 0n,
      unpaid: sum(inForce.releases.filter((_, index) => !paidOut.includes(BigInt(index)))),
      fees: inForce.ledger.currencies[i]?.fees ?? 0n,
      kept: sum(deposits.filter(({ number }) => kept.has(number))),
      dust: chain.assets.dust.get(assetId) ?? 0n,
      waiting: sum(deposits.filter(({ number }) => !done.has(number))),
    };
  });

export const anchorsInForce = ({ chain }: Run): readonly string[] => [...chain.assets.approvals];
