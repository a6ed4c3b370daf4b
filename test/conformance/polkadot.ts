/** Real GRANDPA and trie data: each file that `polkadot/manifest.json` lists, by its kind. */
import { join, relative, resolve } from "node:path";
import { z } from "zod";
import { type ConformanceCase, type ConformancePart, errorText, unknownCase } from "./conformance-case.js";
import { readText } from "./fixture-files.js";
import { lightClientChain } from "./polkadot-chain.js";
import {
  finalityProofFile,
  grandpaJustification,
  grandpaJustifications,
  grandpaJustificationsPartial,
} from "./polkadot-grandpa.js";
import type { FixtureFile } from "./polkadot-schema.js";
import { prefixProof, relayToParaStorage, storageProof } from "./polkadot-trie.js";
import {
  authoritySetChanges,
  checkpoints,
  grandpaClientState,
  headerWithDigests,
  readSetEnds,
} from "./polkadot-trust.js";

const SET_CHANGES = "authority-set-changes";

const KINDS: Readonly<Record<string, (file: FixtureFile) => readonly ConformanceCase[]>> = {
  "grandpa-justification": grandpaJustification,
  "grandpa-justifications": grandpaJustifications,
  "grandpa-justifications-partial": grandpaJustificationsPartial,
  "finality-proof": finalityProofFile,
  "light-client-chain": lightClientChain,
  "storage-proof": storageProof,
  "prefix-proof": prefixProof,
  "relay-to-para-storage": relayToParaStorage,
  "header-with-digests": headerWithDigests,
  checkpoints,
  "grandpa-client-state": grandpaClientState,
  [SET_CHANGES]: authoritySetChanges,
};

const manifest = z.object({ files: z.array(z.object({ file: z.string(), kind: z.string() })) });

interface Loaded {
  readonly name: string;
  readonly kind: string;
  /** The parsed file, or why there is none. */
  readonly content: unknown;
  readonly problem: string | undefined;
}

const load = async (folder: string, file: string, kind: string): Promise<Loaded> => {
  const name = `polkadot/${file}`;
  const outside = relative(resolve(folder), resolve(folder, file)).startsWith("..");
  if (outside) return { name, kind, content: undefined, problem: "a file outside of the folder" };
  const text = await readText(join(folder, file));
  if (text === undefined) return { name, kind, content: undefined, problem: "no such file" };
  try {
    return { name, kind, content: JSON.parse(text), problem: undefined };
  } catch (error) {
    return { name, kind, content: undefined, problem: `not JSON: ${String(error)}` };
  }
};

const casesOfFile = (
  { name, kind, content, problem }: Loaded,
  setEnds: FixtureFile["setEnds"],
): readonly ConformanceCase[] => {
  if (problem !== undefined) return [unknownCase(name, problem)];
  const cases = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (cases === undefined)
    return [unknownCase(name, `the unknown kind "${kind}", expected one of ${Object.keys(KINDS).join(", ")}`)];
  try {
    return cases({ name, content, setEnds });
  } catch (error) {
    return [unknownCase(name, `a layout that kind "${kind}" doesn't have: ${errorText(error)}`)];
  }
};

const endsByChain = (files: readonly Loaded[]): FixtureFile["setEnds"] => {
  const known = new Map<string, ReturnType<typeof readSetEnds>["ends"]>();
  for (const { kind, content, problem } of files) {
    if (kind !== SET_CHANGES || problem !== undefined) continue;
    try {
      const { chain, ends } = readSetEnds(content);
      known.set(chain, ends);
    } catch {
      // Its own case says what is wrong with it.
    }
  }
  return (chain) => known.get(chain);
};

export const polkadotFixtures: ConformancePart = {
  name: "polkadot/manifest.json",
  cases: async (folder) => {
    const parent = join(folder, "polkadot");
    const text = await readText(join(parent, "manifest.json"));
    if (text === undefined) return undefined;
    const { files } = manifest.parse(JSON.parse(text));
    const loaded = await Promise.all(files.map(({ file, kind }) => load(parent, file, kind)));
    const setEnds = endsByChain(loaded);
    return loaded.flatMap((file) => casesOfFile(file, setEnds));
  },
};
