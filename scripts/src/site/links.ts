import { posix } from "node:path";
import { PAGES, type Page } from "./contents.js";

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const PICTURE = /\.(png|svg|jpg)$/;

const targets: ReadonlyMap<string, string> = new Map(PAGES.map(({ source, target }) => [source, target]));

/** What a link of a page points to: a page of the site, a picture to be copied, or neither. */
export type Link =
  | { readonly type: "page"; readonly href: string }
  | { readonly type: "picture"; readonly href: string; readonly source: string }
  | { readonly type: "repository"; readonly href: string };

/**
 * Resolves a link as it stands in Markdown.
 * @param repository where files that aren't pages can be read, with a slash at its end
 */
export const resolveLink = ({ source }: Page, link: string, repository: string): Link => {
  if (SCHEME.test(link) || link.startsWith("#")) return { type: "page", href: link };
  const [path = "", fragment] = link.split("#");
  const resolved = posix.join(posix.dirname(source), path);
  const behind = fragment === undefined ? "" : `#${fragment}`;
  const target = targets.get(resolved);
  if (target !== undefined) return { type: "page", href: `${target}${behind}` };
  if (PICTURE.test(resolved)) return { type: "picture", href: posix.basename(resolved), source: resolved };
  return { type: "repository", href: `${repository}${resolved}${behind}` };
};
