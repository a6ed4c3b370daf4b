import { RELEASES } from "@pdiem/bridge/ledger/lists";
import type { Release } from "@pdiem/bridge/ledger/release";
import { PAYOUT_WINDOW } from "@pdiem/bridge/payout/payment-request";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { START_SEQUENCE } from "@pdiem/bridge/testing/diem-world";
import type { Governed } from "@pdiem/bridge/testing/guardians";
import { owing, releaseOf, sentFor } from "@pdiem/bridge/testing/payouts";
import { createWorld, type World } from "@pdiem/bridge/testing/world";
import { listTree } from "@pdiem/bridge-client/ledger/list-tree";
import { provableConfig, prove } from "../enclave/proofs.js";
import { asking, PINNED, undecided } from "./asked-enclave.js";
import type { Benchmark } from "./measure.js";

const FOLDED = 1000;

const owed = (count: number): readonly Release[] => Array.from({ length: count }, () => releaseOf());

const paidUpTo = ({ ledger }: Governed, count: number): World => {
  const world = createWorld(ledger, provableConfig);
  world.diem.custody = { account: { sequenceNumber: START_SEQUENCE + BigInt(count) } };
  for (let i = 0; i < count; i++) world.diem.sent.push(sentFor(BigInt(i)));
  return world;
};

/**
 * All that the enclave does for one request that asks for so many of a thousand releases to be
 * paid.
 */
const payoutsOf = (count: number): Benchmark => {
  const releases = owed(FOLDED);
  const governed = undecided(provableConfig, owing(releases));
  const tree = listTree(RELEASES, releases);
  const payments = releases.slice(0, count).map((leaf, i) => ({ index: BigInt(i), leaf, path: tree.path(BigInt(i)) }));
  const proofs = prove(paidUpTo(governed, 0), 1);
  const answer = asking(provableConfig, "payout", { ...governed, proofs, payments, sessions: [] });
  return {
    name: `${count === 1 ? "payout" : `payouts, ${count} of them`} in one request, request to answer`,
    run: () => void answer(),
  };
};

export const payoutAlone = (): Benchmark => payoutsOf(1);

export const payoutWindow = (): Benchmark => payoutsOf(PAYOUT_WINDOW);

/** All that the enclave does for a batch that takes so many payments off what is owed. */
export const fold = (): Benchmark => {
  const governed = undecided(provableConfig, owing(owed(FOLDED)));
  const proofs = prove(paidUpTo(governed, FOLDED), FOLDED + 1);
  const items = { ...NO_ITEMS, fold: FOLDED };
  const answer = asking(provableConfig, "settle", { ...governed, encoding: PINNED, proofs, items, sessions: [] });
  return { name: `fold of ${FOLDED} payments in one batch, request to answer`, run: () => void answer() };
};
