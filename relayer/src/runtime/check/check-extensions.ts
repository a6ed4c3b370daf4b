/** How extrinsics are signed, and what extensions add to them (PROTOCOL 3). */
import { isPdiemError } from "@pdiem/light-client/error";
import { isAddress } from "@pdiem/light-client/polkadot/extrinsics/proven-calls";
import { provenExtensions } from "@pdiem/light-client/polkadot/extrinsics/proven-extensions";
import { enumNamed, holdsBytes, variantNamed } from "@pdiem/light-client/polkadot/metadata/type-shape";
import type { RuntimeMetadata } from "../runtime-metadata.js";
import { typeText } from "../type-text.js";
import { asProven } from "./check-calls.js";
import { extensionParts, REQUIRED_EXTENSIONS } from "./extension-parts.js";
import { differs, type Finding, note, ok } from "./finding.js";

/** Known by name: what they do is known as well, and that their options may stay empty. */
const UNDERSTOOD: readonly string[] = [
  ...REQUIRED_EXTENSIONS,
  "ChargeTransactionPayment",
  "ChargeAssetTxPayment",
  "CheckNonZeroSender",
  "CheckWeight",
  "StorageWeightReclaim",
  "PrevalidateAttests",
  "AuthorizeCall",
  "EthSetOrigin",
  "WeightReclaim",
];

const VERSION = 4;
const HASH = "CheckMetadataHash";

/** A type that can't be followed fits nothing. */
const holds = (test: () => boolean): boolean => {
  try {
    return test();
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return false;
  }
};

const isSignedByEd25519 = ({ types, signature }: RuntimeMetadata): boolean => {
  const found = enumNamed(types, signature, "MultiSignature");
  return found !== undefined && holdsBytes(types, variantNamed(found, "Ed25519"), 0, 64);
};

const checkOne = (
  subject: string,
  isRight: boolean,
  words: { readonly found: string; readonly expected: string; readonly meaning: string },
): Finding => (isRight ? ok("extrinsics", subject, words.expected) : differs("extrinsics", subject, words));

/** Compares who signs extrinsics and how, and their version. */
export const checkExtrinsics = (metadata: RuntimeMetadata): readonly Finding[] => {
  const { types, address, signature, extrinsicVersions } = metadata;
  const meaning = "nothing that the enclave signs is valid";
  return [
    checkOne("version", extrinsicVersions.includes(VERSION), {
      found: `versions ${extrinsicVersions.join(", ")}`,
      expected: `version ${VERSION}`,
      meaning,
    }),
    checkOne(
      "address",
      holds(() => isAddress(types, address)),
      {
        found: typeText(types, address),
        expected: "MultiAddress, Id 0 of 32 bytes",
        meaning,
      },
    ),
    checkOne(
      "signature",
      holds(() => isSignedByEd25519(metadata)),
      {
        found: typeText(types, signature),
        expected: "MultiSignature, Ed25519 0 of 64 bytes",
        meaning,
      },
    ),
  ];
};

const PART_WORDS = { none: "an empty option", mode: "mode", metadataHash: "the metadata hash" } as const;
const worded = (parts: readonly string[]): string =>
  parts.map((part) => (part in PART_WORDS ? PART_WORDS[part as keyof typeof PART_WORDS] : part)).join(", ");

const checkExtension = (metadata: RuntimeMetadata, identifier: string): Finding => {
  const extension = metadata.extensions.find((one) => one.identifier === identifier);
  if (extension === undefined)
    return differs("extensions", identifier, {
      found: "nothing of that name",
      expected: "the extension",
      meaning:
        identifier === HASH
          ? "calls can't be proven: only a runtime whose calls are pinned can be run on"
          : "what is signed could be used elsewhere, again or later: the enclave refuses",
    });
  const parts = extensionParts(metadata, extension);
  if (typeof parts === "string")
    return differs("extensions", identifier, {
      found: `in the extrinsic (${typeText(metadata.types, extension.extra)}), signed (${typeText(metadata.types, extension.implicit)})`,
      expected: UNDERSTOOD.includes(identifier) ? "the usual types" : "nothing, or options that may stay empty",
      meaning: "the enclave can't write extrinsics with it, and refuses",
    });
  const adds = [...parts.extra, ...parts.implicit];
  const found = adds.length === 0 ? "adds nothing" : `adds ${worded(adds)}`;
  return UNDERSTOOD.includes(identifier)
    ? ok("extensions", identifier, found)
    : note("extensions", identifier, found, "unknown here; the enclave leaves it empty: read what it does then");
};

/** What goes on with all of them: each known one once, the metadata hash last. */
const checkOrder = (metadata: RuntimeMetadata, each: readonly Finding[]): readonly Finding[] => {
  if (each.some(({ outcome }) => outcome === "differs")) return [];
  try {
    provenExtensions(asProven(metadata));
    return [];
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return [
      differs("extensions", "order", {
        found: metadata.extensions.map(({ identifier }) => identifier).join(", "),
        expected: "each known one once, and the metadata hash last of what is signed",
        meaning: `the enclave refuses: ${error.message}`,
      }),
    ];
  }
};

/**
 * Compares every extension of the runtime, and looks for those that must be there.
 * @param isPinned whether a profile encodes its calls: no metadata hash is needed then
 */
export const checkExtensions = (metadata: RuntimeMetadata, isPinned = false): readonly Finding[] => {
  const required = REQUIRED_EXTENSIONS.filter((one) => !(isPinned && one === HASH));
  const names = new Set([...metadata.extensions.map(({ identifier }) => identifier), ...required]);
  const each = [...names].map((identifier) => checkExtension(metadata, identifier));
  const pays = ["ChargeTransactionPayment", "ChargeAssetTxPayment"].some((one) => names.has(one));
  const fees = pays
    ? []
    : [
        note(
          "extensions",
          "fees",
          "neither ChargeTransactionPayment nor ChargeAssetTxPayment",
          "look what pays for batches",
        ),
      ];
  return [...each, ...fees, ...(isPinned ? [] : checkOrder(metadata, each))];
};
