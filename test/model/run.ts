/**
 * A bridge living through a schedule: both chains, all that was ever signed, and what must hold of
 * it.
 */

import type { CheckpointStep } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { RefusedError } from "@pdiem/bridge/error";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { isPdiemError } from "@pdiem/light-client/error";
import type { DiemState } from "./chains/diem.js";
import { execute } from "./chains/diem.js";
import { type Change, canInclude, executeBatch, nextBlock, type ParachainState } from "./chains/parachain.js";
import type { Random } from "./choose.js";
import type { Kept, Step } from "./enclave/enclave.js";
import { type Known, knownAfter } from "./enclave/known.js";
import type { SignedBatch, SignedPayment } from "./enclave/signed.js";
import { checkBooks, nameOf } from "./oracle/books.js";
import { afterBatch, checkDue, type Economy } from "./oracle/economy.js";
import { type Ends, endBatch, endPayment } from "./oracle/ends.js";
import { afterDecision, afterSettlement, checkGoverned, type Governed, withDue } from "./oracle/governance.js";
import { checkDecision, checkPayment, checkSettlement } from "./oracle/signed.js";
import { passWindows, type Windows } from "./oracle/windows.js";
import { config, HOUR } from "./setting.js";
import { demand, Violation } from "./violation.js";

/** A ledger that was in force, and what guardians' decisions came to by then. */
export interface LedgerAt {
  readonly known: Known;
  readonly governed: Governed;
}

export interface Run {
  readonly random: Random;
  readonly counts: Map<string, number>;
  /** Ms. */
  now: bigint;
  /** All that could be proven at some time, the newest last. */
  readonly diem: DiemState[];
  readonly parachain: ParachainState[];
  /** By anchor. */
  readonly ledgers: Map<string, LedgerAt>;
  readonly batches: SignedBatch[];
  readonly payments: SignedPayment[];
  /** What the issuer's nonces were used for, failed batches, too. */
  readonly blocks: SignedBatch[];
  readonly decisions: SignedDecision[];
  readonly checkpoints: CheckpointStep[];
  /** All that any enclave ever sealed. */
  readonly sealed: Kept[];
  /** What an enclave keeps that nobody rolls back. */
  kept: Kept;
  readonly ends: Ends;
  readonly windows: Windows;
  economy: Economy;
  /** Names of decisions that took effect. */
  readonly taken: Set<SignedDecision>;
  /**
   * At which number somebody else used custody's key: from there on nothing may be folded, and
   * books don't count.
   */
  stolen: bigint | undefined;
}

export const last = <T>(items: readonly T[]): T => {
  const item = items.at(-1);
  if (item === undefined) throw new Error("expected at least one");
  return item;
};

export const note = ({ counts }: Run, what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);

/** Gives what a request comes to, or undefined where it is refused. */
export const unlessRefused = <T>(run: Run, what: string, body: () => T): T | undefined => {
  try {
    return body();
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    note(run, `${what} ${error.code}`);
    return undefined;
  }
};

const anchorAt = ({ approvals }: ParachainState): string => {
  const [anchor = ""] = approvals;
  return anchor;
};

/** The ledger in force at a block, if it is one of the true chain's. */
export const ledgerAt = ({ ledgers }: Run, block: ParachainState): LedgerAt => {
  const found = ledgers.get(anchorAt(block));
  demand(found !== undefined && block.approvals.size === 1, () => `ledgers in force: ${[...block.approvals].join()}`);
  return found as LedgerAt;
};

export const inForce = (run: Run): Known => ledgerAt(run, last(run.parachain)).known;
export const governedNow = (run: Run): Governed => withDue(ledgerAt(run, last(run.parachain)).governed);

const check = (run: Run): void => {
  if (run.stolen === undefined) checkBooks(inForce(run), last(run.diem), last(run.parachain), run.ends);
};

/** Something happens on Diem. */
export const commitDiem = (run: Run, change: (state: DiemState) => DiemState = (state) => state): void => {
  const head = last(run.diem);
  run.diem.push(change({ ...head, version: head.version + 1n, time: run.now }));
  check(run);
};

/** A block is made on the parachain. */
export const commitParachain = (run: Run, change: Change = {}): void => {
  run.parachain.push(nextBlock(last(run.parachain), run.now, change));
  check(run);
};

/** Lets time pass on both chains. */
export const pass = (run: Run, ms: bigint): void => {
  run.now += ms;
  commitDiem(run);
  commitParachain(run);
};

/** Asks a clone: what the request leaves it to keep may be put back later. */
export const ask = <T>(run: Run, before: Kept, request: (kept: Kept) => Step<T>): T => {
  const { kept, respond } = request(before);
  if (kept.sets.lightClients !== before.sets.lightClients) run.sealed.push(kept);
  return respond();
};

