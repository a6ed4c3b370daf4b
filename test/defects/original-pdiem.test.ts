/** What the original pDiem (2021) got wrong, each shown not to be so here. */
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { proveLeaf, RELEASES } from "@pdiem/bridge/ledger/list";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { payout } from "@pdiem/bridge/payout/payout";
import { settle } from "@pdiem/bridge/settlement/settle";
import { exampleConfig, filled, HOUR } from "@pdiem/bridge/testing/config";
import { type DiemOptions, provenConfig, proveWorld } from "@pdiem/bridge/testing/evidence";
import { owing, releaseOf, sentFor } from "@pdiem/bridge/testing/payouts";
import { refusal } from "@pdiem/bridge/testing/refusal";
import {
  BENEFICIARY,
  bridgeWith,
  createWorld,
  exampleLedger,
  paymentOf,
  SENDER,
  toAccount,
  type World,
} from "@pdiem/bridge/testing/world";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { activation, createMachine, get, type Machine, post } from "@pdiem/enclave/testing/machine";
import { toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { trustedStateOf } from "@pdiem/light-client/diem/epochs/trusted-state";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveCustody, provePayments } from "@pdiem/relayer/chains/diem/payments";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { prove } from "../enclave/evidence.js";
import {
  itemsOf,
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
  const world = createWorld();
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.parachain.approve(anchorOf(bridgeId(provenConfig), exampleLedger));
  world.diem.received.push(...payments.map(paymentOf));
  return world;
};

const settleProven = (world: World, items: Items, options?: DiemOptions) => {
  const { facts } = verifyFacts(provenConfig, initialHeads(provenConfig), proveWorld(world, options));
  return settle({ ...bridgeWith(exampleLedger), config: provenConfig }, facts, items);
};

