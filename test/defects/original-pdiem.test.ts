/** What the original pDiem (2021) got wrong, each shown not to be so here. */
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { RELEASES } from "@pdiem/bridge/ledger/lists";
import { payments as paymentsOf } from "@pdiem/bridge/payout/payout";
import { type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { settle } from "@pdiem/bridge/settlement/settle";
import { exampleConfig, filled, HOUR } from "@pdiem/bridge/testing/config";
import { START_SEQUENCE } from "@pdiem/bridge/testing/diem-world";
import { pathOf } from "@pdiem/bridge/testing/leaf-path";
import { owing, releaseOf, sentFor } from "@pdiem/bridge/testing/payouts";
import { type DiemOptions, provenConfig, proveWorld } from "@pdiem/bridge/testing/proof-bundle";
import {
  BENEFICIARY,
  bridgeWith,
  createWorld,
  exampleGovernance,
  exampleLedger,
  paymentOf,
  SENDER,
  toAccount,
  type World,
} from "@pdiem/bridge/testing/world";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { ROUTE_NAMES, routes } from "@pdiem/enclave/routes";
import { initialSets } from "@pdiem/enclave/state/kept";
import { activation, ask, askFor, createMachine, type Machine, sendBytes } from "@pdiem/enclave/testing/machine";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { trustedStateOf } from "@pdiem/light-client/diem/epochs/trusted-state";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveCustody, provePayments } from "@pdiem/relayer/chains/diem/payments";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prove } from "../enclave/proofs.js";
import {
  depositItems,
  refusal as refusedWith,
  settleRequest,
  startActivated,
  startSealed,
  worldWith,
} from "../enclave/requests.js";

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

/** Custody has received these; everything else is such that they would be minted. */
const worldOf = (...payments: Parameters<typeof paymentOf>[0][]): World => {
  const world = createWorld(exampleLedger, provenConfig);
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.diem.received.push(...payments.map(paymentOf));
  return world;
};

const settleProven = (world: World, items: Items, options?: DiemOptions) => {
  const { facts } = verifyFacts(provenConfig, initialSets(provenConfig), proveWorld(world, options));
  return settle(bridgeWith(exampleLedger, exampleGovernance, provenConfig), facts, items, []);
};

