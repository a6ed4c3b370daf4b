import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { PAGES } from "./contents.js";
import { renderPage } from "./render-page.js";

const STYLE = "docs/site/site.css";

export interface SiteOptions {
  /** Folder of the repository that is read. */
  readonly repository: string;
  /** Folder that is made anew. */
  readonly target: string;
  /** Address of the repository's files for people, with a slash at its end. */
  readonly address: string;
}

/**
 * Builds the documentation's site: plain files that any host can serve.
 * @returns names of the files, in order
 * @throws the platform's error where a page's source is missing
 */
export const buildSite = async ({ repository, target, address }: SiteOptions): Promise<readonly string[]> => {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const names: string[] = [];
  const write = async (name: string, content: string): Promise<void> => {
    await writeFile(join(target, name), content);
    names.push(name);
  };
  const copy = async (source: string, name: string): Promise<void> => {
    await copyFile(join(repository, source), join(target, name));
    names.push(name);
  };
  const pictures = new Map<string, string>();
  for (const [i, page] of PAGES.entries()) {
    const rendered = renderPage(page, await readFile(join(repository, page.source), "utf8"), address);
    await write(page.target, rendered.html);
    if (i === 0) await write("index.html", rendered.html);
    for (const [name, source] of rendered.pictures) pictures.set(name, source);
  }
  for (const [name, source] of pictures) await copy(source, name);
  await copy(STYLE, basename(STYLE));
  return names.sort();
};
