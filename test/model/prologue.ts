/** How every schedule begins: after genesis, with wrapped assets in users' hands. */
import { feeOf } from "@pdiem/bridge/config/fee";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { settleNext, toAccount } from "@pdiem/bridge/testing/world";
import { toHex } from "@pdiem/light-client/bytes";
import { firstDiemState, receive } from "./chains/diem.js";
import { changedAssets, executeBatch, firstParachainState, nextBlock } from "./chains/parachain.js";
import { createRandom, type Random } from "./choose.js";
import { askForSettlement, INITIAL_KEPT, signGenesis } from "./enclave/enclave.js";
import { knownAtFirst } from "./enclave/known.js";
import { nameOf } from "./oracle/books.js";
import { copyEnds } from "./oracle/ends.js";
import { governedAtFirst } from "./oracle/governance.js";
import { addBatch, askHonestly, commitDiem, inForce, last, pass, type Run, submit } from "./run.js";
import { config, currencies, DEALER, HOLDERS, HOUR, START, USERS } from "./setting.js";

const PURSE = 2_900n;

const begin = (): Run => {
  const first = firstParachainState();
  const funded = changedAssets(first, ({ holders }) => {
    for (const who of HOLDERS) holders.set(toHex(who), { providers: 1, consumers: 0 });
  });
  const parachain = nextBlock(first, START + 12_000n, funded);
  const diem = { ...firstDiemState, time: parachain.time };
  const genesis = signGenesis(INITIAL_KEPT, diem, parachain);
  const assets = executeBatch(parachain, genesis.content);
  if (assets === undefined) throw new Error("expected genesis to succeed");
  const { ledger } = genesis.batch;
  return {
    random: createRandom(0, 0),
    counts: new Map(),
    now: parachain.time,
    diem: [diem],
    parachain: [nextBlock(parachain, parachain.time + 12_000n, { ...assets, nonce: 1 })],
    ledgers: new Map([
      [nameOf(genesis.batch.anchor), { known: knownAtFirst(ledger), governed: governedAtFirst(ledger.time) }],
    ]),
    batches: [genesis],
    payments: [],
    blocks: [genesis],
    decisions: [],
    checkpoints: [],
    sealed: [INITIAL_KEPT],
    kept: INITIAL_KEPT,
    ends: { deposits: new Map(), releases: new Map() },
    windows: new Map(),
    economy: { time: ledger.time, nonce: ledger.nonce, failures: 0 },
    taken: new Set(),
    stolen: undefined,
  };
};

/** Gives every user some of each asset, by deposits. */
const fillPurses = (run: Run, registrations: readonly Uint8Array[]): void => {
  run.now += 60_000n;
  for (const { code, fees } of currencies)
    for (const user of USERS) {
      const amount = PURSE + feeOf(fees.deposit, PURSE);
      commitDiem(run, (state) => receive(state, { currency: code, amount, other: DEALER, metadata: toAccount(user) }));
    }
  pass(run, HOUR);
  const basis = { known: inForce(run), diem: last(run.diem), parachain: last(run.parachain) };
  const count = basis.diem.received.length - Number(basis.known.ledger.deposits);
  const items = { ...NO_ITEMS, admissions: Array.from({ length: count }, () => settleNext()), registrations };
  const signed = askHonestly(run, (kept) => askForSettlement(kept, basis, items));
  addBatch(run, run.kept, signed);
  run.now += 12_000n;
  if (submit(run, signed) !== "executed") throw new Error("expected the first settlements to succeed");
  pass(run, config.maxSkew);
};

let begun: Run | undefined;

/** Starts a schedule. All start alike, so what they start from is made once. */
export const startRun = (random: Random): Run => {
  if (begun === undefined) {
    begun = begin();
    fillPurses(begun, USERS.slice(0, 2));
    fillPurses(begun, []);
  }
  return {
    ...begun,
    random,
    counts: new Map(),
    diem: [...begun.diem],
    parachain: [...begun.parachain],
    ledgers: new Map(begun.ledgers),
    batches: [...begun.batches],
    payments: [],
    blocks: [...begun.blocks],
    decisions: [],
    checkpoints: [],
    sealed: [...begun.sealed],
    ends: copyEnds(begun.ends),
    windows: new Map(begun.windows),
    taken: new Set(),
  };
};
