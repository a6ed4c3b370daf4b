import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connectOperator, devAccount } from "@pdiem/devnet/asset-hub/operator";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { certificateDoor } from "@pdiem/devnet/local-bridge/guarded-door";
import { call, eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import { runCli } from "@pdiem/relayer/cli/cli";
import { runCommand } from "@pdiem/relayer/cli/testing/run-command";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALERTS_WATCHED, expectAlertsOf } from "../infra/support/expect-alerts.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { accountOf, createHolder, type Holder, wrap } from "./support/withdrawals.js";

const XDX = 1985;
const MIN_BALANCE = 10_000n;
/** Plenty of the parachain's own token, 12 decimals. */
const NATIVE = 1_000_000_000_000n;
const FEE = 10_000n;
const REFUND_FEE = 20_000n;
const REAPED_URI = "//Reaped";

let bridge: RelayedBridge;
let holder: Holder;

beforeAll(async () => {
  bridge = await startRelayedBridge({
    // XUS is made by `pdiem assets create`.
    assets: [{ id: XDX, minBalance: MIN_BALANCE }],
    byCommands: true,
    // Commands and relayer both show a certificate.
    door: certificateDoor,
  });
  holder = await createHolder(bridge);
  await wrap(bridge, holder, 10_000_000n);
  await eventually(async () => ((await bridge.balances("XUS", [holder.account]))[0] === 9_990_000n ? true : undefined));
});

afterAll(async () => {
  await holder?.close();
  await bridge?.stop();
});

interface Withdrawal {
  readonly result?: { readonly outcome: string; readonly amount: string };
}

const ended = (account: Uint8Array, ordinal: number): Promise<Withdrawal> =>
  eventually(async () => {
    const path = `/api/v1/transfers/withdrawal-${toHex(account)}-XUS-${ordinal}`;
    const one = await bridge.ask<Withdrawal>(path).catch(() => undefined);
    return one?.result === undefined ? undefined : one;
  });

describe("a bridge that was set up by pdiem's own commands", () => {
  it("is found ready by them, before genesis and after", async () => {
    const set = readFileSync(join(bridge.folder, "set-up.log"), "utf8");
    expect(set).toMatch(/done {4}XUS: make the asset.*final in block/);
    for (const part of ["assets", "custody"])
      expect(await runCommand(part, "check", "--config", bridge.relayerFile)).toMatchObject({
        code: 0,
        out: expect.stringContaining("READY"),
      });
  });
});

