import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { depositAddress } from "@pdiem/bridge-client/deposit/deposit-address";
import { DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { runCli } from "@pdiem/relayer/cli/cli";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  depositAddressOf,
  metadataFor,
  type RelayedBridge,
  rawFor,
  startRelayedBridge,
} from "./support/relayed-bridge.js";

const FEE = 10_000n;
const REFUND_FEE = 20_000n;
/** A window that doesn't end while this runs. */
const DECADE = "315360000000";

let bridge: RelayedBridge;

interface AccountView {
  readonly index: number;
  readonly proof: { readonly path: readonly string[]; readonly ledger: string };
}

const addressOf = (index: bigint): string => depositAddress(bridge.config, index);

/** The same proof under a ledger whose time is another. */
const forged = ({ proof }: AccountView): AccountView["proof"] => ({
  ...proof,
  ledger: (proof.ledger.startsWith("0") ? "1" : "0") + proof.ledger.slice(1),
});

beforeAll(async () => {
  bridge = await startRelayedBridge({
    limits: {
      currencies: DEFAULT_LIMITS.currencies.map((currency) => ({
        ...currency,
        windows: { ...currency.windows, mint: { length: DECADE, amount: "600000000" } },
      })),
    },
  });
});

afterAll(() => bridge.stop());

/** Deposits are numbered in the order in which they execute. */
let next = 0;

const pay = async (amount: bigint, metadata: Uint8Array): Promise<number> => {
  const { status } = await bridge.pay("XUS", amount, metadata);
  expect(status).toBe("executed");
  return next++;
};

const outcome = async (number: number) => {
  const { result, waitingFor } = await bridge.ended(number);
  return result?.outcome ?? waitingFor;
};

