import { describe, expect, it } from "vitest";
import { exampleConfig, filled, ISSUER, XUS } from "../testing/config.js";
import { refusal } from "../testing/refusal.js";
import { contextIn, createWorld, exampleLedger, type World } from "../testing/world.js";
import { draftOf } from "./batch-draft.js";
import { registerAccounts } from "./register-accounts.js";

const ACCOUNTS = Array.from({ length: 65 }, (_, i) => filled(32, i + 1));

const register = (accounts: readonly Uint8Array[], change: (world: World) => void = () => undefined) => {
  const world = createWorld();
  for (const account of ACCOUNTS) world.parachain.setAccount(account, {});
  change(world);
  return registerAccounts(contextIn(world), draftOf(exampleLedger), accounts);
};

const fund = (free: bigint) => (world: World) => world.parachain.setAccount(ISSUER, { nonce: 1, free });

describe("PROTOCOL 3: registering", () => {
  it("appends accounts in order, which is worth a batch and takes an item each", () => {
    const [a = ISSUER, b = ISSUER] = ACCOUNTS;
    expect(register([b, a])).toMatchObject({ accounts: [b, a], items: 2, isWorthwhile: true, calls: [] });
    expect(register([])).toEqual(draftOf(exampleLedger));
  });

  it("is refused for an account that can receive no bridged asset", () => {
    expect(refusal(() => register([filled(32, 0x99)]))).toBe("refused/not-receivable");
    expect(refusal(() => register([ISSUER]))).toBe("refused/not-receivable");
    const sufficient = (world: World) => world.parachain.setAsset(XUS.assetId, { isSufficient: true });
    expect(refusal(() => register([filled(32, 0x99)], sufficient))).toBeUndefined();
  });

  it("is refused while the issuer has no more than the reserve", () => {
    const [one = ISSUER] = ACCOUNTS;
    expect(refusal(() => register([one], fund(exampleConfig.reserve)))).toBe("refused/reserve");
    expect(refusal(() => register([one], fund(exampleConfig.reserve + 1n)))).toBeUndefined();
    expect(refusal(() => register([], fund(0n)))).toBeUndefined();
  });

  it("takes 64 accounts a batch, each once", () => {
    expect(refusal(() => register(ACCOUNTS))).toBe("refused/registrations");
    expect(register(ACCOUNTS.slice(1)).accounts).toHaveLength(64);
    expect(refusal(() => register([filled(32, 1), filled(32, 1)]))).toBe("refused/duplicate");
  });
});
