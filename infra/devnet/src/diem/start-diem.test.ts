import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { addressAtCreation, ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningDiem, startDiem } from "./start-diem.js";

let diem: RunningDiem;
beforeAll(async () => {
  diem = await startDiem({ blockInterval: "manual" });
});
afterAll(() => diem.close());

const rpc = async (body: unknown): Promise<Record<string, unknown>> => {
  const response = await fetch(diem.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
};

const call = async (method: string, ...params: readonly unknown[]): Promise<unknown> => {
  const answer = await rpc({ jsonrpc: "2.0", method, params, id: 1 });
  return "result" in answer ? answer.result : answer.error;
};

test("the faucet makes an account and pays it", async () => {
  const key = ed25519AuthenticationKey(publicKeyOf(sha3_256(utf8("faucet test"))));
  const address = toHex(addressAtCreation(key));
  expect(await call("get_account", address)).toBeNull();
  const query = new URLSearchParams({ auth_key: toHex(key), amount: "2500000", currency_code: "XUS" });
  const response = await fetch(`${diem.faucetUrl}/mint?${query}`, { method: "POST" });
  expect(response.status).toBe(200);
  expect(await call("get_account", address)).toMatchObject({
    address,
    authentication_key: toHex(key),
    balances: [
      { amount: 0, currency: "XDX" },
      { amount: 2_500_000, currency: "XUS" },
    ],
  });
});

test("an operator ends epochs, freezes accounts and produces blocks", async () => {
  const act = async (path: string): Promise<unknown> =>
    (await fetch(`${diem.faucetUrl}/-/devnet/${path}`, { method: "POST" })).json();
  const epochs = diem.chain.epochEnds().length;
  expect(await act("epoch")).toMatchObject({ vm_status: { type: "executed" } });
  expect(diem.chain.epochEnds()).toHaveLength(epochs + 1);
  const key = ed25519AuthenticationKey(publicKeyOf(sha3_256(utf8("to be frozen"))));
  diem.faucet({ authenticationKey: key, currency: "XUS", amount: 0n });
  const account = toHex(addressAtCreation(key));
  await act(`freeze?account=${account}`);
  expect(await call("get_account", account)).toMatchObject({ is_frozen: true });
  await act(`unfreeze?account=${account}`);
  expect(await call("get_account", account)).toMatchObject({ is_frozen: false });
  const version = diem.chain.store.version();
  expect(await act("block")).toEqual({ version: version + 1 });
});

test.each(["/mint", "/mint?auth_key=00&amount=1", "/-/devnet/freeze?account=zz"])(
  "the operator refuses %s",
  async (path) => {
    expect((await fetch(`${diem.faucetUrl}${path}`, { method: "POST" })).status).toBe(400);
  },
);

test("left to itself, a network makes blocks so that its time goes on", async () => {
  const own = await startDiem({ blockInterval: 5, idleInterval: 10 });
  try {
    const started = own.chain.latest().ledgerInfo.commitInfo.timestampUsecs;
    await expect.poll(() => own.chain.latest().ledgerInfo.commitInfo.timestampUsecs).toBeGreaterThan(started);
  } finally {
    await own.close();
  }
});

test("the same seed gives the same network", async () => {
  const twin = await startDiem({ blockInterval: "manual" });
  expect(twin.waypoint).toBe(diem.waypoint);
  await twin.close();
});