const pdiem = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const said = { out: "", err: "" };
  const code = await runCli([...args, "--config", bridge.relayerFile], {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
};

describe("a deposit", () => {
  it("arrives at an address that its owner registered", async () => {
    const account = randomBytes(32);
    const [address = ""] = await bridge.register([account]);
    const number = await pay(1_000_000n, metadataFor(address));
    expect(await bridge.ended(number)).toMatchObject({ stage: "finalized", result: { outcome: "minted" } });
    expect(await bridge.balances("XUS", [account])).toEqual([1_000_000n - FEE]);
  });

  it("arrives at an address that the command line registered and checked for itself", async () => {
    const account = randomBytes(32);
    const { code, out } = await pdiem("deposit-address", account.toString("hex"), "--json");
    expect(code).toBe(0);
    const { address, checked } = JSON.parse(out);
    expect(checked).toBe(true);
    expect(await outcome(await pay(1_000_000n, metadataFor(address)))).toBe("minted");
    expect(await bridge.balances("XUS", [account])).toEqual([1_000_000n - FEE]);
  });

  it("arrives at an account that its payer names by its 32 bytes", async () => {
    const account = randomBytes(32);
    const number = await pay(2_000_000n, rawFor(account));
    expect(await outcome(number)).toBe("minted");
    expect(await bridge.balances("XUS", [account])).toEqual([2_000_000n - FEE]);
  });

  it.each([
    ["garbage as metadata", 1_000_000n, Uint8Array.of(0xff, 1, 2, 3)],
    ["no metadata", 1_000_000n, new Uint8Array()],
    ["an index that nobody registered", 1_000_000n, metadataFor(depositAddressOf(999n))],
    ["too large an amount", 500_000_001n, rawFor(new Uint8Array(32).fill(5))],
  ])("with %s is owed back to its payer", async (_, amount, metadata) => {
    const number = await pay(amount, metadata);
    expect(await bridge.ended(number)).toMatchObject({
      result: { outcome: "refunded", amount: (amount - REFUND_FEE).toString() },
    });
  });

  it("of less than the minimum makes no batch: the next one owes it back, or keeps what the refund's fee leaves nothing of", async () => {
    const refunded = await pay(99_999n, rawFor(randomBytes(32)));
    const kept = await pay(REFUND_FEE, rawFor(randomBytes(32)));
    expect(await outcome(await pay(1_000_000n, rawFor(randomBytes(32))))).toBe("minted");
    expect(await bridge.ended(refunded)).toMatchObject({
      result: { outcome: "refunded", amount: (99_999n - REFUND_FEE).toString() },
    });
    expect(await bridge.ended(kept)).toMatchObject({ result: { outcome: "kept" } });
  });

  it("that Diem aborts is none: in a currency that custody doesn't hold, or without the money", async () => {
    const before = (await bridge.ask<StatusView>("/api/status")).ledger?.deposits.admitted;
    expect((await bridge.pay("XUS", 10n ** 15n, rawFor(randomBytes(32)))).status).not.toBe("executed");
    expect((await bridge.pay("XDX", 1_000_000n, rawFor(randomBytes(32)))).status).not.toBe("executed");
    const account = randomBytes(32);
    const number = await pay(1_000_000n, rawFor(account));
    expect(number).toBe(Number(before));
    expect(await outcome(number)).toBe("minted");
  });

  it("above what is left of the window waits and says so, and others pass it by", async () => {
    const account = randomBytes(32);
    const first = await pay(400_000_000n, rawFor(account));
    expect(await outcome(first)).toBe("minted");
    const blocked = await pay(300_000_000n, rawFor(account));
    expect(await outcome(blocked)).toBe("room in the mint window");
    const other = await pay(1_000_000n, rawFor(account));
    expect(await outcome(other)).toBe("minted");
    expect(await bridge.balances("XUS", [account])).toEqual([401_000_000n - 2n * FEE]);
    expect((await bridge.transfer(blocked)).result).toBeUndefined();
  });
});

describe("accrued fees", () => {
  const accrued = async () => (await bridge.ask<StatusView>("/api/status")).ledger?.currencies ?? [];

  it("are minted to the fee account by a batch of their own once they are claimed", async () => {
    const { feeAccount } = bridge.config;
    const before = BigInt((await accrued())[0]?.feesAccrued ?? 0);
    expect(before).toBeGreaterThan(0n);
    expect(await bridge.balances("XUS", [feeAccount])).toEqual([0n]);
    const supply = await bridge.supply("XUS");
    const { code, out } = await pdiem("claim-fees", "XUS");
    expect(code).toBe(0);
    expect(out).toBe(
      `XUS: ${before}, in smallest units, with the next batch to 0x${Buffer.from(feeAccount).toString("hex")}`,
    );
    await eventually(async () => ((await accrued())[0]?.feesAccrued === "0" ? true : undefined));
    expect(await bridge.balances("XUS", [feeAccount])).toEqual([before]);
    expect(await bridge.supply("XUS")).toBe(supply + before);
    const done = await eventually(async () => {
      const { currencies } = await bridge.ask<{ currencies: { isClaimed: boolean }[] }>("/api/fee-claims");
      return currencies.every(({ isClaimed }) => !isClaimed) ? currencies : undefined;
    });
    expect(done).toMatchObject([{ code: "XUS", accrued: "0" }, { code: "XDX" }]);
  });

  it("can't be claimed where none have accrued, or of a currency that isn't bridged", async () => {
    expect((await pdiem("claim-fees", "XDX")).err).toMatch(/^refused\/no-fees/);
    expect((await pdiem("claim-fees", "XXX")).err).toMatch(/^refused\/unknown-currency/);
  });
});

describe("an address from a relayer that lies", () => {
  it.each([
    ["gives another account's address", (view: AccountView) => ({ ...view, index: 0, address: addressOf(0n) })],
    [
      "gives another custody's address",
      (view: AccountView) => ({ ...view, address: depositAddressOf(BigInt(view.index)) }),
    ],
    ["shows a ledger that isn't in force", (view: AccountView) => ({ ...view, proof: forged(view) })],
  ])("and %s is not shown to anybody", async (_, lie) => {
    await bridge.register([randomBytes(32)]);
    const server = createServer(async (request, response) => {
      const body = request.method === "POST" ? JSON.stringify({ account: "00".repeat(32) }) : undefined;
      const headers = { "content-type": "application/json" };
      const honest = await fetch(`${bridge.relayerUrl}${request.url}`, {
        headers,
        ...(body && { method: "POST", body }),
      });
      const answer = (await honest.json()) as { registered?: AccountView };
      const changed = answer.registered === undefined ? answer : { ...answer, registered: lie(answer.registered) };
      response.writeHead(honest.status, headers).end(JSON.stringify(changed));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const account = randomBytes(32).toString("hex");
    await bridge.register([Buffer.from(account, "hex")]);
    const { code, out } = await pdiem(
      "deposit-address",
      account,
      "--api",
      `http://127.0.0.1:${port}`,
      "--timeout",
      "2",
    );
    server.closeAllConnections();
    server.close();
    expect(code).not.toBe(0);
    expect(out).toBe("");
  });
});
