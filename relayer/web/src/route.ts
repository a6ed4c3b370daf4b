/** The page that is shown, by the address's fragment: it never reaches a server. */
import { signal } from "@preact/signals";

export type Page = "move" | "transfers" | "verify" | "bridge";

export interface Route {
  readonly page: Page;
  /** What the page is about, such as a transfer's id. */
  readonly subject: string | undefined;
}

const PAGES: readonly Page[] = ["move", "transfers", "verify", "bridge"];

/** Reads a fragment such as `#/transfers/deposit-7`. */
export const readRoute = (fragment: string): Route => {
  const [, name = "", subject] = fragment.split("/");
  const page = PAGES.find((one) => one === name) ?? "move";
  return { page, subject: subject === undefined || subject === "" ? undefined : decodeURIComponent(subject) };
};

export const hrefOf = (page: Page, subject?: string): string =>
  `#/${page}${subject === undefined ? "" : `/${encodeURIComponent(subject)}`}`;

export const route = signal<Route>(readRoute(location.hash));

addEventListener("hashchange", () => {
  route.value = readRoute(location.hash);
});
