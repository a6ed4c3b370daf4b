/** How the portal is to use: by keyboard alone, by camera, installed, and fast. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metadataFor, type RelayedBridge, startRelayedBridge } from "../e2e/support/relayed-bridge.js";
import { LOOKS, type Look, openBrowser, openPage, shoot } from "./support/browser.js";
import { writeCodeVideo } from "./support/code-video.js";
import { seriousFaults } from "./support/portal.js";

const [DESKTOP = { width: 1280, scheme: "light" } as Look, PHONE = DESKTOP] = LOOKS;
const ACCOUNT = new Uint8Array(32).fill(0x5d);
const DIST = fileURLToPath(new URL("../../relayer/web/dist", import.meta.url));

let bridge: RelayedBridge;
let browser: Browser;

beforeAll(async () => {
  bridge = await startRelayedBridge();
  const video = join(bridge.folder, "code.y4m");
  writeCodeVideo(video, `substrate:0x${toHex(ACCOUNT)}`);
  browser = await openBrowser(
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${video}`,
  );
});

afterAll(async () => {
  await browser?.close();
  await bridge?.stop();
});

/** Goes on by the tabulator until something is in focus. */
const tabTo = async (page: Page, selector: string): Promise<void> => {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate<boolean>(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`)) return;
  }
  throw new Error(`expected to reach ${selector} by keyboard`);
};

describe("without a mouse", () => {
  it("takes a whole deposit by keyboard", async () => {
    const { page } = await openPage(browser, bridge.relayerUrl, "#/move", DESKTOP);
    await page.locator("#amount").waitFor();
    await tabTo(page, "#amount");
    await page.keyboard.type("3");
    await tabTo(page, "#account");
    await page.keyboard.type(toHex(ACCOUNT));
    await tabTo(page, "button.main:not(:disabled)");
    await page.keyboard.press("Enter");
    const address = (await page.locator("[data-address]").getAttribute("data-address")) ?? "";
    await bridge.pay("XUS", 3_000_000n, metadataFor(address));
    await page.locator("[data-arrivals] a").first().waitFor();
    await tabTo(page, "[data-arrivals] a");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Deposit of 3 XUS" }).waitFor();
    await page.locator('[data-ended="true"]').waitFor();
    await page.context().close();
  });

  it("names everything that can be used, on every page", async () => {
    for (const fragment of ["#/move", "#/transfers", "#/verify", "#/bridge"]) {
      const { page } = await openPage(browser, bridge.relayerUrl, fragment, PHONE);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.context().close();
    }
  });
});

describe("with a camera", () => {
  it("reads an account from a code, and asks for the camera only then", async () => {
    const { page } = await openPage(browser, bridge.relayerUrl, "#/move", PHONE);
    await page.getByRole("button", { name: "Scan a code: Your account on the parachain" }).click();
    await expect.poll(() => page.inputValue("#account"), { timeout: 60_000 }).toBe(`0x${toHex(ACCOUNT)}`);
    await page.locator("video").waitFor({ state: "hidden" });
    await shoot(page, "scanned");
    await page.context().close();
  });
});

describe("as an app", () => {
  it("opens without a network, and keeps none of the relayer's answers", async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 900 } });
    const page = await context.newPage();
    await page.goto(`${bridge.relayerUrl}/#/bridge`);
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    await page.getByText("covered", { exact: true }).first().waitFor();
    const kept = await page.evaluate<readonly string[]>(`(async () => {
      const names = await caches.keys();
      const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return lists.flat().map(({ url }) => new URL(url).pathname);
    })()`);
    expect(kept).toContain("/");
    expect(kept.filter((path) => /api|queues|metrics|healthz|readyz/.test(path))).toEqual([]);
    await context.setOffline(true);
    await page.reload();
    await page.getByText("You are offline.").waitFor();
    await context.close();
  });

  it("names icons that are there, in a manifest that can be installed", async () => {
    const manifest = JSON.parse(readFileSync(join(DIST, "manifest.webmanifest"), "utf8")) as {
      icons: readonly { src: string; sizes: string; purpose: string }[];
    };
    for (const { src } of manifest.icons) expect((await fetch(new URL(src, `${bridge.relayerUrl}/`))).status).toBe(200);
    expect(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual(
      expect.arrayContaining(["192x192 any", "512x512 any", "512x512 maskable"]),
    );
  });

  it("asks the relayer that it is told of, served from another host", async () => {
    const html = readFileSync(join(DIST, "index.html"), "utf8");
    const { page } = await openPage(browser, bridge.relayerUrl, "#/bridge", DESKTOP);
    const elsewhere = html.replace(
      'name="pdiem-relayer" content=""',
      `name="pdiem-relayer" content="${bridge.relayerUrl}/"`,
    );
    await page.route("http://portal.example/**", async (route) => {
      const path = new URL(route.request().url()).pathname;
      if (path === "/") return route.fulfill({ contentType: "text/html", body: elsewhere });
      return route.fulfill({ path: join(DIST, path) });
    });
    const asked: string[] = [];
    await page.route("**/api/v1/**", async (route) => {
      asked.push(new URL(route.request().url()).origin);
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "access-control-allow-origin": "*" } });
    });
    await page.goto("http://portal.example/#/transfers");
    await page
      .getByText("No transfer yet.")
      .or(page.getByText("Ended", { exact: true }))
      .first()
      .waitFor();
    expect([...new Set(asked)]).toEqual([bridge.relayerUrl]);
    await page.context().close();
  });
});

