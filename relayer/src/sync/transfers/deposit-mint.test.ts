import { accountSubaddress, releaseSubaddress } from "@pdiem/bridge/deposit/subaddress";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { releaseOf } from "@pdiem/bridge/testing/payouts";
import { toAccount, toCustodysSubaddress } from "@pdiem/bridge/testing/world";
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { describe, expect, it } from "vitest";
import { mintOf } from "./deposit-mint.js";

const refundAccount = filled(32, 4);
const history = {
  accounts: [filled(32, 1), filled(32, 2)],
  releases: [releaseOf({ origin: { type: "withdrawal", value: { account: filled(32, 3), refundAccount } } })],
};
const payment = (metadata: Uint8Array, currency = "XUS") => ({ currency, amount: 1_000n, metadata });
const none = () => undefined;

describe("what a deposit minted", () => {
  it("went to the account that its metadata names, less the deposit fee", () => {
    const registered = mintOf(exampleConfig, history, payment(toCustodysSubaddress(accountSubaddress(1n))), none);
    expect(registered).toEqual({ account: filled(32, 2), amount: 995n, asset: 7 });
    const raw = mintOf(exampleConfig, history, payment(toAccount(filled(32, 9)), "XDX"), none);
    expect(raw).toEqual({ account: filled(32, 9), amount: 985n, asset: 8 });
  });

  it("went to the refund account where it was a payout coming back, by its release or its version", () => {
    const byRelease = payment(toCustodysSubaddress(releaseSubaddress(0n)));
    expect(mintOf(exampleConfig, history, byRelease, none)?.account).toEqual(refundAccount);
    const value = { transactionVersion: 77n, reason: "otherReason" } as const;
    const byVersion = payment(encodeMetadata({ type: "refund", value }));
    const at = (version: bigint) => (version === 77n ? 0n : undefined);
    expect(mintOf(exampleConfig, history, byVersion, at)?.account).toEqual(refundAccount);
    expect(mintOf(exampleConfig, history, byVersion, none)).toBeUndefined();
  });

  it("isn't known where it names nobody that is known", () => {
    expect(mintOf(exampleConfig, history, payment(new Uint8Array()), none)).toBeUndefined();
    const unknown = payment(toCustodysSubaddress(accountSubaddress(2n)));
    expect(mintOf(exampleConfig, history, unknown, none)).toBeUndefined();
  });
});
