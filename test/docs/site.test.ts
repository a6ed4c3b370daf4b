/** The site that is built from `docs/`: plain files whose links all lead somewhere. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildSite } from "#scripts/dist/site/build-site.js";
import { PAGES } from "#scripts/dist/site/contents.js";
import { resolveLink } from "#scripts/dist/site/links.js";
import { filesEnding, REPOSITORY } from "./markdown.js";

const ELSEWHERE = "https://repository.example/";

let target = "";
let files: readonly string[] = [];
const pages = new Map<string, string>();

beforeAll(async () => {
  target = await mkdtemp(join(tmpdir(), "pdiem-site-"));
  files = await buildSite({ repository: REPOSITORY, target, address: ELSEWHERE });
  for (const name of files) if (name.endsWith(".html")) pages.set(name, await readFile(join(target, name), "utf8"));
});
afterAll(() => rm(target, { recursive: true }));

const attributes = (html: string, name: string): readonly string[] =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value = ""]) => value);

it("has a page for each of the documentation's files, and a front", () => {
  const sources = new Set(PAGES.map(({ source }) => source));
  expect(filesEnding(".md").filter((path) => path.startsWith("docs/") && !sources.has(path))).toEqual([]);
  expect(files).toEqual([...files].sort());
  expect(files).toContain("index.html");
  expect(pages.size).toBe(PAGES.length + 1);
});

it("links to pages, headings and pictures that are there", () => {
  const broken = [...pages].flatMap(([name, html]) =>
    [...attributes(html, "href"), ...attributes(html, "src")].flatMap((link) => {
      if (/^[a-z]+:/.test(link)) return [];
      const [path, fragment] = link.split("#");
      const linked = path === "" ? name : (path ?? name);
      const isThere =
        files.includes(linked) &&
        (fragment === undefined || attributes(pages.get(linked) ?? "", "id").includes(decodeURIComponent(fragment)));
      return isThere ? [] : [`${name}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});

it("loads nothing from elsewhere, runs no script, and says so by its policy", () => {
  for (const [name, html] of pages) {
    const loaded = [
      ...attributes(html, "src"),
      ...[...html.matchAll(/<link [^>]*href="([^"]*)"/g)].map(([, to]) => to),
    ];
    expect(
      loaded.filter((link) => link?.includes("/")),
      name,
    ).toEqual([]);
    expect(html, name).not.toContain("<script");
    expect(html, name).toContain("default-src 'none'; style-src 'self'; img-src 'self'");
  }
});

it("points to the repository for what isn't one of its pages", () => {
  const [operating] = PAGES.filter(({ source }) => source === "docs/operating.md");
  if (operating === undefined) throw new Error("expected a page of docs/operating.md");
  const resolve = (link: string) => resolveLink(operating, link, ELSEWHERE).href;
  expect(resolve("../infra/tdx/README.md#start")).toBe(`${ELSEWHERE}infra/tdx/README.md#start`);
  expect(resolve("PROTOCOL.md#3-settlement")).toBe("protocol.html#3-settlement");
  expect(resolve("../SECURITY.md")).toBe("security.html");
  expect(resolve("#commands")).toBe("#commands");
  expect(resolve("https://polkadot.network/")).toBe("https://polkadot.network/");
});

it("says where one is by its list of contents", () => {
  for (const { target: name } of PAGES)
    expect(pages.get(name)?.match(/<a href="([^"]*)" aria-current="page">/)?.[1]).toBe(name);
});
