import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connectOperator, devAccount } from "@pdiem/devnet/asset-hub/operator";
import { DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { call, eventually } from "@pdiem/devnet/testing/rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";

const FEE = 10_000n;
const REFUND_FEE = 20_000n;
const EXISTENCE = 1_000_000_000_000n;
const NON_SUFFICIENT = 7777;
const REAPED_URI = "//Reaped";

let bridge: RelayedBridge;

beforeAll(async () => {
  bridge = await startRelayedBridge({
    limits: {
      currencies: DEFAULT_LIMITS.currencies.map((currency) =>
        currency.code === "XUS" ? { ...currency, assetId: NON_SUFFICIENT } : currency,
      ),
    },
    prepare: ({ operator: { account, createAsset } }) =>
      createAsset({
        id: NON_SUFFICIENT,
        owner: account,
        issuer: account,
        admin: account,
        freezer: account,
        minBalance: 10_000n,
      }),
  });
});

afterAll(() => bridge.stop());

/** Resolves once so many extrinsics wait for a block. */
const untilPooled = (count: number): Promise<true> =>
  eventually(async () => {
    const pool = await call(bridge.chains.assetHub.url, "author_pendingExtrinsics", []);
    return Array.isArray(pool) && pool.length === count ? true : undefined;
  });

describe("a deposit of an asset that isn't sufficient", () => {
  it("is owed back to its payer where the account doesn't exist on the parachain", async () => {
    expect((await bridge.pay("XUS", 1_000_000n, rawFor(randomBytes(32)))).status).toBe("executed");
    expect(await bridge.ended(0)).toMatchObject({
      result: { outcome: "refunded", amount: (1_000_000n - REFUND_FEE).toString() },
    });
  });

  it("is owed back when the account vanishes between proof and inclusion; what it was settled with is minted", async () => {
    const reaped = devAccount(REAPED_URI).publicKey;
    const other = randomBytes(32);
    const { operator, assetHub } = bridge.chains;
    await operator.fundAccount(reaped, EXISTENCE);
    await operator.fundAccount(other, EXISTENCE);
    const holder = await connectOperator({ url: assetHub.wsUrl, uri: REAPED_URI });
    const { number } = assetHub.head().header;
    await eventually(() => (assetHub.finalized().header.number >= number ? true : undefined));
    // The relayer finds both deposits at once, and proves both accounts, while the next block's
    // first extrinsic is to reap one.
    await bridge.relayer().stop();
    assetHub.pause();
    const gone = holder.reap(operator.account);
    await untilPooled(1);
    const receipts = await Promise.all([reaped, other].map((who) => bridge.pay("XUS", 1_000_000n, rawFor(who))));
    expect(receipts.map(({ status }) => status)).toEqual(["executed", "executed"]);
    await bridge.restartRelayer();
    await untilPooled(2);
    await assetHub.produceBlock();
    assetHub.resume();
    await gone;
    await holder.close();
    const ended = await Promise.all([bridge.ended(1), bridge.ended(2)]);
    expect(ended.map(({ result }) => result?.outcome).sort()).toEqual(["minted", "refunded"]);
    expect(await bridge.balances("XUS", [reaped, other])).toEqual([0n, 1_000_000n - FEE]);
    expect(readFileSync(join(bridge.folder, "relayer.log"), "utf8")).toContain("batch reverted");
  });
});