describe("a withdrawal of an asset that keeps no account alive", () => {
  it("is told what else to send, fails whole without it, and is paid with it", async () => {
    const { address } = createAccount(bridge.chains.diem, 0n, "A payee");
    const preimage = { payee: address, subaddress: undefined, refundAccount: holder.account };
    const account = accountOf(bridge, preimage);
    await expect(holder.send({ preimage, amount: 1_000_000n })).rejects.toThrow();

    const args = ["--refund", toHex(holder.account), "--config", bridge.relayerFile];
    const err: string[] = [];
    const output = { out: () => undefined, err: (text: string) => err.push(text) };
    expect(await runCli(["withdraw-address", toHex(address), ...args], output)).toBe(0);
    const [, told = ""] =
      /asset 1984 .* existential deposit \(([0-9]+), as the relayer's node says\)/.exec(err[0] ?? "") ?? [];
    expect(err[1]).toMatch(/asset 1985 for XDX$/);
    const deposit = BigInt(told);
    expect(deposit).toBeGreaterThan(0n);

    await expect(holder.sendWithDeposit({ preimage, amount: 1_000_000n }, deposit - 1n)).rejects.toThrow();
    expect(await bridge.balances("XUS", [holder.account, account])).toEqual([9_990_000n, 0n]);
    await holder.sendWithDeposit({ preimage, amount: 1_000_000n }, deposit);
    expect(await ended(account, 0)).toMatchObject({ result: { outcome: "paid", amount: "980000" } });
    await holder.send({ preimage, amount: 500_000n });
    expect(await ended(account, 1)).toMatchObject({ result: { outcome: "paid", amount: "480000" } });
    expect(await bridge.balances("XUS", [holder.account, account])).toEqual([8_490_000n, 0n]);
    expect(await bridge.supply("XUS")).toBe(8_490_000n);
  });
});

describe("fees of an asset that keeps no account alive", () => {
  interface Fees {
    readonly currencies: readonly { accrued: string; isClaimed: boolean; waitingFor?: string }[];
  }

  const fees = () => bridge.ask<Fees>("/api/v1/fee-claims");

  const until = (holds: (one: Fees["currencies"][number]) => boolean) =>
    eventually(async () => {
      const [xus] = (await fees()).currencies;
      return xus !== undefined && holds(xus) ? xus : undefined;
    });

  it("wait, holding up nobody, until the fee account can receive them", async () => {
    const { feeAccount } = bridge.config;
    // The minimum, which is worth a batch of its own.
    for (let i = 0; i < 5; i++) await wrap(bridge, holder, 1_000_000n);
    expect(await until(({ accrued }) => accrued === "100000")).toMatchObject({ isClaimed: false });
    await bridge.ask("/api/v1/fee-claims", { currencies: ["XUS"] });
    const waits = await until(({ waitingFor }) => waitingFor !== undefined);
    expect(waits).toMatchObject({ isClaimed: true, waitingFor: expect.stringMatching(/^refused\/not-receivable/) });
    const { address } = createAccount(bridge.chains.diem, 0n, "Another payee");
    const preimage = { payee: address, subaddress: undefined, refundAccount: holder.account };
    await holder.sendWithDeposit({ preimage, amount: 1_000_000n }, NATIVE);
    expect(await ended(accountOf(bridge, preimage), 0)).toMatchObject({ result: { outcome: "paid" } });
    expect(await bridge.balances("XUS", [feeAccount])).toEqual([0n]);
    await bridge.chains.operator.fundAccount(feeAccount, NATIVE);
    expect(await until(({ isClaimed }) => !isClaimed)).toMatchObject({ accrued: "0" });
    expect(await bridge.balances("XUS", [feeAccount])).toEqual([120_000n]);
  });
});

/** Resolves once so many extrinsics wait for a block. */
const untilPooled = (count: number): Promise<true> =>
  eventually(async () => {
    const pool = await call(bridge.chains.assetHub.url, "author_pendingExtrinsics", []);
    return Array.isArray(pool) && pool.length === count ? true : undefined;
  });

describe("a deposit of an asset that isn't sufficient", () => {
  it("is owed back to its payer where the account doesn't exist on the parachain", async () => {
    expect((await bridge.pay("XUS", 1_000_000n, rawFor(randomBytes(32)))).status).toBe("executed");
    expect(await bridge.ended(6)).toMatchObject({
      result: { outcome: "refunded", amount: (1_000_000n - REFUND_FEE).toString() },
    });
  });

  it("is owed back when the account vanishes between proof and inclusion; what it was settled with is minted", async () => {
    const reaped = devAccount(REAPED_URI).publicKey;
    const other = randomBytes(32);
    const { operator, assetHub } = bridge.chains;
    await operator.fundAccount(reaped, NATIVE);
    await operator.fundAccount(other, NATIVE);
    const leaver = await connectOperator({ url: assetHub.wsUrl, uri: REAPED_URI });
    const { number } = assetHub.head().header;
    await eventually(() => (assetHub.finalized().header.number >= number ? true : undefined));
    // The relayer finds both deposits at once, and proves both accounts, while the next block's
    // first extrinsic is to reap one.
    await bridge.relayer().stop();
    assetHub.pause();
    const gone = leaver.reap(operator.account);
    await untilPooled(1);
    const receipts = await Promise.all([reaped, other].map((who) => bridge.pay("XUS", 1_000_000n, rawFor(who))));
    expect(receipts.map(({ status }) => status)).toEqual(["executed", "executed"]);
    await bridge.restartRelayer();
    await untilPooled(2);
    await assetHub.produceBlock();
    assetHub.resume();
    await gone;
    await leaver.close();
    const ends = await Promise.all([bridge.ended(7), bridge.ended(8)]);
    expect(ends.map(({ result }) => result?.outcome).sort()).toEqual(["minted", "refunded"]);
    expect(await bridge.balances("XUS", [reaped, other])).toEqual([0n, 1_000_000n - FEE]);
    expect(readFileSync(join(bridge.folder, "relayer.log"), "utf8")).toContain("batch reverted");
  });

  it.runIf(ALERTS_WATCHED)("has an alert fire where it goes on so", async () => {
    const { operator, assetHub } = bridge.chains;
    const vanish = async (uri: string, deposit: number): Promise<void> => {
      const leaver = await connectOperator({ url: assetHub.wsUrl, uri });
      await operator.fundAccount(leaver.account, NATIVE);
      const { number } = assetHub.head().header;
      await eventually(() => (assetHub.finalized().header.number >= number ? true : undefined));
      assetHub.pause();
      const gone = leaver.reap(operator.account);
      await untilPooled(1);
      expect((await bridge.pay("XUS", 1_000_000n, rawFor(leaver.account))).status).toBe("executed");
      await untilPooled(2);
      await assetHub.produceBlock();
      assetHub.resume();
      await gone;
      await leaver.close();
      expect((await bridge.ended(deposit)).result?.outcome).toBe("refunded");
    };
    const twice = async (): Promise<void> => {
      await vanish("//Gone", 9);
      await vanish("//Gone too", 10);
    };
    await expectAlertsOf(bridge.relayerUrl, twice, "PdiemBatchesFail");
  });
});
