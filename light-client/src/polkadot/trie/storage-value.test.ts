import { expect, test } from "vitest";
import { concat, fromHex } from "../../bytes.js";
import { encode } from "../../codec/scale.js";
import { outcome } from "../../testing/outcome.js";
import {
  type AssetDetails,
  assetAccountValue,
  assetDetails,
  readAccountInfo,
  readApproval,
  readAssetAccount,
  readAssetDetails,
  readRuntimeUpgrade,
  readTimestamp,
} from "./storage-value.js";

const u32 = (n: number) => fromHex(n.toString(16).padStart(2, "0").padEnd(8, "0"));
const u128 = (n: number) => fromHex(n.toString(16).padStart(2, "0").padEnd(32, "0"));
const who = (mark: number) => new Uint8Array(32).fill(mark);

test("System.Account", () => {
  const value = concat(...[1, 2, 3, 4].map(u32), ...[5, 6, 7, 8].map(u128));
  expect(readAccountInfo(value)).toEqual({
    nonce: 1,
    consumers: 2,
    providers: 3,
    sufficients: 4,
    free: 5n,
    reserved: 6n,
    frozen: 7n,
    flags: 8n,
  });
});

test("Assets.Asset of old and new runtimes", () => {
  const value = (status: number) =>
    concat(
      ...[1, 2, 3, 4].map(who),
      ...[5, 6, 7].map(u128),
      Uint8Array.of(1),
      ...[8, 9, 10].map(u32),
      Uint8Array.of(status),
    );
  const details: AssetDetails = {
    owner: who(1),
    issuer: who(2),
    admin: who(3),
    freezer: who(4),
    supply: 5n,
    deposit: 6n,
    minBalance: 7n,
    isSufficient: true,
    accounts: 8,
    sufficients: 9,
    approvals: 10,
    status: "live",
  };
  expect([0, 1, 2].map((status) => readAssetDetails(value(status)).status)).toEqual(["live", "frozen", "destroying"]);
  expect(readAssetDetails(value(0))).toEqual(details);
  expect(encode(assetDetails, details)).toEqual(value(0));
  expect(outcome(() => readAssetDetails(value(3)))).toBe("decode/storage-value");
});

test("Assets.Account with every reason for its existence", () => {
  const reasons = [
    ["00", { type: "consumer" }],
    ["01", { type: "sufficient" }],
    [`02${"09".padEnd(32, "0")}`, { type: "depositHeld", deposit: 9n }],
    ["03", { type: "depositRefunded" }],
    [`04${"ab".repeat(32)}${"09".padEnd(32, "0")}`, { type: "depositFrom", depositor: who(0xab), deposit: 9n }],
  ] as const;
  for (const [hex, reason] of reasons) {
    const value = concat(u128(5), Uint8Array.of(2), fromHex(hex));
    expect(readAssetAccount(value)).toEqual({ balance: 5n, status: "blocked", reason });
    expect(encode(assetAccountValue, readAssetAccount(value))).toEqual(value);
  }
  expect(readAssetAccount(concat(u128(5), fromHex("0000"))).status).toBe("liquid");
  expect(readAssetAccount(concat(u128(5), fromHex("0100"))).status).toBe("frozen");
  expect(outcome(() => readAssetAccount(concat(u128(5), fromHex("0300"))))).toBe("decode/storage-value");
  expect(outcome(() => readAssetAccount(concat(u128(5), fromHex("0005"))))).toBe("decode/storage-value");
});

test("Assets.Approvals, System.LastRuntimeUpgrade and Timestamp.Now", () => {
  expect(readApproval(concat(u128(1), u128(2)))).toEqual({ amount: 1n, deposit: 2n });
  expect(readRuntimeUpgrade(fromHex("110e2473746174656d696e65"))).toEqual({ specVersion: 900, specName: "statemine" });
  expect(readTimestamp(fromHex("865c4a2b7f010000"))).toBe(1645698768006n);
});

test("values that are shorter or longer than their type are refused", () => {
  for (const read of [
    readAccountInfo,
    readAssetDetails,
    readAssetAccount,
    readApproval,
    readRuntimeUpgrade,
    readTimestamp,
  ])
    for (const length of [0, 7, 300]) expect(outcome(() => read(new Uint8Array(length)))).toMatch(/^decode\//);
  expect(outcome(() => readRuntimeUpgrade(fromHex("110e04ff")))).toBe("decode/utf8");
});
