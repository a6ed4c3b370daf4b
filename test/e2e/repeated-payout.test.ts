import { randomBytes } from "node:crypto";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Evidence } from "@pdiem/bridge/facts/proof-bundle";
import { formatItems, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { readJournalEntry } from "@pdiem/bridge-client/journal/journal";
import { connectOperator } from "@pdiem/devnet/asset-hub/operator";
import { FREEZER_URI } from "@pdiem/devnet/local-bridge/bridge-defaults";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { call } from "@pdiem/devnet/testing/rpc";
import type { SettleRequest } from "@pdiem/enclave/api";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { type EventWithProof, eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import type { ContractEvent } from "@pdiem/light-client/diem/state/event";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { include, ledgerOf, openBridge, settleRequest } from "./support/batches.js";
import { createPayer, deposit } from "./support/deposits.js";
import { type Devnet, startDevnet } from "./support/devnet.js";
import { prove } from "./support/evidence.js";
import { type Owing, pay, payoutRequest, provePaid, provePayout, whyNotTaken } from "./support/payouts.js";
import { copyFiles, createBridge, type RunningEnclave, runEnclave, type TestBridge } from "./support/test-bridge.js";

const MAX_SKEW = 60_000n;
const BLOCK_TIME = 6_000n;
/** Too short to name a beneficiary. */
const NOBODY = new Uint8Array(1);
const REFUNDS = 8;
const USED = { code: -32001, message: expect.stringContaining("SEQUENCE_NUMBER_TOO_OLD") };
const EXPIRED = { code: -32001, message: expect.stringContaining("TRANSACTION_EXPIRED") };

let devnet: Devnet;
let bridge: TestBridge;
let payer: DiemWallet;
let owing: Owing;
/** By another machine's enclave with the same key. */
let clone: RunningEnclave;

/** Settles, and learns what is owed from then on. */
const settle = async (request: SettleRequest): Promise<void> => {
  const { config, issuer, assets, enclave } = bridge;
  const signed = await enclave.client.settle(request);
  await include(devnet, signed);
  const scope = { bridgeId: bridgeId(config), issuer, asset: assets[0], profiles: [config.parachain.profile] };
  const entry = readJournalEntry(scope, fromHex(signed.extrinsic));
  owing = { ledger: ledgerOf(signed), releases: [...owing.releases, ...(entry?.step.releases ?? [])] };
};

beforeAll(async () => {
  devnet = await startDevnet();
  const { firstLedger, ...open } = await openBridge(await createBridge(devnet, { maxSkew: MAX_SKEW }));
  bridge = open;
  owing = { ledger: firstLedger, releases: [] };
  payer = createPayer(devnet);
  for (let i = 0; i < REFUNDS; i++) await deposit(bridge, payer, NOBODY, 1_000_000n + BigInt(i));
  const numbers = Array.from({ length: REFUNDS }, (_, i) => BigInt(i));
  const evidence = await prove(bridge, { ledger: firstLedger, deposits: numbers, senders: [payer.address] });
  await settle(settleRequest(bridge, firstLedger, evidence, numbers));
  expect(owing.releases.length).toBe(REFUNDS);
  clone = await runEnclave(devnet, await copyFiles(devnet, bridge.enclave.files));
});
afterAll(() => devnet.close());

const ask = async ({ client }: RunningEnclave, index: number, evidence?: Evidence) =>
  client.payout(payoutRequest(owing, evidence ?? (await provePayout(bridge, owing)), index));

const refusal = (code: unknown) => ({ name: "EnclaveError", code });

describe("a payout asked for more than once", () => {
  it("is one payment, asked twice, of a clone and with the enclave's file put back", async () => {
    const { files, child } = bridge.enclave;
    const sealed = join(files.data, "sealed");
    await copyFile(sealed, `${sealed}.old`);
    const before = await provePayout(bridge, owing);
    const payments = [await ask(bridge.enclave, 0, before), await ask(bridge.enclave, 0, before)];
    payments.push(await ask(clone, 0, before));
    await devnet.produceBlocks(1);
    const later = await ask(clone, 0);
    await child.stop();
    await copyFile(`${sealed}.old`, sealed);
    const rolledBack = await runEnclave(devnet, files);
    bridge = { ...bridge, enclave: rolledBack };
    payments.push(await ask(rolledBack, 0, before));
    const [first] = payments;
    if (first === undefined) throw new RangeError("expected a payment");
    expect(new Set(payments.map(({ transaction }) => transaction))).toEqual(new Set([first.transaction]));
    expect(later.hash).not.toBe(first.hash);

    expect(await pay(bridge, later)).toBe("executed");
    expect(await whyNotTaken(bridge, first)).toMatchObject(USED);
    expect(await provePaid(bridge)).toEqual([0n]);
    for (const enclave of [rolledBack, clone])
      await expect(ask(enclave, 0)).rejects.toMatchObject(refusal("refused/paid-since"));
  });

  it("leaves one payment for each of two releases that two clones sign for one sequence number", async () => {
    const evidence = await provePayout(bridge, owing);
    const one = await ask(bridge.enclave, 1, evidence);
    const other = await ask(clone, 2, evidence);
    expect(other.sequenceNumber).toBe(one.sequenceNumber);
    expect(await pay(bridge, other)).toBe("executed");
    expect(await whyNotTaken(bridge, one)).toMatchObject(USED);
    await expect(ask(clone, 2)).rejects.toMatchObject(refusal("refused/paid-since"));
    expect(await pay(bridge, await ask(bridge.enclave, 1))).toBe("executed");
    expect(await provePaid(bridge)).toEqual([0n, 2n, 1n]);
  });

  it("is made again after it aborted, as its payee was frozen between proof and inclusion", async () => {
    const doomed = await ask(bridge.enclave, 3);
    devnet.diem.association.freeze(payer.address);
    expect(await pay(bridge, doomed)).toBe("moveAbort");
    expect(await provePaid(bridge)).toEqual([0n, 2n, 1n]);
    await expect(ask(bridge.enclave, 3)).rejects.toMatchObject(refusal("refused/payee-frozen"));
    devnet.diem.association.unfreeze(payer.address);
    const again = await ask(bridge.enclave, 3);
    expect(BigInt(again.sequenceNumber)).toBe(BigInt(doomed.sequenceNumber) + 1n);
    expect(await pay(bridge, again)).toBe("executed");
    expect(await provePaid(bridge)).toEqual([0n, 2n, 1n, 3n]);
  });

  it("is made again for the same sequence number once it has expired unused", async () => {
    const kept = await ask(bridge.enclave, 4);
    await devnet.produceBlocks(Number(MAX_SKEW / BLOCK_TIME) + 1);
    devnet.diem.chain.produceBlock();
    expect(await whyNotTaken(bridge, kept)).toMatchObject(EXPIRED);
    const again = await ask(bridge.enclave, 4);
    expect(again.sequenceNumber).toBe(kept.sequenceNumber);
    expect(await pay(bridge, again)).toBe("executed");
    expect(await provePaid(bridge)).toEqual([0n, 2n, 1n, 3n, 4n]);
  });
});

describe("custody's payments", () => {
  type Events = readonly Uint8Array[];

  const sentKeyOf = async ({ address }: DiemWallet): Promise<Uint8Array> => {
    const account = await call(devnet.diem.url, "get_account", [toHex(address)]);
    return fromHex((account as { readonly sent_events_key: string }).sent_events_key);
  };

  /** Each says that it is the other. */
  const exchanged = ([a, b, ...rest]: Events): Events => {
    const [first, second] = [a, b].map((bytes) => decode(eventWithProof, bytes ?? new Uint8Array()));
    if (first === undefined || second === undefined) throw new RangeError("expected two payments");
    const named = ({ event }: EventWithProof, { sequenceNumber }: ContractEvent) => ({ ...event, sequenceNumber });
    return [
      encode(eventWithProof, { ...first, event: named(first, second.event) }),
      encode(eventWithProof, { ...second, event: named(second, first.event) }),
      ...rest,
    ];
  };

  it.each<readonly [string, string, (sent: Events, received: Events) => Events]>([
    ["withheld", "proof/not-shown", (sent) => sent.slice(0, -1)],
    ["in each other's place", "proof/accumulator-root", exchanged],
    ["replaced by as many of another account's", "proof/not-shown", (_, others) => others],
  ])("%s are refused, whichever release is asked for", async (_, code, forge) => {
    const { ledger, releases } = owing;
    const evidence = await prove(bridge, {
      ledger,
      paidFrom: 0n,
      senders: releases.map(({ payee }) => payee),
      more: [{ key: await sentKeyOf(payer), from: 0n, to: 5n }],
    });
    const { events } = evidence.diem;
    const forged = forge(events.slice(0, 5), events.slice(5));
    expect(forged.length).toBeGreaterThan(3);
    for (const index of [0, 5])
      await expect(
        ask(clone, index, { ...evidence, diem: { ...evidence.diem, events: forged } }),
      ).rejects.toMatchObject(refusal(code));
  });

  it("in any order make the same payment", async () => {
    const evidence = await provePayout(bridge, owing);
    const events = evidence.diem.events.toReversed();
    const reordered = await ask(clone, 5, { ...evidence, diem: { ...evidence.diem, events } });
    expect(reordered.transaction).toBe((await ask(bridge.enclave, 5, evidence)).transaction);
  });
});

describe("a refund", () => {
  it("asked for again after its payment was folded into the ledger is refused", async () => {
    const beneficiary = randomBytes(32);
    await deposit(bridge, payer, beneficiary, 1_000_000n);
    const { ledger } = owing;
    const deposits = [BigInt(REFUNDS)];
    const shown = { ledger, deposits, beneficiaries: [beneficiary], paidFrom: ledger.paid.sent };
    const request = settleRequest(bridge, ledger, await prove(bridge, shown), deposits);
    const item = { number: BigInt(REFUNDS), account: undefined, release: undefined, paymentsBefore: undefined };
    await settle({ ...request, items: formatItems({ ...NO_ITEMS, deposits: [item], sentEvents: 5 }) });
    expect(owing.ledger.paid).toMatchObject({ sent: 5n, next: 5n, open: [] });
    for (const enclave of [bridge.enclave, clone])
      await expect(ask(enclave, 0)).rejects.toMatchObject(refusal("refused/already-paid"));
    expect(await pay(bridge, await ask(clone, 5))).toBe("executed");
    expect(await provePaid(bridge)).toEqual([0n, 2n, 1n, 3n, 4n, 5n]);
  });
});

describe("a payout signed from a block before the guardians' freeze", () => {
  it("has expired once the time that rule 2 allows is over, and none is signed from a later block", async () => {
    const early = await ask(bridge.enclave, 6);
    const late = await ask(bridge.enclave, 7);
    const freezer = await connectOperator({ url: devnet.assetHub.wsUrl, uri: FREEZER_URI });
    await freezer.freezeAsset(bridge.assets[0]);
    await freezer.close();
    await expect(ask(bridge.enclave, 6)).rejects.toMatchObject(refusal("refused/asset-frozen"));
    await devnet.produceBlocks(Number(MAX_SKEW / BLOCK_TIME) + 1);
    devnet.diem.chain.produceBlock();
    for (const payment of [early, late]) expect(await whyNotTaken(bridge, payment)).toMatchObject(EXPIRED);
    expect(await provePaid(bridge)).toEqual([0n, 2n, 1n, 3n, 4n, 5n]);
  });
});