/** Asks the enclave that nobody rolls back. */
export const askHonestly = <T>(run: Run, request: (kept: Kept) => Step<T>): T => {
  const step = request(run.kept);
  run.kept = step.kept;
  return ask(run, run.kept, () => step);
};

/** What was signed must be worth signing, whoever asked for it. */
export const addBatch = (run: Run, kept: Kept, signed: SignedBatch): void => {
  run.batches.push(signed);
  if (signed.type === "settlement") {
    const at = run.ledgers.get(anchorAt(signed.basis.parachain));
    if (at !== undefined) checkSettlement(kept, signed, at.governed);
  }
  if (signed.type === "decision") checkDecision(kept, signed);
};

export const addPayments = (run: Run, kept: Kept, payments: readonly SignedPayment[]): void => {
  for (const payment of payments) {
    run.payments.push(payment);
    const at = run.ledgers.get(anchorAt(payment.basis.parachain));
    if (at !== undefined) checkPayment(kept, payment, at.governed);
  }
};

const checkBorn = ({ content }: SignedBatch, block: ParachainState, now: bigint, diem: bigint): void => {
  const age = block.number - content.birth.number;
  demand(age < config.parachain.mortalPeriod, () => `executed ${age} blocks after its birth`);
  const oldest = now - config.maxSkew - BigInt(config.parachain.mortalPeriod) * 12_000n;
  demand(diem >= oldest, () => `executed on a ledger info of ${diem}, at ${now}`);
};

/** What a batch that took effect makes of the bridge, as it ought to. */
const takeEffect = (run: Run, signed: SignedBatch): void => {
  if (signed.type === "genesis") throw new Violation("a second genesis");
  const { batch, basis } = signed;
  const before = last(run.parachain);
  const { known, governed } = ledgerAt(run, before);
  checkBorn(signed, before, run.now, signed.type === "settlement" ? signed.basis.diem.time : run.now);
  demand(!basis.parachain.isForged, () => "executed on a forged block");
  if (signed.type === "settlement") {
    demand(!signed.basis.diem.isForged, () => "executed on forged ledger info");
    demand(!withDue(governed).isPaused, () => "executed while paused");
    const first = run.stolen === undefined ? undefined : run.stolen - batch.ledger.start;
    demand(first === undefined || batch.ledger.paid.releases <= first, () => "folded what somebody else has paid");
    const diem = last(run.diem);
    passWindows(run.windows, withDue(governed), diem, signed);
    endBatch(run.ends, signed, withDue(governed), diem);
  } else {
    demand(!run.taken.has(signed.decision), () => "decision taken twice");
    run.taken.add(signed.decision);
  }
  const after =
    signed.type === "settlement"
      ? afterSettlement(governed, basis.parachain)
      : afterDecision(governed, signed.decision.decision.actions, basis.parachain);
  const next = { known: knownAfter(known, batch.entry), governed: after };
  run.economy = afterBatch(run.economy, basis.parachain);
  demand(batch.ledger.failures === run.economy.failures, () => `score of failures ${batch.ledger.failures}`);
  run.ledgers.set(nameOf(batch.anchor), next);
  checkGoverned(after, next.known);
};

/** Submits a batch, whoever does. */
export const submit = (run: Run, signed: SignedBatch): "executed" | "failed" | "void" => {
  const { content } = signed;
  const head = last(run.parachain);
  const { number } = nextBlock(head, run.now);
  if (!canInclude(head, number, content)) return "void";
  if (signed.type === "settlement") checkDue(run.economy, signed.basis.parachain);
  run.blocks.push(signed);
  const assets = executeBatch(head, content);
  // Nothing has happened in between: what was proven still holds.
  demand(assets !== undefined || content.birth.number !== head.number, () => "failed on the facts that it rests on");
  if (assets !== undefined) takeEffect(run, signed);
  commitParachain(run, { ...assets, nonce: head.nonce + 1 });
  return assets === undefined ? "failed" : "executed";
};

/** Submits a payment, whoever does. */
export const pay = (run: Run, payment: SignedPayment): "paid" | "aborted" | "void" => {
  const { basis, transaction } = payment;
  const head = last(run.diem);
  const execution = execute({ ...head, version: head.version + 1n, time: run.now }, transaction);
  if (execution.type === "void") return "void";
  const earlier = basis.diem.time < basis.parachain.time ? basis.diem.time : basis.parachain.time;
  demand(run.now < earlier + config.maxSkew, () => `payment of ${earlier} executed at ${run.now}`);
  demand(!basis.diem.isForged && !basis.parachain.isForged, () => "payment executed on forged facts");
  if (execution.type === "paid") endPayment(run.ends, inForce(run), payment);
  run.diem.push(execution.state);
  check(run);
  return execution.type;
};

export { HOUR, RefusedError };