describe("what the original pDiem's contract got wrong", () => {
  it("an unsigned latest ledger info, with an epoch change and `more`, proves nothing", async () => {
    const enclave = await startSealed(machine);
    const honest = prove(worldWith(1), 5);
    const { diem } = prove(worldWith(2), 5);
    const { ledgerInfo } = decode(ledgerInfoWithSignatures, diem.ledgerInfo);
    const later = { ...ledgerInfo, commitInfo: { ...ledgerInfo.commitInfo, epoch: 7n } };
    const { ledgerInfos } = decode(epochChangeProof, honest.diem.epochChanges);
    const forged = {
      ...diem,
      ledgerInfo: encode(ledgerInfoWithSignatures, { ledgerInfo: later, signatures: [] }),
      epochChanges: encode(epochChangeProof, { ledgerInfos, more: true }),
    };
    const request = settleRequest({ ...honest, diem: forged }, depositItems(2));
    expect(await ask(enclave, "settle", request)).toEqual(refusedWith(409, "refused/behind"));
    await askFor(enclave, "settle", settleRequest(honest, depositItems(1)));
  });

  it("the VM status is checked: an event of an aborted transaction is refused, however well it is proven", () => {
    const items = depositItems(1);
    expect(settleProven(worldOf({}), items).deposits).toMatchObject([{ type: "minted" }]);
    for (const status of [
      { type: "moveAbort", value: { location: { type: "script", value: undefined }, code: 1288n } },
      { type: "outOfGas", value: undefined },
      { type: "miscellaneousError", value: undefined },
    ] as const)
      expect(outcome(() => settleProven(worldOf({}), items, { status }))).toBe("proof/event-status");
  });

  it("the currency is checked: each is minted as its own asset, and one that isn't bridged as none", () => {
    const settled = settleProven(worldOf({ currency: "XDX", amount: 1_000n }, { currency: "COIN" }), depositItems(2));
    expect(settled.deposits).toMatchObject([{ type: "minted" }, { type: "kept", reason: "unbridged-currency" }]);
    expect(settled.ledger.currencies.map(({ minted }) => minted.used)).toEqual([0n, 1_000n]);
  });

  it("no caller sets the trust root: it is part of the configuration that the bridge's id is the hash of", async () => {
    const other: BridgeConfig = {
      ...exampleConfig,
      diem: { ...exampleConfig.diem, waypoint: { version: 0n, value: filled(32, 9) } },
    };
    const enclave = await machine.start();
    const { holder } = await askFor(enclave, "activate", activation(other));
    expect(holder.bridgeId).toEqual(bridgeId(other));
    expect(holder.bridgeId).not.toEqual(bridgeId(exampleConfig));
    expect(await ask(enclave, "activate", activation(exampleConfig))).toEqual(
      refusedWith(409, "sealed/other-configuration"),
    );
    const { role } = await askFor(enclave, "status", undefined);
    expect(role).toMatchObject({ type: "holder", value: { bridgeId: bridgeId(other) } });
  });

  it("nothing is refunded by a timeout: what is owed stays owed until its number is used up", () => {
    const release = releaseOf();
    const ledger = owing([release]);
    const at = (time: bigint, used: bigint) => {
      const world = createWorld(ledger);
      world.setTime(ledger.time + time);
      world.diem.custody = { account: { sequenceNumber: START_SEQUENCE + used } };
      return world;
    };
    const bridge = bridgeWith(ledger);
    const request = { index: 0n, leaf: release, path: pathOf(RELEASES, [release], 0n) };
    const pay = (world: World) => paymentsOf(bridge, world.facts(), [request])[0]?.transaction;
    const fold = (world: World) => settle(bridge, world.facts(), { ...NO_ITEMS, fold: 1 }, []).ledger;
    const yearLater = at(9_000n * HOUR, 0n);
    expect(outcome(() => fold(yearLater))).toBe("refused/empty-batch");
    expect(pay(yearLater)?.sequenceNumber).toBe(pay(at(HOUR, 0n))?.sequenceNumber);
    const aborted = at(2n * HOUR, 1n);
    expect(outcome(() => pay(aborted))).toBe("refused/number-used");
    expect(fold(aborted)).toMatchObject({ waiting: { numLeaves: 1n }, currencies: [{ owed: 1_000n }, { owed: 0n }] });
  });

  it("nothing is written before it is verified: a bad proof leaves the enclave as if it had never come", async () => {
    const enclave = await startSealed(machine);
    const untouched = await startActivated(await machine.clone());
    const honest = prove(worldWith(2), 5);
    const { events } = prove(worldWith(3), 6).diem;
    const bad = settleRequest({ ...honest, diem: { ...honest.diem, events } }, depositItems(1));
    const request = settleRequest(honest, depositItems(1));
    expect(await ask(enclave, "settle", bad)).toEqual(refusedWith(422, expect.stringMatching(/^proof\//)));
    expect(await askFor(enclave, "settle", request)).toEqual(await askFor(untouched, "settle", request));
  });

  it("nothing that a caller sends stops the enclave: it is refused with a code, and the next request is served", async () => {
    const enclave = await startSealed(machine);
    const request = settleRequest(prove(worldWith(1), 5), depositItems(1));
    const honest = await askFor(enclave, "settle", request);
    const whole = encode(routes.settle.request, request);
    const random = fc.uint8Array({ minLength: 1, maxLength: 400 });
    const spliced = fc
      .tuple(fc.nat(whole.length), random)
      .map(([at, bytes]) => new Uint8Array([...whole.subarray(0, at), ...bytes, ...whole.subarray(at)]));
    const posted = ROUTE_NAMES.filter((name) => routes[name].method === "POST");
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...posted), fc.oneof(random, spliced), async (name, body) => {
        const reply = await sendBytes(enclave, name, body);
        expect(reply.status).toBeGreaterThanOrEqual(400);
        expect(reply.status).toBeLessThan(500);
        expect("error" in reply && reply.error.code).toMatch(/^(decode|request|refused|proof|sealed)\//);
      }),
      { numRuns: 150 },
    );
    expect(await askFor(enclave, "settle", request)).toEqual(honest);
  });

  it("no two payments that can both execute share a sequence number, nor two batches a nonce and an anchor", () => {
    const owed = [releaseOf(), releaseOf({ amount: 600n })];
    const ledger = owing(owed);
    const pay = (used: number, ...indexes: readonly number[]) => {
      const world = createWorld(ledger);
      world.diem.custody = { account: { sequenceNumber: START_SEQUENCE + BigInt(used) } };
      for (let i = 0; i < used; i++) world.diem.sent.push(sentFor(BigInt(i)));
      const requests = indexes.map((index) => ({
        index: BigInt(index),
        leaf: owed[index] ?? releaseOf(),
        path: pathOf(RELEASES, owed, BigInt(index)),
      }));
      return paymentsOf(bridgeWith(ledger), world.facts(), requests).map(({ transaction }) => transaction);
    };
    const [first, second] = pay(0, 0, 1);
    expect([first, second].map((one) => one?.sequenceNumber)).toEqual([START_SEQUENCE, START_SEQUENCE + 1n]);
    expect([pay(0, 1), pay(1, 1)]).toEqual([[second], [second]]);
    const batches = [1, 2].map((count) => settleProven(worldOf({}, { amount: 2_000n }), depositItems(count)));
    expect(batches.map(({ nonce }) => nonce)).toEqual([exampleLedger.nonce, exampleLedger.nonce]);
    expect(batches[0]?.calls[0]).toEqual(batches[1]?.calls[0]);
    expect(batches[0]?.anchor).not.toEqual(batches[1]?.anchor);
  });

  it("no key is in the source, and each enclave makes its own", async () => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const literals = ["light-client", "bridge", "bridge-client", "enclave", "relayer"].flatMap((part) =>
      readdirSync(`${root}/${part}/src`, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|(^|[/\\])testing[/\\]/.test(name))
        .flatMap(
          (name) => readFileSync(`${root}/${part}/src/${name}`, "utf8").match(/\b(?:0x)?[0-9a-fA-F]{64}\b/g) ?? [],
        ),
    );
    const points = readFileSync(`${root}/light-client/src/crypto/small-order.ts`, "utf8");
    const genesisBlockId = "5e10bad45b35ed929cd6d2c7098b135d02dd259ae88a8d09f4eb5fbae9a6f6e4";
    const groupOrder = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    const nitroRoot = "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b";
    const known = [genesisBlockId, groupOrder, nitroRoot];
    expect(literals.filter((one) => !known.includes(one) && !points.includes(one))).toEqual([]);
    const replies = await Promise.all(
      [machine, await machine.clone()].map(async (one) => askFor(await one.start(), "activate", activation())),
    );
    expect(replies[0]?.holder.custodyKey).not.toEqual(replies[1]?.holder.custodyKey);
  });
});

