import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { encodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { startRedis } from "@pdiem/devnet/local-bridge/redis";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { runCli } from "@pdiem/relayer/cli/cli";
import type { DecisionsView } from "@pdiem/relayer/views/decisions-view";
import type { ReservesView } from "@pdiem/relayer/views/reserves-view";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import type { TransferView } from "@pdiem/relayer/views/transfer-view";
import type { WaitingView } from "@pdiem/relayer/views/waiting-view";
import type { WithdrawalAccountView } from "@pdiem/relayer/views/withdrawal-account-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findRedis } from "../../scripts/redis.mjs";
import { expectAlertsOf } from "../infra/support/expect-alerts.js";
import { startAnotherRelayer } from "./support/another-relayer.js";
import { emptyRedis } from "./support/empty-redis.js";
import { pdiemDone, writeGuardianKeys } from "./support/pdiem.js";
import { type RelayedBridge, startRelayedBridge } from "./support/relayed-bridge.js";
import { type SubmissionGate, startSubmissionGate } from "./support/submission-gate.js";
import { accountOf, createHolder, type Holder, received, wrap } from "./support/withdrawals.js";

const FEE = 20_000n;
const REFUND_FEE = 20_000n;
const MINIMUM = 100_000n;
const LARGE = 30_000_000n;
/** Between what is withdrawn plainly and that, in micro-XDX; and what Diem starts with. */
const LOW_LIMIT = 3_000_000n;
const HIGH_LIMIT = 1_000_000_000n;

let bridge: RelayedBridge;
/** The relayers' way to Diem. */
let gate: SubmissionGate;
let holder: Holder;

beforeAll(async () => {
  bridge = await startRelayedBridge({
    prepare: async ({ diem }) => {
      gate = await startSubmissionGate(diem.url);
    },
    relayerSettings: (settings) => ({ ...settings, diem: { ...settings.diem, urls: [gate.url] } }),
  });
  holder = await createHolder(bridge);
  await wrap(bridge, holder, 100_000_000n);
  await eventually(async () =>
    (await bridge.balances("XUS", [holder.account]))[0] === 99_990_000n ? true : undefined,
  );
});

afterAll(async () => {
  await holder?.close();
  await bridge?.stop();
  await gate?.close();
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const newPayee = (): DiemWallet => createAccount(bridge.chains.diem, 1_000_000n, "A payee");

/** For the parts of a preimage that a test doesn't care for. */
const SOMEBODY = randomBytes(32);

const payeeOf = (wallet: DiemWallet, refundAccount: Uint8Array = SOMEBODY): WithdrawalPreimage => ({
  payee: wallet.address,
  subaddress: undefined,
  refundAccount,
});

const present = ({ payee, refundAccount }: WithdrawalPreimage) =>
  bridge.ask<Pick<WithdrawalAccountView, "account" | "currencies">>("/api/v1/withdrawals", {
    payee: hex(payee),
    refundAccount: hex(refundAccount),
  });

const view = (preimage: WithdrawalPreimage, ordinal = 0): Promise<TransferView> =>
  bridge.ask(`/api/v1/transfers/withdrawal-${hex(accountOf(bridge, preimage))}-XUS-${ordinal}`);

const until = (
  preimage: WithdrawalPreimage,
  holds: (one: TransferView) => boolean,
  ordinal = 0,
): Promise<TransferView> =>
  eventually(async () => {
    const one = await view(preimage, ordinal).catch(() => undefined);
    return one !== undefined && holds(one) ? one : undefined;
  });

const ended = (preimage: WithdrawalPreimage, ordinal = 0): Promise<TransferView> =>
  until(preimage, ({ result }) => result !== undefined, ordinal);

/** Asks for the reserves that the relayer proves; again where the ledger moves on meanwhile. */
const reserves = (): Promise<ReservesView> =>
  eventually(() => bridge.ask<ReservesView>("/api/v1/reserves").catch(() => undefined));

/** How each transfer ended that a relayer knows of. */
const results = async (url: string): Promise<ReadonlyMap<string, object>> => {
  const response = await fetch(`${url}/api/v1/transfers?limit=1000`);
  const { transfers } = (await response.json()) as { transfers: readonly { id: string; result?: object }[] };
  return new Map(transfers.flatMap(({ id, result }) => (result === undefined ? [] : [[id, result] as const])));
};

describe("a withdrawal", () => {
  it("is burned, paid on Diem and confirmed by its proven event", async () => {
    const wallet = newPayee();
    const preimage = payeeOf(wallet);
    const { account, currencies } = await present(preimage);
    expect(account).toBe(hex(accountOf(bridge, preimage)));
    expect(currencies).toMatchObject([{ code: "XUS", isSufficient: true }, { code: "XDX" }]);
    const before = await bridge.supply("XUS");
    await holder.send({ preimage, amount: 1_000_000n });
    expect(await ended(preimage)).toMatchObject({
      stage: "finalized",
      result: { outcome: "paid", amount: "980000" },
      payout: { state: "paid", version: expect.stringMatching(/^[0-9]+$/) },
    });
    expect(await received(bridge, wallet)).toEqual([980_000]);
    expect(await bridge.supply("XUS")).toBe(before - 1_000_000n);
  });

  it("that nobody was told of is paid once its preimage is presented", async () => {
    const wallet = newPayee();
    const preimage = payeeOf(wallet);
    await holder.send({ preimage: preimage, amount: 500_000n });
    await expect(view(preimage)).rejects.toThrow("404");
    await present(preimage);
    expect(await ended(preimage)).toMatchObject({ result: { outcome: "paid", amount: "480000" } });
    expect(await received(bridge, wallet)).toEqual([480_000]);
  });

  it("is found by the remark that stands next to its transfer", async () => {
    const wallet = newPayee();
    const preimage = payeeOf(wallet, randomBytes(32));
    await holder.sendTold([{ preimage, amount: 300_000n }]);
    expect(await ended(preimage)).toMatchObject({ result: { outcome: "paid", amount: "280000" } });
    expect(await received(bridge, wallet)).toEqual([280_000]);
  });

  it("below the minimum waits for more and says how much", async () => {
    const preimage = payeeOf(newPayee());
    await present(preimage);
    await holder.send({ preimage, amount: MINIMUM - 30_000n });
    const waits = await until(preimage, ({ waitingFor }) => /^30000 XUS more/.test(waitingFor ?? ""));
    expect(waits).toMatchObject({ stage: "proven" });
    await holder.send({ preimage: preimage, amount: 30_000n });
    expect(await ended(preimage)).toMatchObject({ result: { outcome: "paid", amount: String(MINIMUM - FEE) } });
  });

  it("to a payee who doesn't exist is given back to its refund account", async () => {
    const refundAccount = randomBytes(32);
    const preimage = { payee: randomBytes(16), subaddress: undefined, refundAccount };
    await present(preimage);
    await holder.send({ preimage: preimage, amount: 400_000n });
    expect(await ended(preimage)).toMatchObject({
      result: { outcome: "given-back", amount: "380000", to: hex(refundAccount) },
    });
    expect(await bridge.balances("XUS", [refundAccount])).toEqual([380_000n]);
  });
});

describe("what is owed on Diem", () => {
  it("is paid back to the sender of a deposit that can't be minted", async () => {
    const sender = createAccount(bridge.chains.diem, 10_000_000n, "A sender");
    const payee = bridge.config.diem.custody;
    const { status, version } = await sender.pay({
      payee,
      currency: "XUS",
      amount: 700_000n,
      metadata: Uint8Array.of(1),
    });
    expect(status).toBe("executed");
    const refunded = await eventually(async () => {
      const { transfers } = await bridge.ask<{ transfers: readonly TransferView[] }>("/api/v1/transfers");
      const one = transfers.find((each) => each.kind === "deposit" && each.payment?.version === String(version));
      return one?.payout?.state === "paid" ? one : undefined;
    });
    expect(refunded).toMatchObject({ result: { outcome: "refunded", amount: "680000" } });
    expect(await received(bridge, sender)).toEqual([Number(700_000n - REFUND_FEE)]);
  });

  it("to payees who can't be paid any more after the burn aborts on Diem and is given back; others pass them by, whatever Redis forgets", async () => {
    const small = payeeOf(newPayee());
    await present(small);
    await holder.send({ preimage: small, amount: MINIMUM - 1n });
    const decision = join(bridge.folder, "decision.json");
    const [key = ""] = writeGuardianKeys(bridge.folder);
    const config = ["--config", bridge.relayerFile];
    await pdiemDone("guardian", "propose", "pause", "--out", decision, ...config);
    await pdiemDone("guardian", "sign", decision, "--key", key, ...config);
    await pdiemDone("guardian", "submit", decision, ...config);

    const { association } = bridge.chains.diem;
    const [wallet, attesting] = [newPayee(), newPayee()];
    const [frozen, attested] = [payeeOf(wallet, randomBytes(32)), payeeOf(attesting, randomBytes(32))];
    const others = [payeeOf(newPayee()), payeeOf(newPayee())];
    // All in one batch, paid in its order, once the payees are what they are by then.
    const changed = gate.beforeNext(() => {
      association.freeze(wallet.address);
      association.setDualAttestationLimit(LOW_LIMIT);
    });
    const plain = [frozen, ...others].map((preimage) => ({ preimage, amount: 600_000n }));
    await holder.sendTold([...plain.slice(0, 2), { preimage: attested, amount: LARGE }, ...plain.slice(2)]);
    await changed;
    await emptyRedis(bridge.redisUrl);
    for (const preimage of others) expect(await ended(preimage)).toMatchObject({ result: { outcome: "paid" } });
    for (const [preimage, burned] of [
      [frozen, 600_000n],
      [attested, LARGE],
    ] as const) {
      const { refundAccount } = preimage;
      expect(await ended(preimage)).toMatchObject({
        result: { outcome: "given-back", to: hex(refundAccount), amount: String(burned - FEE) },
        payout: { state: "ended" },
      });
      expect(await bridge.balances("XUS", [refundAccount])).toEqual([burned - FEE]);
    }
    association.setDualAttestationLimit(HIGH_LIMIT);
    for (const payee of [wallet, attesting]) expect(await received(bridge, payee)).toEqual([]);
    await until(small, ({ at }) => at !== undefined);
    const { pending } = await bridge.ask<DecisionsView>("/api/v1/decisions");
    expect(pending).toMatchObject([{ signatures: 1 }]);
    await holder.send({ preimage: small, amount: 1n });
    expect(await ended(small)).toMatchObject({ result: { outcome: "paid", amount: String(MINIMUM - FEE) } });
  });

  it("to the frozen sender of a deposit waits after its payment aborted, and is released anew once it can be paid", async () => {
    const sender = createAccount(bridge.chains.diem, 10_000_000n, "A sender");
    const { association } = bridge.chains.diem;
    const frozen = gate.beforeNext(() => association.freeze(sender.address));
    const payment = {
      payee: bridge.config.diem.custody,
      currency: "XUS",
      amount: 700_000n,
      metadata: Uint8Array.of(1),
    };
    expect((await sender.pay(payment)).status).toBe("executed");
    await expectAlertsOf(bridge.relayerUrl, () => frozen, "PdiemPayoutsAbort");
    const { waiting } = await eventually(async () => {
      const view = await bridge.ask<WaitingView>("/api/v1/waiting");
      return view.count === 1 ? view : undefined;
    });
    expect(waiting).toMatchObject([{ kind: "release", currency: "XUS", amount: "680000" }]);
    const id = waiting[0]?.transfer ?? "";
    expect(await bridge.ask<TransferView>(`/api/v1/transfers/${id}`)).toMatchObject({
      result: { outcome: "refunded" },
      payout: { state: "aborted" },
    });
    association.unfreeze(sender.address);
    const again = await eventually(async () => {
      const view = await bridge.ask<TransferView>(`/api/v1/transfers/${id}`);
      return view.payout?.state === "paid" ? view : undefined;
    });
    expect(again.payout?.release).toBeGreaterThan(waiting[0]?.release ?? Number.POSITIVE_INFINITY);
    expect(await received(bridge, sender)).toEqual([680_000]);
    expect((await bridge.ask<WaitingView>("/api/v1/waiting")).count).toBe(0);
  });
});

describe("the command line", () => {
  const run = async (...args: readonly string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const [command = "", ...rest] = args;
    const code = await runCli([command, "--config", bridge.relayerFile, ...rest], {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
    });
    return { code, out: out.join("\n"), err: err.join("\n") };
  };

  it("derives a withdrawal account and makes it known", async () => {
    const wallet = newPayee();
    const refundAccount = randomBytes(32);
    const preimage = { payee: wallet.address, subaddress: new Uint8Array(8).fill(1), refundAccount };
    const address = encodeAccountIdentifier("tdm", preimage.payee, preimage.subaddress);
    const { code, out } = await run("withdraw-address", address, "--refund", hex(refundAccount));
    expect(code).toBe(0);
    expect(out).toBe(`0x${hex(accountOf(bridge, preimage))}`);
    await holder.send({ preimage, amount: 250_000n });
    expect(await ended(preimage)).toMatchObject({ result: { outcome: "paid", amount: "230000" } });
  });

  it("refuses an account that doesn't follow from its own configuration, and an address of another network", async () => {
    const { account, ...rest } = await present(payeeOf(newPayee()));
    const liar = createServer((_, response) => {
      response.end(JSON.stringify({ ...rest, account: `${account.slice(0, -2)}00` }));
    }).listen(0, "127.0.0.1");
    await once(liar, "listening");
    const { port } = liar.address() as AddressInfo;
    const refund = ["--refund", hex(SOMEBODY)];
    const lied = await run("withdraw-address", hex(newPayee().address), ...refund, "--api", `http://127.0.0.1:${port}`);
    liar.close();
    expect(lied).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/^proof\/withdrawal-account/) });
    const foreign = await run("withdraw-address", encodeAccountIdentifier("dm", newPayee().address), ...refund);
    expect(foreign).toMatchObject({ code: 2, out: "" });
  });

  it("proves that custody covers what is owed", async () => {
    const { code, out } = await run("reserves", "--json");
    expect(code).toBe(0);
    const { isCovered, currencies }: ReservesView = JSON.parse(out);
    expect(isCovered).toBe(true);
    const [xus] = currencies;
    if (xus === undefined) throw new RangeError("expected XUS");
    const amount = (text: string): bigint => BigInt(text);
    expect(amount(xus.supply)).toBe(await bridge.supply("XUS"));
    expect(amount(xus.custody) + amount(xus.paidSince)).toBe(
      [xus.supply, xus.owed, xus.fees, xus.surplus].map(amount).reduce((sum, one) => sum + one),
    );
    expect(await reserves()).toMatchObject({ isCovered: true });
    const { checks } = await bridge.ask<{ checks: { reserves: object } }>("/readyz");
    expect(checks.reserves).toMatchObject({ ok: true, detail: expect.stringMatching(/^above all that is owed: XUS/) });
  });
});

