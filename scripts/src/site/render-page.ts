import { Marked } from "marked";
import { gfmHeadingId } from "marked-gfm-heading-id";
import { CONTENTS, type Page } from "./contents.js";
import { resolveLink } from "./links.js";

export interface RenderedPage {
  readonly html: string;
  /** Pictures that it shows, by the name that they must have beside it. */
  readonly pictures: ReadonlyMap<string, string>;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const navigation = (current: Page): string =>
  CONTENTS.map(({ title, pages }) => {
    const items = pages.map(({ target, title: name }) => {
      const isCurrent = target === current.target ? ' aria-current="page"' : "";
      return `<li><a href="${target}"${isCurrent}>${escaped(name)}</a></li>`;
    });
    return `<p>${escaped(title)}</p><ul>${items.join("")}</ul>`;
  }).join("\n");

const layout = (page: Page, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'self'; img-src 'self'">
<meta name="referrer" content="no-referrer">
<title>${escaped(page.title)} · pDiem</title>
<link rel="stylesheet" href="site.css">
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header><a href="index.html">pDiem</a></header>
<div class="columns">
<nav aria-label="Contents">
${navigation(page)}
</nav>
<main id="content">
${content}
</main>
</div>
</body>
</html>
`;

/**
 * Renders a page's Markdown with the site's layout.
 * @param repository as for `resolveLink`
 */
export const renderPage = (page: Page, markdown: string, repository: string): RenderedPage => {
  const pictures = new Map<string, string>();
  const marked = new Marked({ async: false }, gfmHeadingId(), {
    walkTokens: (token) => {
      if (token.type !== "link" && token.type !== "image") return;
      const link = resolveLink(page, token.href, repository);
      if (link.type === "picture") pictures.set(link.href, link.source);
      token.href = link.href;
    },
    renderer: {
      // Drawing it takes a script, which no page runs.
      code: ({ lang, text }) =>
        lang === "mermaid"
          ? `<details><summary>A diagram, as text</summary><pre>${escaped(text)}</pre></details>\n`
          : false,
      // A page is no wider than its screen: what is wider moves in a frame of its own.
      table(token) {
        const cells = (row: typeof token.header, tag: "th" | "td") =>
          row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join("");
        const rows = token.rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("\n");
        const head = `<thead><tr>${cells(token.header, "th")}</tr></thead>`;
        return `<div class="wide" tabindex="0"><table>${head}<tbody>${rows}</tbody></table></div>\n`;
      },
    },
  });
  const content = marked.parse(markdown);
  if (typeof content !== "string") throw new TypeError("expected Markdown to be rendered at once");
  return { html: layout(page, content), pictures };
};