describe("what the original pDiem's contract got wrong", () => {
  it("an unsigned latest ledger info, with an epoch change and `more`, proves nothing", async () => {
    const enclave = await startSealed(machine);
    const honest = prove(worldWith(1), 5);
    const { ledgerInfo } = decode(ledgerInfoWithSignatures, prove(worldWith(2), 5).diem.latest);
    const later = { ...ledgerInfo, commitInfo: { ...ledgerInfo.commitInfo, epoch: 7n } };
    const { ledgerInfos } = decode(epochChangeProof, honest.diem.epochChangeProof);
    const forged = {
      ...prove(worldWith(2), 5).diem,
      latest: encode(ledgerInfoWithSignatures, { ledgerInfo: later, signatures: [] }).slice(),
      epochChangeProof: encode(epochChangeProof, { ledgerInfos, more: true }).slice(),
    };
    const reply = await post(enclave, "/v1/settle", settleRequest({ ...honest, diem: forged }, itemsOf(0, 1)));
    expect(reply).toEqual(refusedWith(409, "refused/behind-heads"));
    expect(await post(enclave, "/v1/settle", settleRequest(honest, itemsOf(0)))).toMatchObject({ status: 200 });
  });

  it("the VM status is checked: an event of an aborted transaction is refused, however well it is proven", () => {
    const items = itemsOf(0);
    expect(settleProven(worldOf({}), items).deposits).toMatchObject([{ type: "minted" }]);
    for (const status of [
      { type: "moveAbort", value: { location: { type: "script", value: undefined }, code: 1288n } },
      { type: "outOfGas", value: undefined },
      { type: "miscellaneousError", value: undefined },
    ] as const)
      expect(refusal(() => settleProven(worldOf({}), items, { status }))).toBe("proof/event-status");
  });

  it("the currency is checked: each is minted as its own asset, and one that isn't bridged as none", () => {
    const settled = settleProven(worldOf({ currency: "XDX", amount: 1_000n }, { currency: "COIN" }), itemsOf(0, 1));
    expect(settled.deposits).toMatchObject([{ type: "minted" }, { type: "kept" }]);
    expect(settled.ledger.currencies.map(({ minted }) => minted.used)).toEqual([0n, 1_000n]);
  });

  it("no caller sets the trust root: it is part of the configuration that the bridge's id is the hash of", async () => {
    const other = {
      ...exampleConfig,
      diem: { ...exampleConfig.diem, waypoint: { version: 0n, value: filled(32, 9) } },
    };
    const enclave = await machine.start();
    const first = await post(enclave, "/v1/activate", activation(formatBridgeConfig(other)));
    expect(first.body.bridgeId).toBe(`0x${toHex(bridgeId(other))}`);
    expect(first.body.bridgeId).not.toBe(`0x${toHex(bridgeId(exampleConfig))}`);
    const second = await post(enclave, "/v1/activate", activation(formatBridgeConfig(exampleConfig)));
    expect(second).toEqual(refusedWith(409, expect.stringMatching(/^(sealed|refused)\//)));
    expect((await get(enclave, "/v1/status")).body.active).toMatchObject({ bridgeId: first.body.bridgeId });
  });

  it("nothing is refunded by a timeout: what is owed stays owed until its payment is proven", () => {
    const owed = [releaseOf()];
    const ledger = owing(owed);
    const item = { index: 0n, release: proveLeaf(RELEASES, owed, 0) };
    const at = (time: bigint, sequenceNumber: bigint, paid: boolean) => {
      const world = createWorld(ledger);
      world.setTime(ledger.time + time);
      world.diem.custody = { balances: { XUS: 10_000n, XDX: 0n }, account: { sequenceNumber } };
      world.diem.setAccount(SENDER, {});
      world.parachain.setAccount(BENEFICIARY, {});
      if (paid) world.diem.sent.push(sentFor(0n));
      return world;
    };
    const pay = (world: World) => payout(bridgeWith(ledger), world.facts(), item).transaction;
    const signed = pay(at(HOUR, 9n, false));
    const yearLater = at(9_000n * HOUR, 9n, false);
    expect(refusal(() => settle(bridgeWith(ledger), yearLater.facts(), NO_ITEMS))).toMatch(/^refused\//);
    expect(pay(yearLater).sequenceNumber).toBe(signed.sequenceNumber);
    expect(refusal(() => pay(at(2n * HOUR, 10n, true)))).toBe("refused/paid-since");
  });

  it("nothing is written before it is verified: a bad proof leaves the enclave as if it had never come", async () => {
    const enclave = await startSealed(machine);
    const untouched = await startActivated(await machine.clone());
    const honest = prove(worldWith(2), 5);
    const { events } = prove(worldWith(3), 6).diem;
    const bad = settleRequest({ ...honest, diem: { ...honest.diem, events } }, itemsOf(0));
    expect(await post(enclave, "/v1/settle", bad)).toEqual(refusedWith(422, expect.stringMatching(/^proof\//)));
    const [after, never] = [
      await post(enclave, "/v1/settle", settleRequest(honest, itemsOf(0))),
      await post(untouched, "/v1/settle", settleRequest(honest, itemsOf(0))),
    ];
    expect(after).toMatchObject({ status: 200 });
    expect(after.body.extrinsic).toBe(never.body.extrinsic);
  });

  it("nothing that a caller sends stops the enclave: it is refused with a code, and the next request is served", async () => {
    const enclave = await startSealed(machine);
    const request = settleRequest(prove(worldWith(1), 5), itemsOf(0));
    const parts = Object.keys(request);
    const bodies = fc.oneof(
      fc.jsonValue(),
      fc.tuple(fc.constantFrom(...parts), fc.jsonValue()).map(([part, value]) => ({ ...request, [part]: value })),
      fc
        .constantFrom(...parts)
        .map((part) => Object.fromEntries(Object.entries(request).filter(([name]) => name !== part))),
    );
    const verbs = fc.constantFrom("/v1/activate", "/v1/advance", "/v1/genesis", "/v1/settle");
    await fc.assert(
      fc.asyncProperty(verbs, bodies, async (verb, body) => {
        const reply = await post(enclave, verb, body);
        expect(reply.status).toBeGreaterThanOrEqual(400);
        expect(reply.status).toBeLessThan(500);
        expect(reply.body.code).toMatch(/^(decode|request|refused|proof|sealed)\//);
      }),
      { numRuns: 150 },
    );
    expect(await post(enclave, "/v1/settle", request)).toMatchObject({ status: 200 });
  });

  it("no two payments that can both execute share a sequence number, nor two batches a nonce and an anchor", () => {
    const owed = [releaseOf(), releaseOf({ amount: 600n })];
    const ledger = owing(owed);
    const pay = (index: number, sequenceNumber: bigint, ...paid: bigint[]) => {
      const world = createWorld(ledger);
      world.diem.custody = { balances: { XUS: 10_000n, XDX: 0n }, account: { sequenceNumber } };
      world.diem.setAccount(SENDER, {});
      world.diem.sent.push(...paid.map((one) => sentFor(one)));
      const item = { index: BigInt(index), release: proveLeaf(RELEASES, owed, index) };
      return payout(bridgeWith(ledger), world.facts(), item).transaction.sequenceNumber;
    };
    expect([pay(0, 9n), pay(1, 9n)]).toEqual([9n, 9n]);
    expect(pay(1, 10n, 0n)).toBe(10n);
    const batches = [0, 1].map((number) => settleProven(worldOf({}, { amount: 2_000n }), itemsOf(number)));
    expect(batches.map(({ nonce }) => nonce)).toEqual([exampleLedger.nonce, exampleLedger.nonce]);
    expect(batches[0]?.calls[0]).toEqual(batches[1]?.calls[0]);
    expect(batches[0]?.anchor).not.toEqual(batches[1]?.anchor);
  });

  it("no key is in the source, and each enclave makes its own", async () => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const literals = ["light-client", "bridge", "enclave", "relayer"].flatMap((part) =>
      readdirSync(`${root}/${part}/src`, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts") && !/\.test\.ts$|(^|[/\\])testing[/\\]/.test(name))
        .flatMap(
          (name) => readFileSync(`${root}/${part}/src/${name}`, "utf8").match(/\b(?:0x)?[0-9a-fA-F]{64}\b/g) ?? [],
        ),
    );
    const points = readFileSync(`${root}/light-client/src/crypto/small-order.ts`, "utf8");
    const genesisBlockId = "5e10bad45b35ed929cd6d2c7098b135d02dd259ae88a8d09f4eb5fbae9a6f6e4";
    expect(literals.filter((one) => one !== genesisBlockId && !points.includes(one))).toEqual([]);
    const replies = await Promise.all(
      [machine, await machine.clone()].map(async (one) => post(await one.start(), "/v1/activate", activation())),
    );
    expect(new Set(replies.map(({ body }) => body.custodyKey)).size).toBe(2);
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
