/** The command line, as an operator or a guardian uses it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GUARDIAN_SEEDS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { toHex } from "@pdiem/light-client/bytes";
import { runCli } from "@pdiem/relayer/cli/cli";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const pdiem = async (...args: readonly string[]): Promise<Ran> => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { code, out: out.join("\n"), err: err.join("\n") };
};

/** What a command prints. @throws Error with what it says where it fails */
export const pdiemDone = async (...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await pdiem(...args);
  if (code !== 0) throw new Error(`expected pdiem ${args.join(" ")} to succeed, got ${code}: ${err}`);
  return out;
};

/** Files of the guardians' keys, two of which must sign. */
export const writeGuardianKeys = (folder: string): readonly string[] =>
  GUARDIAN_SEEDS.map((seed, i) => {
    const path = join(folder, `guardian-${i}`);
    writeFileSync(path, toHex(seed));
    return path;
  });
