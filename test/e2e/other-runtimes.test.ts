import { randomBytes } from "node:crypto";
import { loadRuntime } from "@pdiem/devnet/asset-hub/runtime-file";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { NO_RUNTIMES, runtimeFiles } from "@pdiem/devnet/testing/runtime-files";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pdiemDone } from "./support/pdiem.js";
import { metadataFor, type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { DEPOSIT_FEE, untilView, WITHDRAWAL_FEE, withdrawalId, withdrawalTo } from "./support/traffic.js";
import { createHolder, type Holder, received } from "./support/withdrawals.js";

const AMOUNT = 10_000_000n;
const WITHDRAWN = 2_000_000n;
/** Has its metadata's hash built in: its calls are encoded by proof. */
const PROVEN = "passet-hub-1019002";

const files = runtimeFiles();

if (files.length === 0) it.skip(`a bridge on another runtime ${NO_RUNTIMES}`);

describe.each(files)("a bridge on $name", ({ name, path, specVersion }) => {
  let bridge: RelayedBridge;
  let holder: Holder;

  beforeAll(async () => {
    bridge = await startRelayedBridge({ substrate: { assetHub: { runtime: await loadRuntime(path) } } });
    holder = await createHolder(bridge);
  });

  afterAll(async () => {
    await holder?.close();
    await bridge?.stop();
  });

  it("begins, with calls pinned only where the runtime checks no metadata hash", async () => {
    expect(bridge.config.parachain.specVersion).toBe(specVersion);
    if (name === PROVEN) expect(bridge.config.parachain.profile).toBeUndefined();
    expect(bridge.config.parachain.profile?.specVersion ?? specVersion).toBe(specVersion);
    const { ledger, chains } = await bridge.ask<StatusView>("/api/v1/status");
    expect(ledger?.batches).toBe(1);
    expect(chains.parachain.specVersion).toBe(specVersion);
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