describe("a relayer killed in the middle of a payout, its Redis emptied", () => {
  it("pays exactly once, and tells the history from the chains", async () => {
    const wallets = Array.from({ length: 4 }, newPayee);
    const preimages = wallets.map((wallet) => payeeOf(wallet));
    let killed: Promise<void> | undefined;
    const signed = gate.beforeNext(() => {
      killed = bridge.relayer().kill();
    });
    await holder.sendTold(preimages.map((preimage) => ({ preimage, amount: 1_000_000n })));
    await signed;
    await killed;
    await emptyRedis(bridge.redisUrl);
    await bridge.restartRelayer();
    for (const wallet of wallets) {
      expect(await ended(payeeOf(wallet))).toMatchObject({ result: { outcome: "paid", amount: "980000" } });
      expect(await received(bridge, wallet)).toEqual([980_000]);
    }
    const last = payeeOf(newPayee());
    await holder.sendTold([{ preimage: last, amount: 200_000n }]);
    expect(await ended(last)).toMatchObject({ result: { outcome: "paid" } });
    const { ledger } = await bridge.ask<StatusView>("/api/v1/status");
    expect(Number(ledger?.releases.unpaid)).toBe(0);
  });
});

describe("two relayers that race", () => {
  it.each([
    ["queues of its own", "second", 6],
    ["the same queues", "pdiem", 3],
  ])("pay each release once, each with %s", async (_, prefix, payees) => {
    const { child: second } = await startAnotherRelayer(bridge, prefix);
    try {
      const wallets = Array.from({ length: payees }, newPayee);
      await holder.sendTold(wallets.map((wallet) => ({ preimage: payeeOf(wallet), amount: 200_000n })));
      for (const wallet of wallets) {
        expect(await ended(payeeOf(wallet))).toMatchObject({ result: { outcome: "paid" } });
        expect(await received(bridge, wallet)).toEqual([180_000]);
      }
      expect(await reserves()).toMatchObject({ isCovered: true });
    } finally {
      await second.stop();
    }
  });
});

