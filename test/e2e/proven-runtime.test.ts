/**
 * PROTOCOL 3, 'How calls are encoded': a bridge on a runtime that no profile pins, by proofs of
 * its metadata alone.
 */
import type { CurrencyConfig } from "@pdiem/bridge/config/currency-config";
import { feeOf } from "@pdiem/bridge/config/fee";
import { loadRuntime } from "@pdiem/devnet/asset-hub/runtime-file";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { runtimeFile } from "@pdiem/devnet/testing/runtime-files";
import { toHex } from "@pdiem/light-client/bytes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RelayedBridge, rawFor, startRelayedBridge, type TransferView } from "./support/relayed-bridge.js";
import { accountOf, createHolder, received, wrap } from "./support/withdrawals.js";

const SPEC_VERSION = 1_019_002;
const AMOUNT = 25_000_000n;
const file = runtimeFile(`passet-hub-${SPEC_VERSION}`);

describe.skipIf(file === undefined)("a bridge on passet-hub 1019002 (skipped without PDIEM_RUNTIMES)", () => {
  let bridge: RelayedBridge;
  const currency = (): CurrencyConfig => {
    const [first] = bridge.config.currencies;
    if (first === undefined) throw new RangeError("expected a currency");
    return first;
  };
  beforeAll(async () => {
    bridge = await startRelayedBridge({
      substrate: { assetHub: { runtime: await loadRuntime(file ?? "") } },
      limits: { parachain: { specVersion: SPEC_VERSION, profile: undefined } },
    });
  });
  afterAll(() => bridge?.stop());

  it("settles what is paid to it by batches that are void under any other runtime", async () => {
    const beneficiary = new Uint8Array(32).fill(0xb1);
    await bridge.pay("XUS", AMOUNT, rawFor(beneficiary));
    expect(await bridge.ended(0)).toMatchObject({ result: { outcome: "minted" } });
    expect(await bridge.balances("XUS", [beneficiary])).toEqual([AMOUNT - feeOf(currency().fees.deposit, AMOUNT)]);
  });

  it("pays out what is sent to a withdrawal account, of which the chain alone is told", async () => {
    const holder = await createHolder(bridge);
    try {
      await wrap(bridge, holder, AMOUNT);
      expect(await bridge.ended(1)).toMatchObject({ result: { outcome: "minted" } });
      const payee = createAccount(bridge.chains.diem, 0n, "A payee");
      const preimage = { payee: payee.address, subaddress: undefined, refundAccount: holder.account };
      await holder.sendTold([{ preimage, amount: AMOUNT / 5n }]);
      const id = `withdrawal-${toHex(accountOf(bridge, preimage))}-XUS-0`;
      const ended = await eventually(async () => {
        const view = await bridge.ask<TransferView>(`/api/transfers/${id}`).catch(() => undefined);
        return view?.result === undefined ? undefined : view;
      });
      expect(ended.result?.outcome).toBe("paid");
      const net = AMOUNT / 5n - feeOf(currency().fees.withdrawal, AMOUNT / 5n);
      expect(await received(bridge, payee)).toEqual([Number(net)]);
    } finally {
      await holder.close();
    }
  });
});
