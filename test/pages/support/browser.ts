/** A real browser, and pages of the relayer's in it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "#scripts/chromium.mjs";

/** Where screenshots are looked at: no part of the repository. */
const SHOTS = join(import.meta.dirname, "..", "..", "..", ".cache", "pages");

export interface Look {
  readonly width: number;
  readonly scheme: "light" | "dark";
}

/** What people have: a desktop by day, and a phone by night. */
export const LOOKS: readonly Look[] = [
  { width: 1280, scheme: "light" },
  { width: 390, scheme: "dark" },
];

export const openBrowser = (...args: readonly string[]): Promise<Browser> => {
  const { path, env } = findChromium();
  return chromium.launch({
    executablePath: path,
    env: { ...(process.env as Record<string, string>), ...env },
    // The pages are this machine's own, and a container has no right to make sandboxes.
    args: ["--no-sandbox", ...args],
  });
};

export interface OpenPage {
  readonly page: Page;
  /** Everything that the page complained of. */
  readonly complaints: readonly string[];
}

/** Opens one of the relayer's pages. */
export const openPage = async (browser: Browser, base: string, fragment: string, look: Look): Promise<OpenPage> => {
  const context = await browser.newContext({
    viewport: { width: look.width, height: 900 },
    colorScheme: look.scheme,
    // What it asks for would pass by what tests change of answers.
    serviceWorkers: "block",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !/^(?:blob|data):/.test(request.url()))
      complaints.push(`asked somebody else: ${request.url()}`);
  });
  await page.goto(`${base}/${fragment}`, { timeout: 120_000 });
  return { page, complaints };
};

/** Keeps what a page looks like, for people. */
export const shoot = async (page: Page, name: string): Promise<void> => {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
};