describe("a relayer started from nothing on another machine", () => {
  it("completes what the first left in mid-flight, and tells the whole history", async () => {
    const wallets = Array.from({ length: 4 }, newPayee);
    const preimages = wallets.map((wallet) => payeeOf(wallet));
    const before = await results(bridge.relayerUrl);
    await holder.sendTold(preimages.map((preimage) => ({ preimage, amount: 300_000n })));
    await eventually(async () => {
      const views = await Promise.all(preimages.map((preimage) => view(preimage).catch(() => undefined)));
      return views.some((one) => one?.payout !== undefined) ? true : undefined;
    });
    await bridge.relayer().kill();

    const folder = mkdtempSync(join(tmpdir(), "pdiem-elsewhere-"));
    const redis = await startRedis(findRedis(), join(folder, "redis.log"));
    const on = { folder, redis: redis.url };
    const { child: relayer, url } = await startAnotherRelayer(bridge, "elsewhere", on);
    try {
      const ids = preimages.map((preimage) => `withdrawal-${hex(accountOf(bridge, preimage))}-XUS-0`);
      const now = await eventually(async () => {
        const found = await results(url).catch(() => new Map<string, object>());
        return ids.every((id) => found.has(id)) ? found : undefined;
      });
      for (const id of ids) expect(now.get(id)).toMatchObject({ outcome: "paid", amount: "280000" });
      for (const wallet of wallets) expect(await received(bridge, wallet)).toEqual([280_000]);
      expect(before.size).toBeGreaterThan(20);
      for (const [id, result] of before) expect({ id, ...now.get(id) }).toEqual({ id, ...result });
    } finally {
      await relayer.stop();
      await redis.child?.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
