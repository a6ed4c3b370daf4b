/**
 * Encryption under a TEE's sealing key: AES-256-GCM, its key by HKDF-SHA256, the whole header bound
 * as associated data. Layout: magic, version u16 LE, key id, bridgeId, salt, nonce, check; then
 * ciphertext and 16-byte tag.
 */
import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { concat, equal, utf8 } from "@pdiem/light-client/bytes";
import { type Decoded, decode, encode, fixedBytes, struct, u16 } from "@pdiem/light-client/codec/bcs";
import { decryptGcm, encryptGcm, NONCE_LENGTH, TAG_LENGTH } from "../aes-gcm.js";
import { SealedStoreError } from "../error.js";

const MAGIC = utf8("pdiem/sealed");
/** The version of what is inside. */
const SEALED_VERSION = 3;
const CHECK_LENGTH = 8;

const headerCodec = struct({
  magic: fixedBytes(MAGIC.length),
  version: u16,
  /** Tells machines apart without telling anything of the key. */
  keyId: fixedBytes(16),
  bridgeId: fixedBytes(32),
  salt: fixedBytes(32),
  nonce: fixedBytes(NONCE_LENGTH),
});
type Header = Decoded<typeof headerCodec>;
const HEADER_LENGTH = MAGIC.length + 2 + 16 + 32 + 32 + NONCE_LENGTH;

/** Whose machine and which bridge something is sealed for. */
export interface Sealing {
  /** 16 or 32 bytes from the TEE. */
  readonly sealingKey: Uint8Array;
  /** 32 bytes. */
  readonly bridgeId: Uint8Array;
}

const derive = (sealingKey: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", sealingKey, salt, info, length));

const keyIdOf = (sealingKey: Uint8Array): Uint8Array =>
  derive(sealingKey, new Uint8Array(0), utf8("pdiem/sealed/key-id"), 16);

// Lets a damaged header be told from another machine's or bridge's; what protects it is the tag.
const checkOf = (header: Uint8Array): Uint8Array =>
  createHash("sha256").update(header).digest().subarray(0, CHECK_LENGTH);

const withKey = <T>({ sealingKey }: Sealing, { salt, bridgeId }: Header, body: (key: Uint8Array) => T): T => {
  const key = derive(sealingKey, salt, concat(utf8("pdiem/sealed/v1"), bridgeId), 32);
  try {
    return body(key);
  } finally {
    key.fill(0);
  }
};

/** Seals, with fresh salt and nonce every time: no two seals share a key. */
export const seal = (sealing: Sealing, content: Uint8Array): Uint8Array => {
  const header: Header = {
    magic: MAGIC,
    version: SEALED_VERSION,
    keyId: keyIdOf(sealing.sealingKey),
    bridgeId: sealing.bridgeId,
    salt: randomBytes(32),
    nonce: randomBytes(NONCE_LENGTH),
  };
  const encoded = encode(headerCodec, header);
  const bound = concat(encoded, checkOf(encoded));
  return withKey(sealing, header, (key) => concat(bound, encryptGcm({ key, nonce: header.nonce, bound }, content)));
};

const damaged = (cause?: unknown): SealedStoreError =>
  new SealedStoreError("sealed/damaged", "the sealed file was changed after it was written: put a copy back", "never", {
    cause,
  });

const readHeader = (box: Uint8Array): Header => {
  if (box.length === 0)
    throw new SealedStoreError(
      "sealed/format",
      "expected a sealed file, got an empty one: put a copy back; where there never was a key here, delete it: the power failed as one was made",
    );
  if (box.length < HEADER_LENGTH + CHECK_LENGTH + TAG_LENGTH || !equal(box.subarray(0, MAGIC.length), MAGIC))
    throw new SealedStoreError("sealed/format", "expected a sealed file of this program, got something else");
  const encoded = box.subarray(0, HEADER_LENGTH);
  const header = decode(headerCodec, encoded);
  if (header.version !== SEALED_VERSION)
    throw new SealedStoreError(
      "sealed/version",
      `expected a sealed file of version ${SEALED_VERSION}, got ${header.version}: use the release that wrote it`,
    );
  if (!equal(checkOf(encoded), box.subarray(HEADER_LENGTH, HEADER_LENGTH + CHECK_LENGTH))) throw damaged();
  return header;
};

/**
 * Opens what was sealed, in a buffer of its own that the caller may wipe.
 * @throws SealedStoreError `sealed/format`, `sealed/version`, `sealed/other-machine`,
 * `sealed/other-configuration`, `sealed/damaged`
 */
export const unseal = (sealing: Sealing, box: Uint8Array): Uint8Array => {
  const header = readHeader(box);
  if (!equal(header.keyId, keyIdOf(sealing.sealingKey)))
    throw new SealedStoreError(
      "sealed/other-machine",
      "the file was sealed by another machine or another program: only that one opens it",
    );
  if (!equal(header.bridgeId, sealing.bridgeId))
    throw new SealedStoreError(
      "sealed/other-configuration",
      "the key here was made for another configuration: use that one, or another data folder",
    );
  const bound = box.subarray(0, HEADER_LENGTH + CHECK_LENGTH);
  return withKey(sealing, header, (key) =>
    decryptGcm({ key, nonce: header.nonce, bound }, box.subarray(bound.length), damaged),
  );
};
