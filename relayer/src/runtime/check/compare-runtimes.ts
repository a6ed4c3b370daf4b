/** What a runtime does differently from the one in force, where the bridge can run on both. */
import { isPdiemError } from "@pdiem/light-client/error";
import type { RuntimeMetadata } from "../runtime-metadata.js";
import type { RuntimeVersion } from "../runtime-version.js";
import { typeText } from "../type-text.js";
import { callFormats, callTitle } from "./check-calls.js";
import { type Finding, note } from "./finding.js";

export interface ComparedRuntime {
  readonly version: RuntimeVersion;
  readonly metadata: RuntimeMetadata;
}

const changed = <T>(before: T, after: T, finding: (words: string) => Finding): readonly Finding[] =>
  before === after ? [] : [finding(`${before} before, ${after} now`)];

const compareVersions = (before: RuntimeVersion, after: RuntimeVersion): readonly Finding[] => [
  ...changed(before.specName, after.specName, (words) =>
    note("interfaces", "spec name", words, "a chain takes no upgrade to another name: is this its runtime?"),
  ),
  ...(after.specVersion > before.specVersion
    ? []
    : [
        note(
          "interfaces",
          "spec version",
          `${before.specVersion} before, ${after.specVersion} now`,
          "a chain takes upgrades to a higher one only",
        ),
      ]),
  ...changed(before.stateVersion, after.stateVersion, (words) =>
    note("storage", "state version", words, "proofs of both are read: nothing to do"),
  ),
];

const compareCalls = (
  { metadata: before }: ComparedRuntime,
  { metadata: after }: ComparedRuntime,
  assetsPallet: string,
): readonly Finding[] => {
  const known = callFormats(before, assetsPallet);
  return [...callFormats(after, assetsPallet)].flatMap(([name, found]) => {
    const was = known.get(name);
    if (typeof found === "string" || was === undefined || typeof was === "string") return [];
    const subject = callTitle(name, assetsPallet);
    const docs = (all: RuntimeMetadata): string | undefined => all.docs.get(subject);
    return [
      ...changed(was.index.join("."), found.index.join("."), (words) =>
        note("calls", subject, `moved: index ${words}`, "encoded by a proof of the types: nothing to do"),
      ),
      ...(docs(before) === docs(after)
        ? []
        : [note("calls", subject, "described in other words than before", "read what the call means now")]),
    ];
  });
};

const READ: readonly (readonly [pallet: string, item: string])[] = [
  ["System", "Account"],
  ["System", "LastRuntimeUpgrade"],
  ["Timestamp", "Now"],
  ["assets", "Asset"],
  ["assets", "Account"],
  ["assets", "Approvals"],
];

const storageText = ({ types, pallets }: RuntimeMetadata, pallet: string, item: string): string => {
  const found = pallets.find(({ name }) => name === pallet)?.storage.find(({ name }) => name === item);
  if (found === undefined) return "nothing";
  try {
    return `${found.hashers.join(", ")} to ${typeText(types, found.value)}`;
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return "another type";
  }
};

const compareStorage = (
  { metadata: before }: ComparedRuntime,
  { metadata: after }: ComparedRuntime,
  assetsPallet: string,
): readonly Finding[] =>
  READ.flatMap(([kind, item]) => {
    const pallet = kind === "assets" ? assetsPallet : kind;
    return changed(storageText(before, pallet, item), storageText(after, pallet, item), (words) =>
      note(
        "storage",
        `${pallet}.${item}`,
        words,
        "values of before must be migrated when the upgrade comes: look at how",
      ),
    );
  });

const compareExtensions = (
  { metadata: before }: ComparedRuntime,
  { metadata: after }: ComparedRuntime,
): readonly Finding[] => {
  const names = (all: RuntimeMetadata): readonly string[] => all.extensions.map(({ identifier }) => identifier);
  const [was, is] = [names(before), names(after)];
  if (was.join() === is.join()) return [];
  const only = (some: readonly string[], others: readonly string[]): string =>
    some.filter((name) => !others.includes(name)).join(", ") || "nothing";
  const words = `added: ${only(is, was)}; gone: ${only(was, is)}`;
  return [note("extensions", "list", words, "encoded by a proof of the types: nothing to do")];
};

/** Lists what has changed of what the bridge reads and calls. @param before in force now */
export const compareRuntimes = (
  before: ComparedRuntime,
  after: ComparedRuntime,
  assetsPallet: string,
): readonly Finding[] => [
  ...compareVersions(before.version, after.version),
  ...compareStorage(before, after, assetsPallet),
  ...compareCalls(before, after, assetsPallet),
  ...compareExtensions(before, after),
];
