/** The portal in a real browser, on a whole bridge: what people do, and what they must be told. */
import { encodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { toHex } from "@pdiem/light-client/bytes";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDesk } from "../e2e/support/guardians.js";
import { metadataFor, type RelayedBridge, startRelayedBridge } from "../e2e/support/relayed-bridge.js";
import { LOOKS, type Look, openBrowser, openPage, shoot } from "./support/browser.js";
import { seriousFaults, tampered, verifyTransfer } from "./support/portal.js";
import { createWallet, type StandInWallet } from "./support/wallet.js";

const [DESKTOP = { width: 1280, scheme: "light" } as Look] = LOOKS;

let bridge: RelayedBridge;
let browser: Browser;
let wallet: StandInWallet;

beforeAll(async () => {
  bridge = await startRelayedBridge();
  browser = await openBrowser();
  wallet = await createWallet(bridge.chains.assetHub.wsUrl, "//Holder");
  await bridge.chains.operator.fundAccount(wallet.account, 10_000_000_000_000n);
});

afterAll(async () => {
  await wallet?.close();
  await browser?.close();
  await bridge?.stop();
});

const name = (what: string, { width, scheme }: Look): string => `${what}-${width}-${scheme}`;

const depositThrough = async (look: Look): Promise<void> => {
  const { page, complaints } = await openPage(browser, bridge.relayerUrl, "#/move", look);
  await page.fill("#amount", "12.5");
  await page.fill("#account", wallet.address);
  await page.getByText("It would be minted to your account.").waitFor();
  expect(await page.locator('[data-quote="arrives"]').textContent()).toBe("12.49 XUS");
  await page.getByRole("button", { name: "Get a deposit address" }).click();
  const address = (await page.locator("[data-address]").getAttribute("data-address")) ?? "";
  await shoot(page, name("pay-in", look));
  expect(await seriousFaults(page)).toEqual([]);

  const { status } = await bridge.pay("XUS", 12_500_000n, metadataFor(address));
  expect(status).toBe("executed");
  // Closed and opened again in the middle, the page goes on where it was.
  await page.reload();
  await page
    .locator("[data-arrivals]")
    .getByRole("link", { name: /12\.5 XUS/ })
    .first()
    .click();
  await page.getByText("Minted", { exact: true }).waitFor();
  await shoot(page, name("followed-deposit", look));
  await page.reload();
  await page.getByText("Minted", { exact: true }).waitFor();
  await verifyTransfer(bridge, page, "minted to 0x", name("proven-deposit", look));
  expect(await seriousFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
};

const withdrawThrough = async (look: Look): Promise<void> => {
  const payee = createAccount(bridge.chains.diem, 0n, "A payee").address;
  const { page, complaints } = await openPage(browser, bridge.relayerUrl, "#/move", look);
  await wallet.inject(page);
  await page.reload();
  await page.getByText("Parachain → Diem").click();
  await page.fill("#amount", "5");
  await page.fill("#payee", encodeAccountIdentifier("tdm", payee));
  await page.getByRole("button", { name: "Pick the account that pays" }).click();
  await page.getByRole("button", { name: "Holder" }).click();
  await page.getByText("It would be burned, and paid on Diem.").waitFor();
  await shoot(page, name("pay-out", look));
  await page.getByRole("button", { name: "Sign and send" }).click();
  const transfer = (await page.locator("[data-sent]").getAttribute("data-sent")) ?? "";
  await page.goto(`${bridge.relayerUrl}/#/transfers/${transfer}`);
  await page.reload();
  await page.getByText("Paid on Diem", { exact: true }).waitFor();
  await shoot(page, name("followed-withdrawal", look));
  await verifyTransfer(bridge, page, "4.98 XUS at version", name("proven-withdrawal", look));
  expect(await seriousFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
};

describe.each(LOOKS)("at $width pixels, $scheme", (look) => {
  it("takes a deposit from an address to its mint", () => depositThrough(look));

  it("takes a withdrawal from one signature to its payment", () => withdrawThrough(look));

  it("verifies the bridge in the page", async () => {
    const { page, complaints } = await openPage(browser, bridge.relayerUrl, "#/verify", look);
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.locator('[data-verdict="good"]').waitFor();
    await shoot(page, name("verified", look));
    expect(await page.locator('[data-outcome="failed"]').count()).toBe(0);
    expect(await page.locator('[data-outcome="ok"]').count()).toBeGreaterThan(15);
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("shows the state of the bridge", async () => {
    const { page } = await openPage(browser, bridge.relayerUrl, "#/bridge", look);
    await page.getByText("covered", { exact: true }).first().waitFor();
    await shoot(page, name("bridge", look));
    expect(await seriousFaults(page)).toEqual([]);
    const widest = await page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
    expect(widest).toBeLessThanOrEqual(0);
    await page.context().close();
  });
});

const LIES = [
  ["a proof", "**/api/v1/proofs", "proofs"],
  ["the configuration", "**/api/v1/bridge", "config"],
] as const;

describe("a relayer that lies", () => {
  it.each(LIES)("is found out where it changes %s, and nothing can be moved", async (_, path, field) => {
    const { page } = await openPage(browser, bridge.relayerUrl, "#/verify", DESKTOP);
    await page.route(path, async (route) => {
      const answer = (await (await route.fetch()).json()) as Record<string, string>;
      await route.fulfill({ json: { ...answer, [field]: tampered(answer[field] ?? "") } });
    });
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.locator('[data-verdict="bad"]').first().waitFor();
    await page.getByRole("link", { name: "Move" }).click();
    await page.fill("#account", wallet.address);
    await page.getByText("Moving assets is switched off here").waitFor();
    expect(await page.getByRole("button", { name: "Get a deposit address" }).isDisabled()).toBe(true);
    await page.context().close();
  });

  it("is found out where it shows evidence of another time", async () => {
    const { page } = await openPage(browser, bridge.relayerUrl, "#/verify", DESKTOP);
    await page.route("**/api/v1/enclave/evidence", async (route) => {
      await route.continue({ postData: JSON.stringify({ challenge: "ab".repeat(32) }) });
    });
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.locator('[data-verdict="bad"]').first().waitFor();
    expect(await page.locator('[data-outcome="failed"]').count()).toBe(1);
    await shoot(page, "old-evidence");
    await page.context().close();
  });

  it("is found out where it tells another ledger", async () => {
    const { page } = await openPage(browser, bridge.relayerUrl, "#/verify", DESKTOP);
    await page.route("**/api/v1/ledger", async (route) => {
      const answer = (await (await route.fetch()).json()) as { current: { ledger: string } };
      const ledger = answer.current.ledger;
      // The last byte of the hash of the governance state: the ledger decodes all the same.
      const other = ledger.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
      await route.fulfill({ json: { ...answer, current: { ...answer.current, ledger: other } } });
    });
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.locator('[data-verdict="bad"]').first().waitFor();
    await page.context().close();
  });
});

describe("trouble", () => {
  it("is told where the relayer can't be reached", async () => {
    const { page } = await openPage(browser, bridge.relayerUrl, "#/transfers", DESKTOP);
    await page.route("**/api/v1/**", (route) => route.abort());
    await page.reload();
    await page.getByText("The relayer can't be reached.").first().waitFor();
    await shoot(page, "unreachable");
    await page.context().close();
  });

  it("is told where guardians have paused the bridge, before anything is moved", async () => {
    const desk = openDesk(bridge);
    await desk.decide(["pause"]);
    await desk.until(({ inForce }) => inForce.paused);
    const { page } = await openPage(browser, bridge.relayerUrl, "#/move", DESKTOP);
    await page.getByText("The guardians have paused the bridge.").first().waitFor();
    await page.fill("#amount", "1");
    await page.fill("#account", toHex(wallet.account));
    await page.getByText("It would wait: the guardians have paused the bridge.").waitFor();
    await shoot(page, "paused");
    await page.context().close();
  });
});
