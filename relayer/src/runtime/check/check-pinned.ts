/** A profile that the configuration pins, against the runtime of its spec version (PROTOCOL 3). */
import type { CallFormat } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import type { PinnedProfile } from "@pdiem/light-client/polkadot/extrinsics/pinned-profile";
import type { RuntimeMetadata } from "../runtime-metadata.js";
import { callFormats, callTitle } from "./check-calls.js";
import { extensionParts } from "./extension-parts.js";
import { differs, type Finding, ok } from "./finding.js";

const described = ({ index: [pallet, call], arguments: all }: CallFormat): string =>
  `index ${pallet}.${call} (${all.map(({ name, encoding }) => `${name}: ${encoding}`).join(", ")})`;

const checkCall = (subject: string, found: CallFormat, pinned: CallFormat | undefined): Finding => {
  const expected = pinned === undefined ? "nothing" : described(pinned);
  if (described(found) === expected) return ok("calls", `${subject}, pinned`, expected);
  return differs("calls", `${subject}, pinned`, {
    found: described(found),
    expected,
    meaning: "the enclave writes another call than it means: this profile is of another runtime, use none or its own",
  });
};

/** What all extensions of a runtime add, one after another. */
const partsOf = (
  metadata: RuntimeMetadata,
): { readonly extra: readonly string[]; readonly implicit: readonly string[] } => {
  const all = metadata.extensions.map((one) => {
    const parts = extensionParts(metadata, one);
    const extra: readonly string[] = typeof parts === "string" ? [one.identifier] : parts.extra;
    const implicit: readonly string[] = typeof parts === "string" ? [] : parts.implicit;
    return { extra, implicit };
  });
  return { extra: all.flatMap(({ extra }) => extra), implicit: all.flatMap(({ implicit }) => implicit) };
};

const pinnedTo = (subject: string, found: string, expected: string): Finding =>
  found === expected
    ? ok("extensions", `${subject}, pinned`, expected)
    : differs("extensions", `${subject}, pinned`, {
        found,
        expected,
        meaning: "nothing that the enclave signs is valid: this profile is of another runtime, use none or its own",
      });

/** Compares all that a profile says with the runtime whose calls it encodes. */
export const checkPinned = (
  metadata: RuntimeMetadata,
  transactionVersion: number,
  profile: PinnedProfile,
  assetsPallet: string,
): readonly Finding[] => {
  const format = pinnedFormat(profile);
  const parts = partsOf(metadata);
  const calls = [...callFormats(metadata, assetsPallet)].flatMap(([name, found]) =>
    typeof found === "string" ? [] : [checkCall(callTitle(name, assetsPallet), found, format.calls[name])],
  );
  return [
    ...calls,
    pinnedTo("in extrinsics", parts.extra.join(", "), format.extra.join(", ")),
    pinnedTo("signed", parts.implicit.join(", "), format.implicit.join(", ")),
    pinnedTo("transaction version", `${transactionVersion}`, `${profile.transactionVersion}`),
  ];
};
