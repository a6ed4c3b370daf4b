/**
 * Once honest relayers, guardians and an enclave are back, every transfer that can end, ends
 * (PROTOCOL 9).
 */
import { TERM } from "@pdiem/bridge/checkpoint/check-checkpoint";
import { type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { RESUME, THAW } from "@pdiem/bridge/testing/guardians";
import { equal } from "@pdiem/light-client/bytes";
import { onceIn } from "./choose.js";
import { checkpointOf, INITIAL_KEPT, showCheckpoints } from "./enclave/enclave.js";
import { waitingIndexes } from "./enclave/known.js";
import { decide, takeNewest, vouch } from "./events/guardians.js";
import { admissionsOf, newestBasis, payOut, requestSettlement, submitSettlement, unpaid } from "./events/relayers.js";
import { mend } from "./events/surroundings.js";
import { waitingItems, withdrawable } from "./requests.js";
import { commitParachain, governedNow, inForce, last, pass, type Run } from "./run.js";
import { config, HOUR, MINUTE, USERS } from "./setting.js";
import { demand } from "./violation.js";

const MAX_ROUNDS = 80;

const isFrozen = (run: Run): boolean => [...last(run.parachain).assets.values()].some((asset) => asset.isFrozen);

const needsCheckpoint = (run: Run): boolean => {
  const { time, specVersions } = checkpointOf(run.kept) ?? {
    time: config.rootsTime,
    specVersions: [config.parachain.specVersion],
  };
  const hasLapsed = time + TERM < run.now + BigInt(MAX_ROUNDS) * HOUR;
  return hasLapsed || !specVersions.includes(config.parachain.specVersion) || onceIn(run.random, 8);
};

/** Guardians vouch for both chains, and thaw and resume what stands still. */
const resume = (run: Run): void => {
  commitParachain(run, { specVersion: config.parachain.specVersion });
  pass(run, MINUTE);
  // Whoever has lost all that was sealed begins again from the roots.
  if (onceIn(run.random, 2)) run.kept = INITIAL_KEPT;
  if (needsCheckpoint(run)) {
    vouch(run);
    run.kept = showCheckpoints(run.kept, newestBasis(run), run.checkpoints);
  }
  if (isFrozen(run)) decide(run, [THAW, RESUME], HOUR);
  else if (governedNow(run).isPaused) decide(run, [RESUME], HOUR);
  else return;
  const result = takeNewest(run);
  demand(result === "executed", () => `guardians can't resume: ${result}`);
};

/** What is below the minimum in force waits for more. */
const endable = (run: Run): Items["withdrawals"] =>
  withdrawable(
    last(run.parachain),
    governedNow(run).rules.map(({ minimum }) => minimum),
  );

const isOver = (run: Run): boolean => {
  const { known, diem } = newestBasis(run);
  return (
    Number(known.ledger.deposits) === diem.received.length &&
    waitingIndexes(known).length === 0 &&
    endable(run).length === 0 &&
    Number(known.ledger.paid.releases) === known.releases.length
  );
};

/**
 * What an honest relayer asks for: everything in one round, in the next what was refused one by
 * one.
 */
const portions = (run: Run, round: number): readonly Items[] => {
  const basis = newestBasis(run);
  // What is too small to be worth a batch goes along with what isn't, such as anybody's
  // registration.
  const fold = { ...NO_ITEMS, fold: 1_000, registrations: USERS.slice(0, 1) };
  const waiting = waitingIndexes(basis.known);
  const withdrawals = endable(run);
  const admissions = admissionsOf(basis, 100, () => false);
  const together = [{ ...fold, waiting: waitingItems(basis, waiting), admissions, withdrawals }];
  const single = [
    ...waiting.map((index) => ({ ...fold, waiting: waitingItems(basis, [index]) })),
    ...withdrawals.map((withdrawal) => ({ ...fold, withdrawals: [withdrawal] })),
    { ...fold, admissions },
    { ...fold, admissions: admissions.slice(0, 1) },
  ];
  const first = round % Math.max(1, single.length);
  const turned = [...single.slice(first), ...single.slice(0, first)];
  return round % 2 === 0 ? [...together, ...turned] : turned;
};

const settleRound = (run: Run, round: number): void => {
  for (const items of portions(run, round)) {
    const signed = requestSettlement(run, items);
    if (signed === undefined) continue;
    submitSettlement(run, signed);
    return;
  }
};

const hasFreezer = (run: Run): boolean =>
  [...last(run.parachain).assets.values()].every(({ freezer }) => equal(freezer, governedNow(run).freezer));

/** Roles that are due are worth a batch of their own. */
const checkFreezer = (run: Run): void => {
  if (hasFreezer(run)) return;
  pass(run, 30n * MINUTE);
  const signed = requestSettlement(run, NO_ITEMS);
  if (signed !== undefined) submitSettlement(run, signed);
  demand(signed !== undefined && hasFreezer(run), () => "the Freezer isn't the guardians'");
};

/** @throws Violation where something can't end */
export const finish = (run: Run): void => {
  mend(run);
  resume(run);
  let round = 0;
  for (; !isOver(run) && round < MAX_ROUNDS; round++) {
    pass(run, 30n * MINUTE);
    for (let i = 0; i < 3 && unpaid(newestBasis(run)).length > 0; i++) payOut(run, 64);
    settleRound(run, round);
  }
  const { ledger, releases } = inForce(run);
  demand(isOver(run), () => `not over after ${round} rounds: ${JSON.stringify([...run.counts].slice(-12))}`);
  for (let n = 0n; n < ledger.deposits; n++) demand(run.ends.deposits.has(n), () => `deposit ${n} never ends`);
  for (const i of releases.keys()) demand(run.ends.releases.has(BigInt(i)), () => `release ${i} never ends`);
  for (const { owed } of ledger.currencies) demand(owed === 0n, () => `${owed} is owed to nobody`);
  checkFreezer(run);
};
