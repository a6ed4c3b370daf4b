import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { programIn } from "../../bin/program.mjs";

const BUNDLE = "relayer/dist/bundle/main.js";
const MODULES = "relayer/dist/cli/main.js";

const folder = mkdtempSync(join(tmpdir(), "pdiem-program-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (file: string, at: number): void => {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  utimesSync(path, at, at);
};

const begun = (): string => programIn(pathToFileURL(`${folder}/`)).href.slice(pathToFileURL(`${folder}/`).href.length);

it("begins with the bundle only where nothing was compiled after it", () => {
  expect(begun()).toBe(MODULES);
  write(BUNDLE, 1_000);
  expect(begun()).toBe(BUNDLE);
  write("relayer/dist/.tsbuildinfo", 1_000);
  expect(begun()).toBe(BUNDLE);
  write("light-client/dist/.tsbuildinfo", 1_001);
  expect(begun()).toBe(MODULES);
  write(BUNDLE, 1_002);
  expect(begun()).toBe(BUNDLE);
});
