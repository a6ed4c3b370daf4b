import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { depositAddress } from "@pdiem/bridge-client/deposit/deposit-address";
import { createEnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { nodeTransport } from "@pdiem/bridge-client/enclave/node-transport";
import { createLoopback } from "@pdiem/bridge-client/testing/loopback";
import { DEFAULT_LIMITS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuardianDesk, openDesk } from "./support/guardians.js";
import { pdiem as pdiemOf, type Ran } from "./support/pdiem.js";
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

const runOn = (config: string, ...args: readonly string[]): Promise<Ran> => pdiemOf(...args, "--config", config);

const pdiem = (...args: readonly string[]): Promise<Ran> => runOn(bridge.relayerFile, ...args);

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
    const before = (await bridge.ask<StatusView>("/api/v1/status")).ledger?.deposits.admitted;
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
  const accrued = async () => (await bridge.ask<StatusView>("/api/v1/status")).ledger?.currencies ?? [];

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
      const { currencies } = await bridge.ask<{ currencies: { isClaimed: boolean }[] }>("/api/v1/fee-claims");
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

const readText = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
};

describe("the enclave, verified from outside", () => {
  let desk: GuardianDesk;

  beforeAll(() => {
    desk = openDesk(bridge);
  });

  const verify = (...args: readonly string[]) => pdiem("verify-enclave", ...args);
  const failed = (out: string): readonly string[] =>
    out.split("\n").flatMap((line) => /^FAILED {5}(.*?): /.exec(line)?.[1] ?? []);

  it("holds by its evidence and both chains, through a relayer and by itself, but is simulated", async () => {
    await desk.decide(["windows XUS release=50000000000", "amnesty on"]);
    await desk.until(({ count }) => count === "1");
    await desk.decide([`measurement allow simulated ${"ab".repeat(32)}`]);
    await desk.until(({ count }) => count === "2");
    const { code, out } = await verify();
    expect({ code, failed: failed(out) }).toEqual({ code: 0, failed: [] });
    expect(out).toMatch(/^SIMULATED: this enclave proves nothing/);
    expect(out).toMatch(/^ok {9}ledger: 0x[0-9a-f]{64} at block [0-9]+, 2 decisions$/m);
    expect(out).toMatch(/^ {2}1\. Decision over governance state [\s\S]*released in a window: 50000000000/m);
    expect(out).toMatch(/abab[\s\S]*IN FORCE IN (?:3 h|2 h [0-9]+ min) of active time/);
    const { code: itself, out: json } = await verify("--enclave", bridge.enclave().url, "--json");
    expect(itself).toBe(0);
    expect(JSON.parse(json)).toMatchObject({
      verdict: "simulated",
      bridgeId: `0x${toHex(bridgeId(bridge.config))}`,
      evidence: { kind: "simulated" },
    });
  });

  it("holds as well where a relayer keeps the first batch back, and says that it has read the blocks", async () => {
    const { records, ...told } = await bridge.ask<{ records: readonly unknown[] }>("/api/v1/journal");
    expect(records.length).toBeGreaterThan(1);
    const loopback = createLoopback();
    try {
      const liar = await loopback.serve(async (request, response) => {
        const { url = "/", method = "GET" } = request;
        const kept = JSON.stringify({ ...told, records: records.slice(1) });
        const body = method === "POST" ? await readText(request) : undefined;
        const headers = { "content-type": "application/json" };
        const honest = url.startsWith("/api/v1/journal")
          ? kept
          : await (await fetch(`${bridge.relayerUrl}${url}`, { method, headers, body: body ?? null })).text();
        response.writeHead(200).end(honest);
      });
      const { code, out, err } = await verify("--api", liar);
      expect({ code, failed: failed(out) }).toEqual({ code: 0, failed: [] });
      expect(err).toContain("doesn't lead to the ledger in force: reading the parachain's blocks");
    } finally {
      loopback.close();
    }
  });

  it("fails when a relayer shows evidence that was made for somebody else", async () => {
    const answer = await bridge.ask<unknown>("/api/v1/enclave/evidence", { challenge: "01".repeat(32) });
    const loopback = createLoopback();
    const replaying = await loopback.serve((_, response) => response.end(JSON.stringify(answer)));
    const { code, out, err } = await verify("--api", replaying);
    loopback.close();
    expect({ code, failed: failed(out) }).toEqual({ code: 1, failed: ["report data"] });
    expect(err).toMatch(/^verify-enclave\/fails/m);
  });

  it("fails by the configuration of another bridge", async () => {
    const other = JSON.parse(readFileSync(bridge.relayerFile, "utf8"));
    other.bridge.maxSkew = "299999";
    writeFileSync(desk.file("other.json"), JSON.stringify(other));
    const { code, out } = await runOn(desk.file("other.json"), "verify-enclave");
    expect(code).toBe(1);
    expect(failed(out)).toEqual(expect.arrayContaining(["bridge", "report data"]));
  });

  it("isn't made a key's holder by being asked", async () => {
    const standby = await bridge.startStandby();
    expect(await verify("--enclave", standby.url)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^enclave\/inactive/m),
    });
    const { role } = await createEnclaveClient(nodeTransport(standby.url, 10_000)).status();
    expect(role.type).toBe("empty");
  });

  it("is asked with 32 bytes and nothing else", async () => {
    for (const body of [
      {},
      { challenge: "00" },
      { challenge: "00".repeat(33) },
      { challenge: "00".repeat(32), more: 1 },
    ])
      await expect(bridge.ask("/api/v1/enclave/evidence", body)).rejects.toThrow(/400.*request\/invalid/);
  });
});
