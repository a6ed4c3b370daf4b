/** Signed extrinsics, version 4, written and read by a pinned chain profile. Source: sp_runtime::generic::UncheckedExtrinsic. */
import { concat } from "../../bytes.js";
import { readAll } from "../../codec/reader.js";
import { bytes, decode, encode } from "../../codec/scale.js";
import { blake2b256 } from "../../crypto/blake2b.js";
import { publicKeyOf, sign } from "../../crypto/ed25519.js";
import { DecodeError } from "../../error.js";
import { address, type Call, callCodec, encodeCall } from "./call.js";
import type { ChainProfile } from "./chain-profile.js";
import { type Era, mortalEra } from "./era.js";
import { type ExtensionValues, encodeExtra, encodeImplicit, readExtra } from "./signed-extension.js";

export { extrinsicHash, extrinsicSigner } from "./extrinsic-signer.js";

/** A call and what its signature binds it to. It can be included in the profile's `mortalPeriod` − 1 blocks after `birth`. */
export interface ExtrinsicContent {
  readonly call: Call;
  readonly nonce: number;
  /** The block under which it is signed; hash of 32 bytes. */
  readonly birth: { readonly number: number; readonly hash: Uint8Array };
  readonly genesisHash: Uint8Array;
  readonly specVersion: number;
}

/** What can be read back from a signed extrinsic. `signer` is 32 bytes, `signature` 64: not checked here. */
export interface SignedExtrinsic {
  readonly signer: Uint8Array;
  readonly signature: Uint8Array;
  readonly era: Era;
  readonly nonce: number;
  readonly call: Call;
}

/** Version 4 with the bit of a signed one. */
const SIGNED_V4 = 0x84;
/** `MultiSignature::Ed25519`. */
const ED25519 = 0;
const HASHED_ABOVE = 256;

const extensionValues = (profile: ChainProfile, content: ExtrinsicContent): ExtensionValues => ({
  era: mortalEra(profile.mortalPeriod, content.birth.number),
  nonce: content.nonce,
  birthHash: content.birth.hash,
  genesisHash: content.genesisHash,
  specVersion: content.specVersion,
});

/** The bytes to sign: call, extensions and what these imply; above 256 bytes their BLAKE2b-256. */
export const signingPayload = (profile: ChainProfile, content: ExtrinsicContent): Uint8Array => {
  const values = extensionValues(profile, content);
  const payload = concat(
    encodeCall(profile, content.call),
    encodeExtra(profile, values),
    encodeImplicit(profile, values),
  );
  return payload.length > HASHED_ABOVE ? blake2b256(payload) : payload;
};

/** The extrinsic with a signature made elsewhere, length in front: as blocks hold it and `author_submitExtrinsic` takes it. */
export const assembleExtrinsic = (
  profile: ChainProfile,
  content: ExtrinsicContent,
  signer: Uint8Array,
  signature: Uint8Array,
): Uint8Array =>
  encode(
    bytes,
    concat(
      Uint8Array.of(SIGNED_V4),
      encode(address, signer),
      Uint8Array.of(ED25519),
      signature,
      encodeExtra(profile, extensionValues(profile, content)),
      encodeCall(profile, content.call),
    ),
  );

/** Signs with an Ed25519 key. The same content and seed give the same bytes. @param seed 32 bytes */
export const buildExtrinsic = (profile: ChainProfile, content: ExtrinsicContent, seed: Uint8Array): Uint8Array =>
  assembleExtrinsic(profile, content, publicKeyOf(seed), sign(seed, signingPayload(profile, content)));

/**
 * Reads back an extrinsic as `buildExtrinsic` makes them under the same profile.
 * @throws DecodeError for any other
 */
export const decodeExtrinsic = (profile: ChainProfile, extrinsic: Uint8Array): SignedExtrinsic =>
  readAll(decode(bytes, extrinsic), (reader) => {
    const version = reader.u8();
    if (version !== SIGNED_V4)
      throw new DecodeError("decode/extrinsic", `expected a signed extrinsic of version 4, got ${version}`);
    const signer = address.read(reader);
    const scheme = reader.u8();
    if (scheme !== ED25519)
      throw new DecodeError("decode/extrinsic", `expected an Ed25519 signature, got scheme ${scheme}`);
    const signature = reader.bytes(64);
    const { era, nonce } = readExtra(profile, reader);
    return { signer, signature, era, nonce, call: callCodec(profile).read(reader) };
  });
