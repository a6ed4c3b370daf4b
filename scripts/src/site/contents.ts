/** A page of the documentation's site. */
export interface Page {
  /** Path in the repository. */
  readonly source: string;
  /** Name of the file that it becomes. */
  readonly target: string;
  /** Name in the list of contents. */
  readonly title: string;
}

export interface Chapter {
  readonly title: string;
  readonly pages: readonly Page[];
}

const page = (source: string, title: string): Page => ({
  source,
  target: `${source
    .replace(/^docs\//, "")
    .replace(/\.md$/, "")
    .toLowerCase()}.html`,
  title,
});

/** The site's contents, in reading order. The first page is also its front. */
export const CONTENTS: readonly Chapter[] = [
  { title: "Use it", pages: [page("docs/concepts.md", "Concepts")] },
  {
    title: "Run it",
    pages: [
      page("docs/operating.md", "Operate"),
      page("docs/configuration.md", "Configure"),
      page("docs/api.md", "The API"),
      page("docs/deploying.md", "Deploy"),
      page("docs/alarms.md", "Alarms"),
      page("docs/metrics.md", "Metrics"),
      page("docs/runbooks.md", "Runbooks"),
      page("docs/runtimes.md", "Runtimes"),
      page("docs/upgrading.md", "Upgrade, back up, restore"),
    ],
  },
  { title: "Guard it", pages: [page("docs/guardians.md", "For guardians"), page("SECURITY.md", "Security")] },
  {
    title: "Know it",
    pages: [page("docs/PROTOCOL.md", "The protocol"), page("docs/ARCHITECTURE.md", "Architecture")],
  },
];

export const PAGES: readonly Page[] = CONTENTS.flatMap(({ pages }) => pages);
