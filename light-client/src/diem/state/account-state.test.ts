import { readRole, roleId } from "@pdiem/chain-formats/diem/state/resources/roles";
import { diemIdDomains, readVaspDomains } from "@pdiem/chain-formats/diem/state/resources/vasp-domain";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../bytes.js";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { CORE_CODE_ADDRESS, coreStruct } from "../transactions/type-tag.js";
import { codePath, resourcePath } from "./access-path.js";
import { type AccountState, accountState, readResource, valueAt, withResource } from "./account-state.js";
import { eventKeyOf } from "./event.js";
import { freezingBit, readFreezing } from "./resources/account-freezing.js";
import { chainId, currentTime, readChainId, readTimestamp } from "./resources/chain.js";
import { currencyInfo, readCurrencyInfo } from "./resources/currency-info.js";
import { balance, type DiemAccount, diemAccount, readBalance, readDiemAccount } from "./resources/diem-account.js";
import {
  diemVersion,
  readDiemVersion,
  readRegisteredCurrencies,
  readTransactionPublishingOption,
  registeredCurrencies,
  transactionPublishingOption,
} from "./resources/on-chain-config.js";

const address = fromHex("a74fd7c46952c497e75afb0a7932586d");
const account: DiemAccount = {
  authenticationKey: new Uint8Array(32).fill(3),
  withdrawCapability: address,
  keyRotationCapability: undefined,
  receivedEvents: { count: 5n, key: eventKeyOf(2n, address) },
  sentEvents: { count: 1n, key: eventKeyOf(3n, address) },
  sequenceNumber: 7n,
};
const state = withResource(withResource([], balance("XUS"), { coin: 12n }), diemAccount, account);

describe("account state", () => {
  test("has resources and code at the paths that Diem gives them", () => {
    const core = toHex(CORE_CODE_ADDRESS);
    expect(toHex(diemAccount.path)).toBe(`01${core}0b4469656d4163636f756e740b4469656d4163636f756e7400`);
    expect(toHex(balance("XUS").path)).toBe(
      `01${core}0b4469656d4163636f756e740742616c616e63650107${core}035855530358555300`,
    );
    expect(toHex(codePath({ address: CORE_CODE_ADDRESS, name: "XUS" }))).toBe(`00${core}03585553`);
    expect(resourcePath(coreStruct("Roles", "RoleId"))).toEqual(roleId.path);
  });

  test("is written with shorter paths first, however it was put together", () => {
    const swapped = [...state].reverse();
    expect(encode(accountState, swapped)).toEqual(encode(accountState, state));
    expect(decode(accountState, encode(accountState, state)).map(([path]) => path.length)).toEqual(
      [diemAccount.path.length, balance("XUS").path.length].sort((a, b) => a - b),
    );
  });

  test("gives each resource back, and undefined for what the account doesn't hold", () => {
    const read = decode(accountState, encode(accountState, state));
    expect(readDiemAccount(read)).toEqual(account);
    expect(readBalance(read, "XUS")).toBe(12n);
    expect(readBalance(read, "XDX")).toBeUndefined();
    expect(readDiemAccount([])).toBeUndefined();
    expect(valueAt(read, balance("XUS").path)).toHaveLength(8);
  });

  test("replaces a resource instead of holding it twice", () => {
    const changed = withResource(state, balance("XUS"), { coin: 13n });
    expect(changed).toHaveLength(state.length);
    expect(readBalance(changed, "XUS")).toBe(13n);
  });

  test("with a value of another layout is refused, not read", () => {
    const short: AccountState = [[freezingBit.path, Uint8Array.of()]];
    const long: AccountState = [[freezingBit.path, Uint8Array.of(1, 0)]];
    const odd: AccountState = [[freezingBit.path, Uint8Array.of(2)]];
    expect([short, long, odd].map((one) => outcome(() => readFreezing(one)))).toEqual([
      "decode/truncated",
      "decode/trailing",
      "decode/bool",
    ]);
  });

  test("tells roles by their number, and none for one that isn't known", () => {
    const roles = [0n, 5n, 6n, 7n, 2n ** 64n - 1n].map((id) => readRole(withResource([], roleId, { roleId: id })));
    expect(roles).toEqual(["diemRoot", "parentVasp", "childVasp", undefined, undefined]);
  });

  test("holds domains under the name of release 1.3, too", () => {
    const domains = { domains: [{ domain: Uint8Array.of(1) }] };
    expect(readVaspDomains(withResource([], diemIdDomains, domains))).toEqual(domains);
  });
});

describe("the network's settings", () => {
  const handle = { count: 0n, key: eventKeyOf(5n, address) };
  const info = {
    totalValue: 2n ** 100n,
    preburnValue: 0n,
    toXdxExchangeRate: 1n << 32n,
    isSynthetic: false,
    scalingFactor: 1_000_000n,
    fractionalPart: 100n,
    currencyCode: "XUS",
    canMint: true,
    mintEvents: handle,
    burnEvents: handle,
    preburnEvents: handle,
    cancelBurnEvents: handle,
    exchangeRateUpdateEvents: handle,
  };
  const option = { scriptAllowList: [new Uint8Array(32)], modulePublishingAllowed: false };
  const settings = [
    (one: AccountState) => withResource(one, chainId, { id: 4 }),
    (one: AccountState) => withResource(one, currentTime, { microseconds: 9n }),
    (one: AccountState) => withResource(one, diemVersion, { major: 3n }),
    (one: AccountState) => withResource(one, registeredCurrencies, { currencyCodes: ["XUS", "XDX"] }),
    (one: AccountState) => withResource(one, transactionPublishingOption, option),
    (one: AccountState) => withResource(one, currencyInfo("XUS"), info),
  ].reduce<AccountState>((one, put) => put(one), []);

  test("come back from one account's state", () => {
    const read = decode(accountState, encode(accountState, settings));
    expect(readChainId(read)).toBe(4);
    expect(readTimestamp(read)).toBe(9n);
    expect(readDiemVersion(read)).toBe(3n);
    expect(readRegisteredCurrencies(read)).toEqual(["XUS", "XDX"]);
    expect(readTransactionPublishingOption(read)).toEqual(option);
    expect(readCurrencyInfo(read, "XUS")).toEqual(info);
    expect(readResource(read, currencyInfo("XDX"))).toBeUndefined();
  });
});
