/**
 * What relayers may do who want to harm: they clone enclaves, roll them back, withhold, replay and
 * lie.
 */

import { type Checkpoint, checkpointMessage } from "@pdiem/bridge/checkpoint/checkpoint";
import { authoritySetHash, epochStateHash } from "@pdiem/bridge/facts/set-hash";
import { initialGovernance } from "@pdiem/bridge/governance/governance-state";
import type { PaymentRequest } from "@pdiem/bridge/payout/payment-request";
import { type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { authoritySetOf, epochOf } from "../chains/sets.js";
import { onceIn, pick, recent } from "../choose.js";
import { askForDecision, askForPayments, askForSettlement, type Kept, showCheckpoints } from "../enclave/enclave.js";
import { waitingIndexes } from "../enclave/known.js";
import type { Basis } from "../enclave/signed.js";
import { signAs } from "../keys.js";
import { asOtherKind, paymentRequests, staleWaitingItems, waitingItems, withdrawable } from "../requests.js";
import {
  addBatch,
  addPayments,
  ask,
  governedNow,
  inForce,
  last,
  ledgerAt,
  note,
  pass,
  pay,
  type Run,
  submit,
  unlessRefused,
} from "../run.js";
import { ADVERSARY_SEEDS, BODIES, config, ID, MINUTE } from "../setting.js";
import { demand } from "../violation.js";
import { madeUpLedger } from "./forks.js";
import { frozenAccounts, newestBasis, someItems } from "./relayers.js";

/** Any state that an enclave ever sealed, or the present one. */
export const anyKept = (run: Run): Kept =>
  onceIn(run.random, 2) ? run.kept : (pick(run.random, run.sealed) ?? run.kept);

/**
 * The newest states, or any two proven ones; mostly with the ledger that was in force at the block.
 */
export const anyBasis = (run: Run): Basis => {
  const { random } = run;
  if (onceIn(random, 2)) {
    pass(run, MINUTE);
    return newestBasis(run);
  }
  const parachain = recent(random, run.parachain, 10) ?? last(run.parachain);
  const diem = recent(random, run.diem, 10) ?? last(run.diem);
  const any = onceIn(random, 8) ? pick(random, [...run.ledgers.values()]) : undefined;
  return { known: (any ?? ledgerAt(run, parachain)).known, diem, parachain };
};

/**
 * Items that tell another story than the ledger, or ask for what isn't due. It is undefined where
 * there is nothing to lie about.
 */
const lyingItems = ({ random }: Run, basis: Basis): Items | undefined => {
  const leaves = waitingIndexes(basis.known).slice(-3);
  const stale = staleWaitingItems(basis, [...leaves, ...(onceIn(random, 3) ? leaves : [])]);
  const others = waitingItems(basis, leaves).map((item) => asOtherKind(basis, item));
  const withdrawals = withdrawable(basis.parachain);
  const thaws = frozenAccounts(basis).slice(0, 2);
  return pick(random, [
    ...(leaves.length > 0 ? [stale, others, others].map((waiting) => ({ ...NO_ITEMS, waiting })) : []),
    ...(withdrawals.length > 0 ? [{ ...NO_ITEMS, withdrawals: [...withdrawals, ...withdrawals.slice(0, 1)] }] : []),
    ...(thaws.length > 0 ? [{ ...NO_ITEMS, thaws }] : []),
  ]);
};

/**
 * Makes up what the ledger in force doesn't say: that it owes more, or that nothing was ever
 * decided.
 */
const madeUp = (run: Run, { known, ...rest }: Basis): Basis => {
  switch (run.random.below(6)) {
    case 0:
      return { ...rest, known: madeUpLedger(known, rest.diem) };
    case 1:
      return { ...rest, known: { ...known, governance: initialGovernance(config) } };
    default:
      return { ...rest, known };
  }
};

/** Asks for another amount than is owed. */
const dearer = ({ leaf, ...rest }: PaymentRequest): PaymentRequest => ({
  ...rest,
  leaf: { ...leaf, amount: leaf.amount + 1n },
});

export const requestHostilely = (run: Run): void => {
  const kept = anyKept(run);
  const basis = madeUp(run, anyBasis(run));
  const lies = onceIn(run.random, 2) ? lyingItems(run, basis) : undefined;
  const items = lies ?? someItems(run, basis, kept);
  const signed = unlessRefused(run, "hostile settlement", () =>
    ask(run, kept, (before) => askForSettlement(before, basis, items)),
  );
  if (signed === undefined) return;
  addBatch(run, kept, signed);
  note(run, "hostile settlement signed");
  if (onceIn(run.random, 6)) pass(run, 15n * MINUTE);
  if (!onceIn(run.random, 4)) note(run, `hostile settlement ${submit(run, signed)}`);
};

export const submitAnyBatch = (run: Run): void => {
  const batch = onceIn(run.random, 3) ? pick(run.random, run.batches) : recent(run.random, run.batches, 8);
  run.now += 12_000n;
  if (batch !== undefined) note(run, `any batch ${submit(run, batch)}`);
};

export const requestPaymentsHostilely = (run: Run): void => {
  const { random } = run;
  const kept = anyKept(run);
  const basis = madeUp(run, anyBasis(run));
  const { length } = basis.known.releases;
  if (length === 0) return;
  const indexes = onceIn(random, 3) ? [length - 1] : [random.below(length)];
  const honest = paymentRequests(basis.known, indexes);
  const requests = onceIn(random, 8) ? honest.map(dearer) : honest;
  const signed = unlessRefused(run, "hostile payout", () =>
    ask(run, kept, (before) => askForPayments(before, basis, requests)),
  );
  if (signed === undefined) return;
  addPayments(run, kept, signed);
  note(run, "hostile payout signed");
};

/** Submits whatever was signed, in any order; at the number that is next most of all. */
export const payAny = (run: Run): void => {
  const next = last(run.diem).sequenceNumber;
  const fitting = run.payments.filter(({ transaction }) => transaction.sequenceNumber === next);
  const payment = onceIn(run.random, 3) ? pick(run.random, run.payments) : pick(run.random, fitting);
  run.now += 2_000n;
  if (payment !== undefined) note(run, `any payment ${pay(run, payment)}`);
};

/** Shows an enclave any decision that guardians ever signed. */
export const decideHostilely = (run: Run): void => {
  const decision = recent(run.random, run.decisions);
  if (decision === undefined) return;
  const kept = anyKept(run);
  const { known, parachain } = anyBasis(run);
  const signed = unlessRefused(run, "hostile decision", () =>
    ask(run, kept, (before) => askForDecision(before, { known, parachain }, decision)),
  );
  if (signed === undefined) return;
  addBatch(run, kept, signed);
  run.now += 12_000n;
  note(run, `hostile decision ${submit(run, signed)}`);
};

/** Shows a rolled-back enclave a part of the checkpoints. */
export const showAny = (run: Run): void => {
  const kept = anyKept(run);
  const list = run.checkpoints.slice(0, 1 + run.random.below(run.checkpoints.length));
  const shown = unlessRefused(run, "hostile checkpoint", () => showCheckpoints(kept, newestBasis(run), list));
  if (shown !== undefined) run.sealed.push(shown);
};

/** Signatures that make no checkpoint: too few, of others, or for another bridge. */
const badSignatures = (run: Run, seeds: readonly Uint8Array[], forged: Checkpoint) => {
  const message = checkpointMessage(ID, forged);
  switch (run.random.below(3)) {
    case 0:
      return signAs(seeds.slice(0, 1), message);
    case 1:
      return signAs(ADVERSARY_SEEDS, message);
    default:
      return signAs(seeds, checkpointMessage(new Uint8Array(32), forged));
  }
};

/** Shows a checkpoint that guardians haven't signed, or not enough of them. */
export const forgeCheckpoint = (run: Run): void => {
  const kept = anyKept(run);
  const [diem, parachain] = [last(run.diem), last(run.parachain)];
  const [epoch, set] = [epochOf(last(diem.line)), authoritySetOf(last(parachain.line))];
  const body = BODIES[governedNow(run).body];
  if (body === undefined) return;
  const { keys, threshold } = body.guardians;
  const forged: Checkpoint = {
    diem: { epoch: epoch.epoch, hash: epochStateHash(epoch) },
    relay: { setId: set.setId, hash: authoritySetHash(set) },
    time: parachain.time,
    nonces: undefined,
    specVersions: [parachain.specVersion],
    signers: [{ keys, threshold }],
  };
  const signed = { checkpoint: forged, signatures: badSignatures(run, body.seeds, forged) };
  const basis = { known: inForce(run), diem, parachain };
  const list = [...run.checkpoints, { signed, decision: undefined }];
  const shown = unlessRefused(run, "forged checkpoint", () => showCheckpoints(kept, basis, list));
  const isTaken = shown !== undefined && shown.checkpoints !== kept.checkpoints;
  demand(!isTaken, () => "a checkpoint taken that guardians haven't signed");
};
