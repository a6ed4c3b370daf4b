/** Places in lists, as clients carry them from page to page without looking inside. */
import { PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";

const LONGEST = 300;

/** Where a page begins, as `next` of the one before names it. */
export const cursorText = z.string().max(LONGEST).describe("`next` of the page before; left out, the first page");

/** How many of a list at most. */
export const pageLimit = (usual: number, most: number) => z.coerce.number().int().min(1).max(most).default(usual);

/** Writes a place. */
export const writeCursor = (place: object): string => Buffer.from(JSON.stringify(place)).toString("base64url");

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
};

/** Reads a place. @throws PdiemError `request/cursor` for what no page of the list has named */
export const readCursor = <T>(place: z.ZodType<T>, text: string): T => {
  const { success, data } = place.safeParse(parsed(text));
  if (success) return data;
  throw new PdiemError("request/cursor", "expected a cursor that a page of this list has named as next", "never");
};
