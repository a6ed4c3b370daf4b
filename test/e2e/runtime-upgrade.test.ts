/**
 * Upgrades of the parachain's runtime under way, to one that checks its metadata's hash. By default
 * one is named by a checkpoint in time and one isn't. `npm run test:runtimes` tries both from every
 * runtime.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { loadRuntime } from "@pdiem/devnet/asset-hub/runtime-file";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { NO_RUNTIMES, runtimeFiles } from "@pdiem/devnet/testing/runtime-files";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pdiemDone, writeGuardianKeys } from "./support/pdiem.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { DEPOSIT_FEE, untilView, WITHDRAWAL_FEE, withdrawalId, withdrawalTo } from "./support/traffic.js";
import { createHolder, type Holder, received } from "./support/withdrawals.js";

/** One that has its hash built in: all others that are known have to be pinned. */
const TARGET = "passet-hub-1019002";
const AMOUNT = 10_000_000n;
const WITHDRAWN = 2_000_000n;

/** What an upgrade may bring about. Nodes and Redis of a slow machine hold things up as well. */
const BY_UPGRADE = /^guardians |runtime/;

const files = runtimeFiles();
const target = files.find(({ name }) => name === TARGET);
const sources = [
  { name: "statemine-900", path: undefined, specVersion: 900 },
  ...files.filter(({ name }) => name !== TARGET),
];
const upgrades = sources.flatMap((source, i) => {
  const both = [
    { source, named: "in time" },
    { source, named: "too late" },
  ] as const;
  return process.env.PDIEM_ALL_UPGRADES === "1" ? both : i < 2 ? both.slice(i, i + 1) : [];
});

if (target === undefined) it.skip(`an upgrade under way ${NO_RUNTIMES}: ${TARGET}.wasm`);

describe.runIf(target !== undefined).each(upgrades)(
  `an upgrade from $source.name to ${TARGET} that a checkpoint names $named`,
  ({ source, named }) => {
    const version = target?.specVersion ?? 0;
    let bridge: RelayedBridge;
    let holder: Holder;
    let keys: readonly string[];
    const payees: Uint8Array[] = [];
    const standstills = new Set<string>();

    beforeAll(async () => {
      const runtime = source.path === undefined ? {} : { runtime: await loadRuntime(source.path) };
      bridge = await startRelayedBridge({ substrate: { assetHub: runtime } });
      keys = writeGuardianKeys(bridge.folder);
      holder = await createHolder(bridge);
      await bridge.pay("XUS", AMOUNT, rawFor(holder.account));
      await minted(0);
      bridge.chains.assetHub.onBlock(() => void watch());
    });

    afterAll(async () => {
      await holder?.close();
      await bridge?.stop();
    });

    /** What all waits for, as the relayer tells at every block. */
    const watch = async (): Promise<void> => {
      const { standstill } = await bridge.ask<StatusView>("/api/v1/status").catch(() => ({ standstill: undefined }));
      if (standstill !== undefined && BY_UPGRADE.test(standstill)) standstills.add(standstill);
    };

    /** To accounts of nobody, numbered after the holder's. */
    const pay = async (): Promise<number> => {
      const payee = randomBytes(32);
      expect((await bridge.pay("XUS", AMOUNT, rawFor(payee))).status).toBe("executed");
      return payees.push(payee);
    };

    const minted = (number: number) =>
      untilView(bridge, `deposit-${number}`, ({ result }) => result?.outcome === "minted");

    const nextBlock = (): Promise<void> => bridge.chains.assetHub.produceBlock();

    const upgrade = async (): Promise<void> => {
      bridge.chains.assetHub.upgrade(await loadRuntime(target?.path ?? ""));
      await nextBlock();
    };

    /** One command by each of two guardians. */
    const signCheckpoint = async (...versions: readonly number[]): Promise<string> => {
      const [first = "", second = ""] = keys;
      const file = join(bridge.folder, "checkpoint.json");
      const config = ["--config", bridge.relayerFile, "--submit"];
      const compared = versions.flatMap((one) => ["--spec-version", String(one)]);
      await pdiemDone("guardian", "checkpoint", "propose", ...compared, "-o", file, "--key", first, ...config);
      return pdiemDone("guardian", "checkpoint", "sign", file, "--key", second, ...config);
    };

    /** Sends wrapped asset back, with the remark that tells to whom; what is paid for it. */
    const withdraw = async (): Promise<void> => {
      const payee = createAccount(bridge.chains.diem, 0n, "A payee");
      const preimage = withdrawalTo(payee.address);
      // The holder's client has to have noticed the upgrade before it writes another extrinsic.
      await eventually(() =>
        holder.sendTold([{ preimage, amount: WITHDRAWN }]).then(
          () => true,
          () => undefined,
        ),
      );
      await untilView(bridge, withdrawalId(bridge, preimage), ({ result }) => result?.outcome === "paid");
      expect(await received(bridge, payee)).toEqual([Number(WITHDRAWN - WITHDRAWAL_FEE)]);
    };

    it.runIf(named === "in time")("goes on without a stop", async () => {
      expect(await signCheckpoint(source.specVersion, version)).toMatch(/^the enclave's: /m);
      for (let i = 0; i < 4; i++) {
        await pay();
        await nextBlock();
      }
      await upgrade();
      for (let i = 0; i < 6; i++) {
        await pay();
        await nextBlock();
      }
      for (const [i] of payees.entries()) await minted(i + 1);
      expect([...standstills]).toEqual([]);
    });

    it.runIf(named === "too late")("stops, and says so everywhere", async () => {
      await upgrade();
      const number = await pay();
      const named = new RegExp(`guardians to sign a checkpoint that names .*spec version ${version}$`);
      await untilView(bridge, `deposit-${number}`, ({ waitingFor }) => named.test(waitingFor ?? ""));
      const ready = await fetch(`${bridge.relayerUrl}/readyz`);
      expect(ready.status).toBe(503);
      expect(await ready.text()).toContain(`spec version ${version}`);
      expect(await pdiemDone("status", "--config", bridge.relayerFile)).toMatch(
        new RegExp(`^standstill .*spec version ${version}$`, "m"),
      );
      expect((await bridge.transfer(number)).result).toBeUndefined();
    });

    it.runIf(named === "too late")("goes on after one command by each guardian", async () => {
      expect(await signCheckpoint(version)).toMatch(/^the enclave's: /m);
      await minted(1);
      expect((await fetch(`${bridge.relayerUrl}/readyz`)).status).toBe(200);
    });

    it("leaves deposits, withdrawals and reserves as they should be", async () => {
      await minted(await pay());
      await withdraw();
      expect(await bridge.balances("XUS", payees)).toEqual(payees.map(() => AMOUNT - DEPOSIT_FEE));
      const { chains, standstill } = await bridge.ask<StatusView>("/api/v1/status");
      expect([chains.parachain.specVersion, standstill]).toEqual([version, undefined]);
      const { isCovered } = JSON.parse(await pdiemDone("reserves", "--json", "--config", bridge.relayerFile));
      expect(isCovered).toBe(true);
    });
  },
);
