/** What people do in the portal, step by step. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { pdiem, pdiemDone } from "../../e2e/support/pdiem.js";
import type { RelayedBridge } from "../../e2e/support/relayed-bridge.js";
import { shoot } from "./browser.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeReport {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Names what keeps some people from using a page. */
export const seriousFaults = async (page: Page): Promise<readonly string[]> => {
  // The page's own policy lets no script in: it is run by the browser's inspector.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeReport>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
};

/** Changes one hex digit in the middle of a text. */
export const tampered = (text: string): string => {
  const at = text.length >> 1;
  return `${text.slice(0, at)}${text[at] === "0" ? "1" : "0"}${text.slice(at + 1)}`;
};

/** Verifies the transfer that a page shows, and its downloaded proofs offline. */
export const verifyTransfer = async (
  { folder, config }: RelayedBridge,
  page: Page,
  found: string,
  shot: string,
): Promise<void> => {
  await page.getByRole("button", { name: "Verify this transfer" }).click();
  await page.locator('[data-verdict="good"]').waitFor();
  await page.getByText(found).first().waitFor();
  await shoot(page, shot);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download its proofs" }).click(),
  ]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  expect(await pdiemDone("verify-proof", path, "--bridge", toHex(bridgeId(config)))).toContain(found);
  const set = JSON.parse(readFileSync(path, "utf8")) as { ledger: string };
  writeFileSync(path, JSON.stringify({ ...set, ledger: tampered(set.ledger) }));
  expect((await pdiem("verify-proof", path)).code).toBe(1);
};
