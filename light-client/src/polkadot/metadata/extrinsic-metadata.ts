/** What RFC 78 commits to about extrinsics beside the types' tree. */
import { type Decoded, string, struct, u8, vector } from "../../codec/scale.js";
import { typeReference } from "./type-reference.js";

const extension = struct({
  identifier: string,
  // What stands in the extrinsic, and what is signed only.
  extra: typeReference,
  implicit: typeReference,
});
export type ExtensionTypes = Decoded<typeof extension>;

export const extrinsicMetadata = struct({
  // The extrinsics' version.
  version: u8,
  address: typeReference,
  call: typeReference,
  signature: typeReference,
  // In the order in which their parts are encoded.
  extensions: vector(extension),
});
export type ExtrinsicMetadata = Decoded<typeof extrinsicMetadata>;
