import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The text of a file; undefined when there is none. */
export const readText = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
};

/** Where the fixtures are: beside the repository unless PDIEM_FIXTURES says otherwise. */
export const fixturesFolder = (): string =>
  process.env.PDIEM_FIXTURES ?? fileURLToPath(new URL("../../../shared/fixtures", import.meta.url));
