/** What one extension adds to extrinsics, by the rules that the enclave reads extensions by. */
import { isPdiemError } from "@pdiem/light-client/error";
import type { ExtraPart, ImplicitPart } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { provenExtensions } from "@pdiem/light-client/polkadot/extrinsics/proven-extensions";
import type { ExtensionTypes } from "@pdiem/light-client/polkadot/metadata/extrinsic-metadata";
import type { ProvenType } from "@pdiem/light-client/polkadot/metadata/type-lookup";
import type { RuntimeMetadata } from "../runtime-metadata.js";
import { asProven } from "./check-calls.js";

export interface ExtensionParts {
  readonly extra: readonly ExtraPart[];
  readonly implicit: readonly ImplicitPart[];
}

// Numbers that no registry has.
const [ERA, BYTES, MODE, OPTION] = [2 ** 31, 2 ** 31 + 1, 2 ** 31 + 2, 2 ** 31 + 3] as const;

const variant = (name: string, index: number, ...types: number[]) => ({
  name,
  index,
  fields: types.map((type) => ({ name: undefined, type, typeName: undefined })),
});

const SYNTHETIC: readonly (readonly [number, ProvenType])[] = [
  [ERA, { path: ["Era"], type: "enum", variants: [] }],
  [BYTES, { path: [], type: "array", value: { length: 32, item: "u8" } }],
  [MODE, { path: ["Mode"], type: "enum", variants: [variant("Disabled", 0), variant("Enabled", 1)] }],
  [OPTION, { path: ["Option"], type: "enum", variants: [variant("None", 0), variant("Some", 1, BYTES)] }],
];

/** The extensions that every runtime must have, as they should be, and what each adds. */
const REQUIRED: readonly (readonly [ExtensionTypes, ExtensionParts])[] = [
  [
    { identifier: "CheckSpecVersion", extra: "void", implicit: "u32" },
    { extra: [], implicit: ["specVersion"] },
  ],
  [
    { identifier: "CheckTxVersion", extra: "void", implicit: "u32" },
    { extra: [], implicit: ["transactionVersion"] },
  ],
  [
    { identifier: "CheckGenesis", extra: "void", implicit: BYTES },
    { extra: [], implicit: ["genesisHash"] },
  ],
  [
    { identifier: "CheckMortality", extra: ERA, implicit: BYTES },
    { extra: ["era"], implicit: ["birthHash"] },
  ],
  [
    { identifier: "CheckNonce", extra: "compactU32", implicit: "void" },
    { extra: ["nonce"], implicit: [] },
  ],
  [
    { identifier: "CheckMetadataHash", extra: MODE, implicit: OPTION },
    { extra: ["mode"], implicit: ["metadataHash"] },
  ],
];

export const REQUIRED_EXTENSIONS: readonly string[] = REQUIRED.map(([{ identifier }]) => identifier);

/**
 * Judges one extension among others that are as expected.
 * @returns what it adds; a text, what is wrong with it, where the enclave refuses it
 */
export const extensionParts = (metadata: RuntimeMetadata, extension: ExtensionTypes): ExtensionParts | string => {
  const others = REQUIRED.filter(([{ identifier }]) => identifier !== extension.identifier);
  const types = new Map([...metadata.types, ...SYNTHETIC]);
  // The metadata hash ends what is signed.
  const isLast = extension.identifier === "CheckMetadataHash";
  const around = others.map(([one]) => one);
  const extensions = isLast ? [...around, extension] : [extension, ...around];
  try {
    const { extra, implicit } = provenExtensions(asProven({ ...metadata, types, extensions }));
    const own = <P>(all: readonly P[], count: number): readonly P[] =>
      isLast ? all.slice(count) : all.slice(0, all.length - count);
    return {
      extra: own(
        extra,
        others.reduce((sum, [, parts]) => sum + parts.extra.length, 0),
      ),
      implicit: own(
        implicit,
        others.reduce((sum, [, parts]) => sum + parts.implicit.length, 0),
      ),
    };
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return error.message;
  }
};
