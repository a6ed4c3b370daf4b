/** Faults around money, Redis and the parachain, each with the alerts that fire for it. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import { signedTransaction, signRawTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { ISSUER_FUNDS } from "@pdiem/devnet/local-bridge/wrapped-assets";
import { call, eventually } from "@pdiem/devnet/testing/rpc";
import { createSealedStore } from "@pdiem/enclave/sealing/sealed-store";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAlerts, expectAlertsOf } from "../infra/support/expect-alerts.js";
import { type NarrowWays, openNarrowWays } from "./support/narrow-ways.js";
import { passTime } from "./support/pass-time.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { type SubmissionGate, startSubmissionGate } from "./support/submission-gate.js";
import { untilView } from "./support/traffic.js";
import { createHolder, type Holder } from "./support/withdrawals.js";

const AMOUNT = 1_000_000n;
/** Payments expire at once here: no block waits for the machine's time, ms. */
const MAX_LEAD = 3_600_000;
/** Genesis costs more than the rest, so that the issuer begins with less than its reserve. */
const GENESIS_COST = 1n;
const RESERVE = ISSUER_FUNDS - GENESIS_COST;

let bridge: RelayedBridge;
let narrow: NarrowWays;
/** The relayer's way to Diem. */
let gate: SubmissionGate;
let holder: Holder;
let paid = 0;

beforeAll(async () => {
  narrow = await openNarrowWays();
  bridge = await startRelayedBridge({
    substrate: { assetHub: { cadence: { maxLead: MAX_LEAD } } },
    limits: { reserve: RESERVE.toString(), genesisCost: GENESIS_COST.toString() },
    prepare: async ({ diem }) => {
      gate = await startSubmissionGate(diem.url);
    },
    relayerSettings: ({ diem, ...rest }) => narrow.narrowed({ ...rest, diem: { ...diem, urls: [gate.url] } }),
  });
  holder = await createHolder(bridge);
});

afterAll(async () => {
  await holder?.close();
  await bridge?.stop();
  gate?.close();
  await narrow?.close();
});

const pay = async (metadata = rawFor(randomBytes(32))): Promise<number> => {
  expect((await bridge.pay("XUS", AMOUNT, metadata)).status).toBe("executed");
  return paid++;
};

const minted = async (number: number): Promise<void> => {
  const outcome = () => bridge.transfer(number).then(({ result }) => result?.outcome);
  expect(await eventually(() => outcome().catch(() => undefined))).toBe("minted");
};

const fires = (...names: readonly string[]): Promise<void> => expectAlerts(bridge.relayerUrl, ...names);

describe("alerts of a bridge's money", () => {
  it("fire for an issuer whose funds have run out, though it still pays for batches", async () => {
    await minted(await pay(rawFor(holder.account)));
    await fires("PdiemIssuerLow", "PdiemIssuerAtReserve");
  });

  it("fire for batches that no node takes", async () => {
    narrow.node.takeAtMost(0);
    const number = await pay();
    const preimage = { payee: bridge.payer.address, subaddress: undefined, refundAccount: holder.account };
    await holder.sendTold([{ preimage, amount: AMOUNT / 2n }]);
    await fires("PdiemBatchNotTaken", "PdiemWithdrawalWaits");
    narrow.node.takeAtMost(Number.POSITIVE_INFINITY);
    await minted(number);
  });

  it("fire for jobs that fail again and again, as the enclave takes no request", async () => {
    narrow.door.takeAtMost(1_000);
    const number = await pay();
    await fires("PdiemJobErrors");
    narrow.door.takeAtMost(Number.POSITIVE_INFINITY);
    await minted(number);
  });

  it("fire for payments that expire, as nobody forwards them", async () => {
    const { maxSkew } = bridge.config;
    const withheld = new Promise<void>((resolve) => {
      gate.onSubmit(() => {
        resolve();
        return "withhold";
      });
    });
    for (let refunds = 0; refunds < 3; refunds++) await pay(new Uint8Array());
    await withheld;
    const expire = () => passTime(bridge, 2 * Number(maxSkew));
    await expectAlertsOf(bridge.relayerUrl, expire, "PdiemPayoutsExpire");
    gate.onSubmit(() => "forward");
    for (let number = paid - 3; number < paid; number++)
      await untilView(bridge, `deposit-${number}`, ({ payout }) => payout?.state === "paid");
  });

  it("fire for a Redis that throws away what it has no room for", async () => {
    const redis = new Redis(bridge.redisUrl);
    await redis.config("SET", "maxmemory-policy", "allkeys-lru");
    await fires("PdiemRedisEvicts");
    await redis.config("SET", "maxmemory-policy", "noeviction");
    redis.disconnect();
  });

  it("fire for custody's key in somebody else's hands", async () => {
    const { folder, config, chains } = bridge;
    await minted(await pay());
    const tee = simulatedTee(join(folder, "machine"));
    const opened = await createSealedStore(tee, join(folder, "enclave", "sealed")).load(bridgeId(config));
    if (opened?.role !== "holder") throw new Error("expected the enclave's sealed key");
    const { custody, chainId } = config.diem;
    const account = await call(chains.diem.url, "get_account", [toHex(custody)]);
    const raw = {
      sender: custody,
      sequenceNumber: BigInt((account as { readonly sequence_number: number }).sequence_number),
      payload: peerToPeer({
        payee: bridge.payer.address,
        currency: "XUS",
        amount: AMOUNT,
        metadata: new Uint8Array(),
        metadataSignature: new Uint8Array(),
      }),
      maxGasAmount: 1_000_000n,
      gasUnitPrice: 0n,
      gasCurrencyCode: "XUS",
      expirationTimestampSecs: BigInt(Math.floor(Date.now() / 1000) + 3_600),
      chainId,
    };
    await call(chains.diem.url, "submit", [toHex(encode(signedTransaction, signRawTransaction(raw, opened.seed)))]);
    const stolen = () =>
      call(chains.diem.url, "get_account_transaction", [toHex(custody), Number(raw.sequenceNumber), false]);
    expect(await eventually(async () => (await stolen()) ?? undefined)).toMatchObject({
      vm_status: { type: "executed" },
    });
    // Its release is born with the number that was used.
    await pay(new Uint8Array());
    await fires("PdiemReservesShort");
    // The next batch would count it as paid.
    await pay();
    await fires("PdiemKeyMisused");
  });
});
