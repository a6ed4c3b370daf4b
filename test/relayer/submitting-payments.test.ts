/** What the enclave signed for Diem, handed to nodes of which some are at fault. */
import { randomBytes } from "node:crypto";
import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import { signedTransaction, signRawTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { call, eventually } from "@pdiem/devnet/testing/rpc";
import type { SignedPayment } from "@pdiem/enclave/wire/signing";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { type NodeFault, nodeFaults } from "@pdiem/relayer/chains/rpc/node-fault";
import { createPaymentSubmitter, type PaymentSubmitter } from "@pdiem/relayer/jobs/payout/submit-payments";
import { createLog } from "@pdiem/relayer/log";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Fault, type FaultyNode, misbehaveOn, type Request, startFaultyNode } from "./support/faulty-node.js";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 1_000_000 };
const SUBMIT = /^submit$/;

let diem: RunningDiem;
let payee: AccountAddress;
let seed: Uint8Array;
let payer: AccountAddress;
let now = 0;
const nodes: FaultyNode[] = [];

beforeAll(async () => {
  diem = await startDiem({ blockInterval: 20 });
  payee = createAccount(diem, 0n, "A payee").address;
});
beforeEach(() => {
  seed = randomBytes(32);
  payer = createAccount(diem, 1_000_000_000n, "Custody", seed).address;
});
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
});
afterAll(() => diem.close());

const node = async (fault?: Fault): Promise<FaultyNode> => {
  const made = await startFaultyNode(diem.url);
  made.behave = misbehaveOn(SUBMIT, fault);
  nodes.push(made);
  return made;
};

const submitterFor = (...some: readonly FaultyNode[]): PaymentSubmitter => {
  const client = createDiemClient(createEndpoints(some.map(({ url }) => url)), BOUNDS);
  return createPaymentSubmitter(client.nodes, createLog("silent"), () => now);
};

const payment = (index: number, lifeSeconds = 3_600): SignedPayment => {
  const expirationTimestampSecs = BigInt(Math.floor(Date.now() / 1000) + lifeSeconds);
  const raw = {
    sender: payer,
    sequenceNumber: BigInt(index),
    payload: peerToPeer({
      payee,
      currency: "XUS",
      amount: 1n,
      metadata: new Uint8Array(),
      metadataSignature: new Uint8Array(),
    }),
    maxGasAmount: 1_000_000n,
    gasUnitPrice: 0n,
    gasCurrencyCode: "XUS",
    expirationTimestampSecs,
    chainId: diem.chainId,
  };
  const transaction = encode(signedTransaction, signRawTransaction(raw, seed)).slice();
  const sequenceNumber = BigInt(index);
  const hash = new Uint8Array(32);
  return { index: BigInt(index), sequenceNumber, expirationTimestampSecs, transaction, hash, share: undefined };
};

const due = (count: number, isStill = false) => ({
  payments: Array.from({ length: count }, (_, i) => payment(i)),
  isStill,
});

/** Nothing is proven yet at this time of Diem's, ms. */
const at = (time: number, next = 0n) => ({ next, time: BigInt(time) });

const used = (count: number): Promise<true> =>
  eventually(async () => {
    const account = (await call(diem.url, "get_account", [toHex(payer)])) as { sequence_number: number };
    return account.sequence_number === count ? true : undefined;
  });

const swallow = misbehaveOn(SUBMIT, { type: "result", result: null });
const faultsOf = (submitter: PaymentSubmitter): readonly NodeFault[] =>
  nodeFaults("diem", "writes", submitter.standings());
const submissions = ({ asked }: FaultyNode): number => asked.filter((method) => SUBMIT.test(method)).length;
const refusal = (code: number, message: string, data: unknown = null): Fault => ({
  type: "error",
  code,
  message,
  data,
});

