/** What this browser alone remembers: the address book, followed transfers, the bridge. */
import { signal } from "@preact/signals";
import { z } from "zod";

const PREFIX = "pdiem.";
const MOST = 100;

/** Reads what was kept under a name; `empty` for nothing, or anything else. */
export const readKept = <T>(name: string, schema: z.ZodType<T>, empty: T): T => {
  try {
    const parsed = schema.safeParse(JSON.parse(localStorage.getItem(PREFIX + name) ?? "null"));
    return parsed.success ? parsed.data : empty;
  } catch {
    return empty;
  }
};

/** Keeps a value in this browser, where it keeps anything. */
export const keep = (name: string, value: unknown): void => {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still serves.
  }
};

const followedTransfer = z.object({ id: z.string().max(200), at: z.number() });
const entry = z.object({ name: z.string().max(60), address: z.string().max(200) });

export const followed = signal(readKept("followed", z.array(followedTransfer).max(MOST), []));
export const book = signal(readKept("book", z.array(entry).max(MOST), []));

/** Remembers a transfer; asked again, it comes to the top. */
export const follow = (id: string): void => {
  followed.value = [{ id, at: Date.now() }, ...followed.value.filter((one) => one.id !== id)].slice(0, MOST);
  keep("followed", followed.value);
};

/** Forgets every transfer and address. */
export const forgetAll = (): void => {
  followed.value = [];
  book.value = [];
  keep("followed", []);
  keep("book", []);
};

export const forget = (id: string): void => {
  followed.value = followed.value.filter((one) => one.id !== id);
  keep("followed", followed.value);
};

/** Remembers an address under a name. */
export const note = (name: string, address: string): void => {
  book.value = [{ name, address }, ...book.value.filter((one) => one.address !== address)].slice(0, MOST);
  keep("book", book.value);
};

export const forgetAddress = (address: string): void => {
  book.value = book.value.filter((one) => one.address !== address);
  keep("book", book.value);
};

/** Tells whether a bridge is the one that was used here first; remembers it if it is the first. */
export const isSameBridge = (bridgeId: string): boolean => {
  const known = readKept("bridge", z.string().max(64), "");
  if (known === "") keep("bridge", bridgeId);
  return known === "" || known === bridgeId;
};

export type Theme = "auto" | "light" | "dark";
const theme = z.enum(["auto", "light", "dark"]);
export const chosenTheme = signal<Theme>(readKept("theme", theme, "auto"));

export const chooseTheme = (chosen: Theme): void => {
  chosenTheme.value = chosen;
  keep("theme", chosen);
};
