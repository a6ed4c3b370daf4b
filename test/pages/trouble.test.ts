/** The portal while something is amiss: processes that are really stopped, a relayer that lies. */
import { createLoopback, type Loopback } from "@pdiem/bridge-client/testing/loopback";
import { type RunningRedis, startRedis } from "@pdiem/devnet/local-bridge/redis";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findRedis } from "#scripts/redis.mjs";
import { type AnotherRelayer, startAnotherRelayer } from "../e2e/support/another-relayer.js";
import { type RelayedBridge, startRelayedBridge } from "../e2e/support/relayed-bridge.js";
import { LOOKS, type Look, openBrowser, openPage, shoot } from "./support/browser.js";
import { tampered } from "./support/portal.js";

const [DESKTOP = { width: 1280, scheme: "light" } as Look, PHONE = DESKTOP] = LOOKS;

interface Told {
  readonly current?: { readonly anchor: string };
}

let bridge: RelayedBridge;
let browser: Browser;
let loopback: Loopback;
let redis: RunningRedis;
let relayer: AnotherRelayer;
/** What the other relayer's word becomes on its way. */
let change: (told: Told) => Told = (told) => told;

beforeAll(async () => {
  bridge = await startRelayedBridge();
  browser = await openBrowser();
  loopback = createLoopback();
  const other = await loopback.serve(async (request, response) => {
    const told = (await (await fetch(`${bridge.relayerUrl}${request.url}`)).json()) as Told;
    response.writeHead(200, { "content-type": "application/json", "access-control-allow-origin": "*" });
    response.end(JSON.stringify(change(told)));
  });
  redis = await startRedis(findRedis(), `${bridge.folder}/second-redis.log`);
  relayer = await startAnotherRelayer(bridge, "second", {
    folder: bridge.folder,
    redis: redis.url,
    settings: { portal: { relayers: [other] } },
  });
});

afterAll(async () => {
  await browser?.close();
  await relayer?.child.stop();
  await redis?.child?.stop();
  loopback?.close();
  await bridge?.stop();
});

const open = async (fragment: string, look: Look = DESKTOP): Promise<Page> =>
  (await openPage(browser, relayer.url, fragment, look)).page;

const noticed = async (page: Page, about: string): Promise<void> => {
  await page.locator(`[data-notice="${about}"]`).waitFor();
  await shoot(page, `notice-${about}`);
};

describe("another relayer of the bridge", () => {
  it("is compared with, and moving assets stays possible while both agree", async () => {
    const page = await open("#/verify");
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.locator('[data-verdict="good"]').waitFor();
    await page.getByText("Other relayers", { exact: true }).waitFor();
    expect(await page.locator('[data-outcome="failed"]').count()).toBe(0);
    await page.context().close();
  });

  it("switches moving assets off where it tells of another ledger", async () => {
    change = (told) => ({ ...told, current: { ...told.current, anchor: tampered(told.current?.anchor ?? "") } });
    const page = await open("#/verify");
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.locator('[data-verdict="bad"]').first().waitFor();
    await shoot(page, "relayers-disagree");
    await page.getByRole("link", { name: "Move", exact: true }).click();
    await page.getByText("Moving assets is switched off here").waitFor();
    expect(await page.getByRole("button", { name: "Get a deposit address" }).isDisabled()).toBe(true);
    change = (told) => told;
    await page.context().close();
  });
});

describe("a part of the bridge that is away", () => {
  it("is told while the browser is offline, and what was known stays", async () => {
    const page = await open("#/bridge", PHONE);
    await page.getByText("covered", { exact: true }).first().waitFor();
    await page.context().setOffline(true);
    await page.getByText("You are offline.").waitFor();
    expect(await page.getByText("covered", { exact: true }).count()).toBeGreaterThan(0);
    await page.context().setOffline(false);
    await page.getByText("You are offline.").waitFor({ state: "hidden" });
    await page.context().close();
  });

  it("is told where the relayer has lost Redis, or is gone itself", async () => {
    const page = await open("#/transfers");
    await page.getByText("Transfers", { exact: true }).first().waitFor();
    await redis.child?.kill();
    await noticed(page, "redis");
    await relayer.child.kill();
    await noticed(page, "relayer");
    await page.context().close();
  });
});