describe("what the original pDiem's relayer got wrong", () => {
  const PAYMENTS = 101;
  const METADATA = toAccount(BENEFICIARY);
  let diem: RunningDiem;
  let custody: Uint8Array;
  let liar: Server;
  let liarUrl: string;

  beforeAll(async () => {
    diem = await startDiem({ blockInterval: 20 });
    custody = createAccount(diem, 0n, "Custody").address;
    const payer = createAccount(diem, 1_000_000n, "A payer");
    const payment = { payee: custody, currency: "XUS", amount: 1n, metadata: METADATA };
    await Promise.all(Array.from({ length: PAYMENTS }, () => payer.pay(payment)));
    liar = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const headers = { "content-type": "application/json" };
      const answer = await fetch(diem.url, { method: "POST", headers, body: Buffer.concat(chunks) });
      // The amount, 1, in the first event's data.
      response.end((await answer.text()).replace("010000000000000003585553", "020000000000000003585553"));
    }).listen(0, "127.0.0.1");
    await once(liar, "listening");
    liarUrl = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    liar.close();
    await diem.close();
  });

  const payments = async (url: string) => {
    const client = createDiemClient(createEndpoints([url]), { timeoutMs: 20_000, maxResponseBytes: 8_000_000 });
    const root = trustedStateOf(parseWaypoint(diem.waypoint));
    const { state, account } = await proveCustody(client, root, { chainId: diem.chainId, custody });
    const { key, count } = account.receivedEvents;
    return provePayments(client, state, diem.chainId, key, { from: 0n, to: count });
  };

  it("events beyond the first hundred are read", async () => {
    const events = await payments(diem.url);
    expect(events.map(({ event }) => event.sequenceNumber)).toEqual(
      Array.from({ length: PAYMENTS }, (_, i) => BigInt(i)),
    );
  });

  it("the result of a proof decides: a changed amount is an error, never a proven payment", async () => {
    await expect(payments(liarUrl)).rejects.toMatchObject({ code: expect.stringMatching(/^proof\//) });
  });
});
