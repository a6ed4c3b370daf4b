import { randomBytes } from "node:crypto";
import { loadRuntime } from "@pdiem/devnet/asset-hub/runtime-file";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { runtimeFile } from "@pdiem/devnet/testing/runtime-files";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pdiemDone } from "./support/pdiem.js";
import { metadataFor, type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { DEPOSIT_FEE, untilView, WITHDRAWAL_FEE, withdrawalId, withdrawalTo } from "./support/traffic.js";
import { createHolder, type Holder, received } from "./support/withdrawals.js";

/** One that checks a metadata hash and has its own built in. */
const RUNTIME = "passet-hub-1019002";
const SPEC_VERSION = 1_019_002;
const AMOUNT = 10_000_000n;
const WITHDRAWN = 2_000_000n;

describe("a bridge on a runtime that checks its metadata's hash, whose calls are encoded by proof", () => {
  const file = runtimeFile(RUNTIME);
  if (file === undefined) {
    it.skip(`isn't tried: PDIEM_RUNTIMES names no folder with ${RUNTIME}.wasm`);
    return;
  }

  let bridge: RelayedBridge;
  let holder: Holder;

  beforeAll(async () => {
    bridge = await startRelayedBridge({
      substrate: { assetHub: { runtime: await loadRuntime(file) } },
      // No profile: nothing is signed without a proof of what the runtime's types are.
      limits: { parachain: { specVersion: SPEC_VERSION, maxConsumers: 64, profile: undefined } },
    });
    holder = await createHolder(bridge);
  });

  afterAll(async () => {
    await holder?.close();
    await bridge?.stop();
  });

  it("begins, with the pinned profile left out", async () => {
    expect(bridge.config.parachain.specVersion).toBe(SPEC_VERSION);
    expect(bridge.config.parachain.profile).toBeUndefined();
    const { ledger, chains } = await bridge.ask<StatusView>("/api/status");
    expect(ledger?.batches).toBe(1);
    expect(chains.parachain.specVersion).toBe(SPEC_VERSION);
  });

  it("mints a deposit, and pays a withdrawal", async () => {
    expect((await bridge.pay("XUS", AMOUNT, rawFor(holder.account))).status).toBe("executed");
    expect((await bridge.ended(0)).result?.outcome).toBe("minted");
    expect(await bridge.balances("XUS", [holder.account])).toEqual([AMOUNT - DEPOSIT_FEE]);
    const payee = createAccount(bridge.chains.diem, 0n, "A payee");
    const preimage = withdrawalTo(payee.address);
    await holder.sendTold([{ preimage, amount: WITHDRAWN }]);
    const view = await untilView(bridge, withdrawalId(bridge, preimage), ({ result }) => result !== undefined);
    expect(view.result).toMatchObject({ outcome: "paid", amount: String(WITHDRAWN - WITHDRAWAL_FEE) });
    expect(await received(bridge, payee)).toEqual([Number(WITHDRAWN - WITHDRAWAL_FEE)]);
  });

  it("registers an account, mints a deposit to its address, and covers what is owed", async () => {
    const account = randomBytes(32);
    const [address = ""] = await bridge.register([account]);
    expect((await bridge.pay("XUS", AMOUNT, metadataFor(address))).status).toBe("executed");
    expect((await bridge.ended(1)).result?.outcome).toBe("minted");
    expect(await bridge.balances("XUS", [account])).toEqual([AMOUNT - DEPOSIT_FEE]);
    const { isCovered } = JSON.parse(await pdiemDone("reserves", "--json", "--config", bridge.relayerFile));
    expect(isCovered).toBe(true);
  });
});
