import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { exampleConfig, filled, ISSUER, XUS } from "../testing/config.js";
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
    expect(outcome(() => register([filled(32, 0x99)]))).toBe("refused/not-receivable");
    expect(outcome(() => register([ISSUER]))).toBe("refused/not-receivable");
    const sufficient = (world: World) => world.parachain.setAsset(XUS.assetId, { isSufficient: true });
    expect(outcome(() => register([filled(32, 0x99)], sufficient))).toBe("accepted");
  });

  it("is refused while the issuer has no more than the reserve", () => {
    const [one = ISSUER] = ACCOUNTS;
    expect(outcome(() => register([one], fund(exampleConfig.reserve)))).toBe("refused/reserve");
    expect(outcome(() => register([one], fund(exampleConfig.reserve + 1n)))).toBe("accepted");
    expect(outcome(() => register([], fund(0n)))).toBe("accepted");
  });

  it("takes 64 accounts a batch, each once", () => {
    expect(outcome(() => register(ACCOUNTS))).toBe("refused/registrations");
    expect(register(ACCOUNTS.slice(1)).accounts).toHaveLength(64);
    expect(outcome(() => register([filled(32, 1), filled(32, 1)]))).toBe("refused/duplicate");
  });
});
