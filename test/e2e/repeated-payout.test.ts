import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import type { Items } from "@pdiem/bridge/settlement/items";
import type { History } from "@pdiem/bridge-client/journal/history";
import { connectOperator } from "@pdiem/devnet/asset-hub/operator";
import { FREEZER_URI } from "@pdiem/devnet/local-bridge/bridge-defaults";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { call } from "@pdiem/devnet/testing/rpc";
import type { SignedPayment } from "@pdiem/enclave/wire/signing";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { type EventWithProof, eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import type { ContractEvent } from "@pdiem/light-client/diem/state/event";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { historyAfter, include, nextDeposits, openBridge, settleRequest } from "./support/batches.js";
import { createPayer, deposit } from "./support/deposits.js";
import { type Devnet, startDevnet } from "./support/devnet.js";
import { included, pay, payoutRequest, provePaid, provePayout, submit, whyNotTaken } from "./support/payouts.js";
import { prove, type Shown } from "./support/proofs.js";
import { copyFiles, createBridge, type RunningEnclave, runEnclave, type TestBridge } from "./support/test-bridge.js";

const MAX_SKEW = 120_000n;
const BLOCK_TIME = 6_000n;
/** Too short to name a beneficiary. */
const NOBODY = new Uint8Array(1);
const REFUNDS = 10;
const USED = { code: -32001, message: expect.stringContaining("SEQUENCE_NUMBER_TOO_OLD") };
const EXPIRED = { code: -32001, message: expect.stringContaining("TRANSACTION_EXPIRED") };

let devnet: Devnet;
let bridge: TestBridge;
let payer: DiemWallet;
/** What is in force, and all that was ever owed. */
let history: History;
/** By another machine's enclave with the same key. */
let clone: RunningEnclave;

/** Settles, and learns what is owed from then on. */
const settle = async (items: Items, shown: Shown): Promise<void> => {
  const proofs = await prove(bridge, { ledger: history.ledger, ...shown });
  const signed = await bridge.enclave.client.settle(settleRequest(bridge, history, proofs, items));
  await include(devnet, signed);
  history = historyAfter(bridge, history, signed);
};

beforeAll(async () => {
  devnet = await startDevnet();
  const { first, ...open } = await openBridge(await createBridge(devnet, { maxSkew: MAX_SKEW }));
  bridge = open;
  history = first;
  payer = createPayer(devnet);
  for (let i = 0; i < REFUNDS; i++) await deposit(bridge, payer, NOBODY, 1_000_000n + BigInt(i));
  const deposits = Array.from({ length: REFUNDS }, (_, i) => BigInt(i));
  await settle(nextDeposits(REFUNDS), { deposits, payees: [payer.address] });
  expect(history.releases.length).toBe(REFUNDS);
  clone = await runEnclave(devnet, await copyFiles(devnet, bridge.enclave.files));
});
afterAll(() => devnet.close());

const askAll = async (
  { client }: RunningEnclave,
  indexes: readonly number[],
  proofs?: ProofBundle,
): Promise<readonly SignedPayment[]> =>
  (await client.payout(payoutRequest(history, proofs ?? (await provePayout(bridge, history)), indexes))).payments;

const ask = async (enclave: RunningEnclave, index: number, proofs?: ProofBundle): Promise<SignedPayment> => {
  const [payment] = await askAll(enclave, [index], proofs);
  if (payment === undefined) throw new RangeError("expected a payment");
  return payment;
};

const refusal = (code: unknown) => ({ name: "EnclaveError", code });

describe("a payout asked for more than once", () => {
  it("is one payment, asked twice, of a clone and with the enclave's file put back", async () => {
    const { files, child } = bridge.enclave;
    const sealed = join(files.data, "sealed");
    await copyFile(sealed, `${sealed}.old`);
    const before = await provePayout(bridge, history);
    const payments = [await ask(bridge.enclave, 0, before), await ask(bridge.enclave, 0, before)];
    payments.push(await ask(clone, 0, before));
    // Another minute: another expiry.
    await devnet.produceBlocks(Number(60_000n / BLOCK_TIME));
    const later = await ask(clone, 0);
    await child.stop();
    await copyFile(`${sealed}.old`, sealed);
    const rolledBack = await runEnclave(devnet, files);
    bridge = { ...bridge, enclave: rolledBack };
    payments.push(await ask(rolledBack, 0, before));
    const [first] = payments;
    if (first === undefined) throw new RangeError("expected a payment");
    expect(new Set(payments.map(({ transaction }) => toHex(transaction)))).toEqual(new Set([toHex(first.transaction)]));
    expect(later.hash).not.toEqual(first.hash);
    expect(later.sequenceNumber).toBe(first.sequenceNumber);

    expect(await pay(bridge, later)).toBe("executed");
    expect(await whyNotTaken(bridge, first)).toMatchObject(USED);
    expect(await provePaid(bridge)).toEqual([0n]);
    for (const enclave of [rolledBack, clone])
      await expect(ask(enclave, 0)).rejects.toMatchObject(refusal("refused/number-used"));
  });

  it("is one payment for each release, whichever clone signs which and in whatever order they come", async () => {
    const proofs = await provePayout(bridge, history);
    const [two, one] = [await ask(bridge.enclave, 2, proofs), await ask(clone, 1, proofs)];
    expect(two.sequenceNumber).toBe(one.sequenceNumber + 1n);
    await submit(bridge, two);
    expect(await provePaid(bridge)).toEqual([0n]);
    await submit(bridge, one);
    expect(await Promise.all([one, two].map((payment) => included(bridge, payment)))).toEqual(["executed", "executed"]);
    expect(await provePaid(bridge)).toEqual([0n, 1n, 2n]);
    await expect(ask(clone, 2)).rejects.toMatchObject(refusal("refused/number-used"));
  });

  it("is never made again after it aborted, as its payee was frozen: it comes to wait, and those after it pass", async () => {
    const [doomed, next] = await askAll(bridge.enclave, [3, 4]);
    if (doomed === undefined || next === undefined) throw new RangeError("expected two payments");
    devnet.diem.association.freeze(payer.address);
    expect(await pay(bridge, doomed)).toBe("moveAbort");
    await expect(ask(bridge.enclave, 3)).rejects.toMatchObject(refusal("refused/number-used"));
    devnet.diem.association.unfreeze(payer.address);
    expect(await pay(bridge, next)).toBe("executed");
    expect(await provePaid(bridge)).toEqual([0n, 1n, 2n, 4n]);
  });

  it("is made again for the same sequence number once it has expired unused", async () => {
    const kept = await ask(bridge.enclave, 5);
    await devnet.produceBlocks(Number(MAX_SKEW / BLOCK_TIME) + 1);
    devnet.diem.chain.produceBlock();
    expect(await whyNotTaken(bridge, kept)).toMatchObject(EXPIRED);
    const again = await ask(bridge.enclave, 5);
    expect(again.sequenceNumber).toBe(kept.sequenceNumber);
    expect(await pay(bridge, again)).toBe("executed");
    expect(await provePaid(bridge)).toEqual([0n, 1n, 2n, 4n, 5n]);
  });
});

describe("the fold of custody's payments", () => {
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

  /** Six releases are through: five paid, one aborted. */
  const FOLD: Items = { ...nextDeposits(0), fold: 6 };

  it.each<readonly [string, string, (sent: Events, received: Events) => Events]>([
    ["withheld", "proof/not-shown", (sent) => sent.slice(0, -1)],
    ["in each other's place", "proof/accumulator-root", exchanged],
    ["replaced by as many of another account's", "proof/not-shown", (_, others) => others],
  ])("is refused with payments %s", async (_, code, forge) => {
    const proofs = await prove(bridge, {
      ledger: history.ledger,
      paidFrom: 0n,
      more: [{ key: await sentKeyOf(payer), from: 0n, to: 5n, numbers: [0n, 1n, 2n, 3n, 4n] }],
    });
    const { events } = proofs.diem;
    const forged = forge(events.slice(0, 5), events.slice(5));
    expect(forged.length).toBeGreaterThan(3);
    const asked = settleRequest(bridge, history, { ...proofs, diem: { ...proofs.diem, events: forged } }, FOLD);
    await expect(clone.client.settle(asked)).rejects.toMatchObject(refusal(code));
  });

  it("gives the same batch whatever order they are shown in", async () => {
    const proofs = await prove(bridge, { ledger: history.ledger, paidFrom: 0n });
    const reordered = { ...proofs, diem: { ...proofs.diem, events: proofs.diem.events.toReversed() } };
    const asked = [proofs, reordered].map((shown) => settleRequest(bridge, history, shown, FOLD));
    const [one, other] = await Promise.all(asked.map((request) => clone.client.settle(request)));
    expect(other?.extrinsic).toEqual(one?.extrinsic);
  });

  it("lets what aborted wait, and refuses to sign for any number that is used", async () => {
    await settle(FOLD, { paidFrom: 0n });
    expect(history.ledger.paid).toEqual({ releases: 6n, events: 5n });
    expect(history.waiting).toEqual([{ type: "release", value: 3n }]);
    for (const enclave of [bridge.enclave, clone])
      await expect(ask(enclave, 0)).rejects.toMatchObject(refusal("refused/number-used"));
    expect(await pay(bridge, await ask(clone, 6))).toBe("executed");
    expect(await provePaid(bridge)).toEqual([0n, 1n, 2n, 4n, 5n, 6n]);
  });

  it("has a refund that aborted released anew once its payee can be paid", async () => {
    const leaf = history.releases[3];
    if (leaf === undefined) throw new RangeError("expected the release that aborted");
    const release = { index: 3n, leaf, path: history.trees.releases.path(3n) };
    const waiting = [{ index: 0n, path: history.trees.waiting.path(0n), content: { type: "release", value: release } }];
    await settle({ ...nextDeposits(0), waiting } as Items, { payees: [payer.address] });
    expect(history.releases.slice(REFUNDS)).toEqual([leaf]);
    expect([...history.cleared]).toEqual([0n]);
  });
});

describe("a payout signed from a block before the guardians' freeze", () => {
  it("has expired once the time that rule 2 allows is over, and none is signed from a later block", async () => {
    const kept = await askAll(bridge.enclave, [7, 8]);
    const freezer = await connectOperator({ url: devnet.assetHub.wsUrl, uri: FREEZER_URI });
    await freezer.freezeAsset(bridge.assets[0]);
    await freezer.close();
    await expect(ask(bridge.enclave, 7)).rejects.toMatchObject(refusal("refused/asset-frozen"));
    await devnet.produceBlocks(Number(MAX_SKEW / BLOCK_TIME) + 1);
    devnet.diem.chain.produceBlock();
    for (const payment of kept) expect(await whyNotTaken(bridge, payment)).toMatchObject(EXPIRED);
    expect(await provePaid(bridge)).toEqual([0n, 1n, 2n, 4n, 5n, 6n]);
  });
});
