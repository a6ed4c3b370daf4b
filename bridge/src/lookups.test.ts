import { equal, toHex } from "@pdiem/light-client/bytes";
import { ProofError } from "@pdiem/light-client/error";
import { describe, expect, it } from "vitest";
import { proveLeaf, RELEASES } from "./accumulator.js";
import { type WithdrawalPreimage, withdrawalAccount } from "./addresses.js";
import { bridgeId } from "./config.js";
import { checkCustody } from "./custody.js";
import { draftOf } from "./draft.js";
import type { Facts } from "./facts.js";
import { settleDecisions } from "./guardians/decision-batch.js";
import { NO_SETS } from "./guardians/misbehaviour.js";
import type { Ledger } from "./ledger.js";
import { decisionLookups, type Lookups, payoutLookups, reservesLookups, withdrawalLookups } from "./lookups.js";
import { payout } from "./payout.js";
import { createReceivers } from "./receivable.js";
import { reservesOf } from "./reserves.js";
import { exampleConfig, filled, ISSUER, XUS } from "./testing/config.js";
import { CUSTODY, SENT_KEY } from "./testing/diem-world.js";
import { decided, PAUSE, sign, UNGOVERNED } from "./testing/guardians.js";
import { owing, releaseOf, sentFor } from "./testing/payouts.js";
import { bridgeWith, createWorld, exampleLedger, SENDER } from "./testing/world.js";
import { settleWithdrawal } from "./withdrawals.js";

const has = (list: readonly Uint8Array[], wanted: Uint8Array): boolean => list.some((one) => equal(one, wanted));

/** The same facts, of which only what is looked up can be seen. */
const only = ({ diem, parachain }: Facts, { accounts, storage, sentEvents }: Lookups): Facts => {
  const seen = <T>(isShown: boolean, what: string, look: () => T): T => {
    if (!isShown) throw new ProofError("proof/not-shown", what);
    return look();
  };
  return {
    diem: {
      ...diem,
      account: (address) => seen(has(accounts, address), toHex(address), () => diem.account(address)),
      event: (key, place) =>
        seen(equal(key, SENT_KEY) && sentEvents.includes(place), `event ${place}`, () => diem.event(key, place)),
    },
    parachain: {
      ...parachain,
      storage: (key) => seen(has(storage, key), `storage ${toHex(key)}`, () => parachain.storage(key)),
    },
  };
};

const OWED = [releaseOf(), releaseOf(), releaseOf()];
const LEDGER: Ledger = { ...owing(OWED), paid: { sent: 1n, next: 1n, open: [] } };

const owingWorld = () => {
  const world = createWorld(LEDGER);
  world.diem.custody = { balances: { XUS: 10_000n, XDX: 0n }, vasp: "parent" };
  world.diem.setAccount(SENDER, { vasp: "parent" });
  world.diem.sent.push(sentFor(0n), sentFor(2n));
  return world;
};

describe("lookups", () => {
  it("are all that a payout needs", () => {
    const bridge = bridgeWith(LEDGER);
    const facts = owingWorld().facts();
    const item = { index: 1n, release: proveLeaf(RELEASES, OWED, 1) };
    const shown = only(facts, payoutLookups(bridge, item.release.leaf, 2n));
    expect(payout(bridge, shown, item)).toEqual(payout(bridge, facts, item));
    expect(payoutLookups(bridge, item.release.leaf, 2n).sentEvents).toEqual([1n]);
    expect(payoutLookups(bridge, item.release.leaf, 0n).sentEvents).toEqual([]);
  });

  it("are all that a batch of decisions needs", () => {
    const bridge = bridgeWith(exampleLedger);
    const facts = createWorld().facts();
    const signed = decided(UNGOVERNED, PAUSE).map((decision) => sign(decision));
    const shown = only(facts, decisionLookups(bridge));
    expect(settleDecisions(bridge, shown.parachain, NO_SETS, signed)).toEqual(
      settleDecisions(bridge, facts.parachain, NO_SETS, signed),
    );
  });

  it("are all that a proof of reserves needs", () => {
    const bridge = bridgeWith(LEDGER);
    const facts = owingWorld().facts();
    expect(reservesOf(bridge, only(facts, reservesLookups(bridge, 2n)), OWED)).toEqual(reservesOf(bridge, facts, OWED));
  });

  it("are all that a withdrawal needs, however it ends", () => {
    const preimage: WithdrawalPreimage = { payee: SENDER, subaddress: undefined, refundAccount: filled(32, 7) };
    const item = { preimage, currency: "XUS" };
    for (const [type, frozen] of [
      ["released", false],
      ["returned", true],
    ] as const) {
      const world = createWorld();
      world.diem.custody = { vasp: "parent" };
      world.diem.setAccount(SENDER, { vasp: "parent", frozen });
      world.parachain.setAccount(filled(32, 7), {});
      world.parachain.setAssetAccount(XUS.assetId, withdrawalAccount(bridgeId(exampleConfig), preimage), {
        balance: 1_000n,
      });
      const needs = withdrawalLookups({ config: exampleConfig }, item);
      const facts = only(world.facts(), { ...needs, accounts: [...needs.accounts, CUSTODY] });
      const context = {
        config: exampleConfig,
        bridgeId: bridgeId(exampleConfig),
        ledger: exampleLedger,
        facts,
        custody: checkCustody(exampleConfig, ISSUER, facts.diem),
        receivers: createReceivers(facts.parachain, exampleConfig.parachain.profile),
      };
      expect(settleWithdrawal(context, draftOf(exampleLedger), item).outcome.type).toBe(type);
    }
    expect(withdrawalLookups({ config: exampleConfig }, { preimage, currency: "ABC" }).storage).toEqual([]);
  });
});
