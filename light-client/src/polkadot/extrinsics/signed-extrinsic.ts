/** Signed extrinsics of version 4. Source: sp_runtime::generic::UncheckedExtrinsic. */
import { concat, equal } from "../../bytes.js";
import { bytes, compactU32, encode, u32 } from "../../codec/scale.js";
import { createWriter } from "../../codec/writer.js";
import { blake2b256 } from "../../crypto/blake2b.js";
import { signerOf } from "../../crypto/ed25519.js";
import { ProofError } from "../../error.js";
import type { Call } from "./call.js";
import { encodeCall, writeAddress } from "./encode-call.js";
import { encodeEra, mortalEra } from "./era.js";
import type { ExtraPart, ExtrinsicFormat, ImplicitPart } from "./extrinsic-format.js";

/**
 * A call and what its signature binds it to. It can be included in the `mortalPeriod` − 1 blocks
 * after `birth`.
 */
export interface ExtrinsicContent {
  readonly call: Call;
  readonly nonce: number;
  /** Lifetime in blocks: a power of two, 4 to 4,096. */
  readonly mortalPeriod: number;
  /** The block under which it is signed; hash of 32 bytes. */
  readonly birth: { readonly number: number; readonly hash: Uint8Array };
  readonly genesisHash: Uint8Array;
  /** The format's. */
  readonly specVersion: number;
  /** The format's where that has one, else anybody's word: under another the extrinsic is void. */
  readonly transactionVersion: number;
}

const SIGNED_V4 = 0x84;
/** `MultiSignature::Ed25519`. */
const ED25519 = 0;
const HASHED_ABOVE = 256;

const ZERO = Uint8Array.of(0);
const ONE = Uint8Array.of(1);

const eraBytes = ({ eras }: ExtrinsicFormat, { mortalPeriod, birth }: ExtrinsicContent): Uint8Array => {
  const era = encodeEra(mortalEra(mortalPeriod, birth.number));
  const [variant = 0] = era;
  if (eras?.has(variant) === false)
    throw new ProofError("proof/metadata-era", `expected a proof of the era's variant Mortal${variant}, it has none`);
  return era;
};

const hashBytes = (hash: Uint8Array): Uint8Array => {
  if (hash.length !== 32) throw new RangeError(`expected a hash of 32 bytes, got ${hash.length}`);
  return hash;
};

// No tip, fees in the native asset, and of whatever else can be left out: nothing.
const EXTRA: { readonly [P in ExtraPart]: (format: ExtrinsicFormat, content: ExtrinsicContent) => Uint8Array } = {
  era: eraBytes,
  nonce: (_, { nonce }) => encode(compactU32, nonce),
  tip: () => ZERO,
  none: () => ZERO,
  mode: ({ metadataHash }) => (metadataHash === undefined ? ZERO : ONE),
};

const metadataHashPart = ({ metadataHash }: ExtrinsicFormat): Uint8Array =>
  metadataHash === undefined ? ZERO : concat(ONE, metadataHash);

const IMPLICIT: { readonly [P in ImplicitPart]: (format: ExtrinsicFormat, content: ExtrinsicContent) => Uint8Array } = {
  specVersion: (_, { specVersion }) => encode(u32, specVersion),
  transactionVersion: (_, { transactionVersion }) => encode(u32, transactionVersion),
  genesisHash: (_, { genesisHash }) => hashBytes(genesisHash),
  birthHash: (_, { birth }) => hashBytes(birth.hash),
  metadataHash: metadataHashPart,
  none: () => ZERO,
};

const extraBytes = (format: ExtrinsicFormat, content: ExtrinsicContent): Uint8Array =>
  concat(...format.extra.map((part) => EXTRA[part](format, content)));

const checkVersions = (format: ExtrinsicFormat, { specVersion, transactionVersion }: ExtrinsicContent): void => {
  if (specVersion !== format.specVersion)
    throw new RangeError(`expected spec version ${format.specVersion}, got ${specVersion}`);
  if (transactionVersion !== (format.transactionVersion ?? transactionVersion))
    throw new RangeError(`expected transaction version ${format.transactionVersion}, got ${transactionVersion}`);
};

/**
 * Builds the bytes to sign: call, extra and implicit parts; above 256 bytes their BLAKE2b-256
 * (PROTOCOL 3).
 * @throws ProofError `proof/metadata-order` unless a metadata hash that is signed ends them,
 * `proof/metadata-call` and `proof/metadata-era` for what wasn't proven
 */
export const signingPayload = (format: ExtrinsicFormat, content: ExtrinsicContent): Uint8Array => {
  checkVersions(format, content);
  const payload = concat(
    encodeCall(format, content.call),
    extraBytes(format, content),
    ...format.implicit.map((part) => IMPLICIT[part](format, content)),
  );
  const end = metadataHashPart(format);
  // Otherwise another runtime than the digest's might read the end as something else, and take the
  // extrinsic.
  if (format.metadataHash !== undefined && !equal(payload.subarray(-end.length), end))
    throw new ProofError("proof/metadata-order", "expected the metadata hash to end what is signed, more follows it");
  return payload.length > HASHED_ABOVE ? blake2b256(payload) : payload;
};

/**
 * Puts a signature made elsewhere in. Length in front: as blocks hold it and
 * `author_submitExtrinsic` takes it.
 */
export const assembleExtrinsic = (
  format: ExtrinsicFormat,
  content: ExtrinsicContent,
  signer: Uint8Array,
  signature: Uint8Array,
): Uint8Array => {
  const writer = createWriter();
  writer.u8(SIGNED_V4);
  writeAddress(writer, signer);
  writer.u8(ED25519);
  writer.bytes(signature);
  writer.bytes(extraBytes(format, content));
  writer.bytes(encodeCall(format, content.call));
  return encode(bytes, writer.finish());
};

/**
 * Signs with an Ed25519 key. The same content and seed give the same bytes.
 * @param seed 32 bytes
 */
export const buildExtrinsic = (format: ExtrinsicFormat, content: ExtrinsicContent, seed: Uint8Array): Uint8Array => {
  const signer = signerOf(seed);
  return assembleExtrinsic(format, content, signer.publicKey(), signer.sign(signingPayload(format, content)));
};