/** What a first visit loads before anything is verified. */
const firstFiles = (): readonly string[] =>
  readdirSync(join(DIST, "assets")).filter((name) => /^index-.*\.(?:js|css)$/.test(name));

describe("budgets", () => {
  it("loads less than 400 kB, compressed, before the verifier", () => {
    const sizes = firstFiles().map((name) => gzipSync(readFileSync(join(DIST, "assets", name))).length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(400_000);
  });

  it("shows its content early in the load, and doesn't let it jump", async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 900 }, serviceWorkers: "block" });
    const page = await context.newPage();
    await page.addInitScript(`
      window.shifts = 0;
      window.paints = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
      new PerformanceObserver((list) => window.paints.push(...list.getEntries().map(({ startTime }) => startTime)))
        .observe({ type: "largest-contentful-paint", buffered: true });
    `);
    await page.goto(`${bridge.relayerUrl}/#/bridge`);
    await page.getByText("covered", { exact: true }).first().waitFor();
    const { shifts, painted, all } = await page.evaluate<{ shifts: number; painted: number; all: number }>(
      "({ shifts: window.shifts, painted: window.paints[0] ?? Infinity, all: performance.now() })",
    );
    expect(shifts).toBeLessThan(0.25);
    // A ratio, whatever the machine's pace: something is there before everything is proven.
    expect(painted / all).toBeLessThan(0.9);
    await context.close();
  });
});

describe("a long way", () => {
  it("is walked in pieces, and kept in the browser", async () => {
    const { relay } = bridge.chains;
    for (let left = 70; left > 0; left--) {
      const setId = relay.changeAuthorities(1);
      await eventually(() => (relay.trustRoot().setId === setId ? true : undefined));
    }
    const last = relay.trustRoot().setId;
    const { page } = await openPage(browser, bridge.relayerUrl, "#/verify", DESKTOP);
    const asked: bigint[] = [];
    page.on("request", (request) => {
      const body = request.url().endsWith("/proofs") ? request.postData() : null;
      if (body !== null) asked.push(BigInt((JSON.parse(body) as { from: { setId: string } }).from.setId));
    });
    await expect
      .poll(
        async () => {
          await page.getByRole("button", { name: "Verify now" }).click();
          await page.locator("[data-verdict]").first().waitFor();
          return page.getByText(`by authority set ${last}`).count();
        },
        { timeout: 120_000 },
      )
      .toBe(1);
    expect(asked.length).toBeGreaterThan(1);
    const [first = 0n, second = 0n] = asked;
    expect([first, second > first]).toEqual([0n, true]);
    // Opened again, it begins where it was.
    asked.length = 0;
    await page.reload();
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.locator("[data-verdict]").first().waitFor();
    expect(asked[0]).toBeGreaterThanOrEqual(second);
    await page.context().close();
  });
});
