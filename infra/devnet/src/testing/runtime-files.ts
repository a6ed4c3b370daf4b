/**
 * Runtimes that tests run beside the one that comes with a package. PDIEM_RUNTIMES names a folder
 * of them: WebAssembly (`.wasm`) or chain specifications (`.json`). Their names end with `-` and
 * the spec version.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface RuntimeFile {
  /** The file's, without its ending. */
  readonly name: string;
  readonly path: string;
  readonly specVersion: number;
}

const NAME = /^(.+-([0-9]{1,10}))\.(?:wasm|json)$/;

const folder = (): string | undefined => {
  const named = process.env.PDIEM_RUNTIMES;
  return named === undefined || named === "" || !existsSync(named) ? undefined : named;
};

/** Lists the runtimes, by rising spec version; none where no folder is named. */
export const runtimeFiles = (): readonly RuntimeFile[] => {
  const named = folder();
  const files = named === undefined ? [] : readdirSync(named).map((file) => ({ file, match: NAME.exec(file) }));
  return files
    .flatMap(({ file, match }) => {
      const [, name, version] = match ?? [];
      if (named === undefined || name === undefined) return [];
      return [{ name, path: join(named, file), specVersion: Number(version) }];
    })
    .toSorted((a, b) => a.specVersion - b.specVersion);
};

/** What a test says that is skipped because the folder has no runtime for it. */
export const NO_RUNTIMES = "isn't tried: PDIEM_RUNTIMES names no folder with runtimes for it";

/** Gives the path of a runtime; undefined where the folder or the file is missing. */
export const runtimeFile = (name: string): string | undefined => runtimeFiles().find((one) => one.name === name)?.path;