describe("payments that the preferred node doesn't take", () => {
  it.each<[string, Fault, string]>([
    ["gas above its bound", refusal(-32001, "MAX_GAS_UNITS_EXCEEDS", { StatusCode: 12 }), "rpc/payment"],
    ["its mempool full", refusal(-32008, "Mempool is full"), "rpc/payment"],
    ["no mempool at all", refusal(-32000, "Server error: Internal"), "rpc/payment"],
    ["expired, as only it says", refusal(-32001, "TRANSACTION_EXPIRED", { StatusCode: 6 }), "rpc/payment"],
    ["asked too often", { type: "status", status: 429, headers: { "retry-after": "30" } }, "rpc/busy"],
    ["garbage", { type: "text", text: "<html>busy</html>" }, "rpc/malformed"],
    ["closed", { type: "close" }, "rpc/unreachable"],
  ])("%s, are taken by the next at once, and the first is told", async (_, fault, code) => {
    const [first, second] = [await node(fault), await node()];
    const submitter = submitterFor(first, second);
    const { taken } = await submitter.handOver(due(3), at(0));
    expect(taken).toEqual([0n, 1n, 2n]);
    await used(3);
    expect(faultsOf(submitter)).toMatchObject([{ code, node: new URL(first.url).host }]);
    expect(submissions(second)).toBe(3);
  });

  it("are told with every node's words where none takes them", async () => {
    const submitter = submitterFor(await node(refusal(-32001, "GAS A")), await node(refusal(-32008, "FULL B")));
    await expect(submitter.handOver(due(1), at(0))).rejects.toMatchObject({
      code: "rpc/payment",
      retry: "backoff",
      message: expect.stringMatching(/GAS A.*FULL B/),
    });
  });

  it("are signed again only where all nodes say that they are expired", async () => {
    const expired = refusal(-32001, "TRANSACTION_EXPIRED", { StatusCode: 6 });
    const submitter = submitterFor(await node(expired), await node(expired));
    expect(await submitter.handOver(due(2), at(0))).toMatchObject({ taken: [], expired: [0n, 1n] });
  });
});

describe("a node that takes payments and forwards none", () => {
  it("is left once they are executed by another, is told, and is returned to", async () => {
    const [first, second] = [await node(), await node()];
    first.behave = swallow;
    const submitter = submitterFor(first, second);
    expect((await submitter.handOver(due(2), at(0))).taken).toEqual([0n, 1n]);
    now += 3_000;
    submitter.judge(at(3_000));
    await submitter.handOver(due(2, true), at(3_000));
    await used(2);
    now += 500;
    submitter.judge(at(3_500, 2n));
    expect(faultsOf(submitter)).toMatchObject([{ code: "rpc/no-effect", node: new URL(first.url).host }]);

    await submitter.handOver({ payments: [payment(2)], isStill: false }, at(3_500));
    await used(3);
    submitter.judge(at(4_000, 3n));
    expect([submissions(first), submissions(second)]).toEqual([4, 3]);

    first.behave = () => undefined;
    now += 61_000;
    await submitter.handOver({ payments: [payment(3)], isStill: false }, at(70_000));
    await used(4);
    submitter.judge(at(70_100, 4n));
    expect([submissions(first), submissions(second)]).toEqual([5, 3]);
    expect(faultsOf(submitter)).toEqual([]);
  });

  it("is told where it is alone, by Diem's proven time, and handed them again", async () => {
    const only = await node();
    only.behave = swallow;
    const submitter = submitterFor(only);
    await submitter.handOver(due(1), at(0));
    now += 20_000;
    submitter.judge(at(10_000));
    expect(faultsOf(submitter)).toEqual([]);
    submitter.judge(at(15_000));
    expect(faultsOf(submitter)).toMatchObject([
      { code: "rpc/no-effect", reason: expect.stringContaining("aren't executed") },
    ]);
    only.behave = () => undefined;
    expect((await submitter.handOver(due(1, true), at(15_000))).taken).toEqual([0n]);
    await used(1);
    submitter.judge(at(16_000, 1n));
    expect(faultsOf(submitter)).toEqual([]);
  });

  it("isn't blamed while Diem stands still, nor where its payments are executed before others have them", async () => {
    const [first, second] = [await node(), await node()];
    const submitter = submitterFor(first, second);
    await submitter.handOver(due(1), at(0));
    now += 600_000;
    submitter.judge(at(0));
    expect(faultsOf(submitter)).toEqual([]);
    await used(1);
    submitter.judge(at(1, 1n));
    expect(faultsOf(submitter)).toEqual([]);
  });
});

describe("a payment", () => {
  it("reaches nodes as the bytes that were signed", async () => {
    const only = await node();
    const got: string[] = [];
    only.behave = (request: Request) => {
      if (SUBMIT.test(request.method)) got.push(String(request.params[0]));
      return swallow(request);
    };
    // No codec could write these again.
    const transaction = randomBytes(100);
    await submitterFor(only).handOver({ payments: [{ ...payment(0), transaction }], isStill: false }, at(0));
    expect(got).toEqual([toHex(transaction)]);
  });
});
