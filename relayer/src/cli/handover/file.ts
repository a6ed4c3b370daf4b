/**
 * A hand-over on its way. It has what both enclaves showed, for guardians to judge and for the
 * operator to go on with.
 */
import { type Grant, grant } from "@pdiem/bridge/handover/grant";
import type { Party } from "@pdiem/bridge/handover/transcript";
import { type PublicPackage, publicPackage, publicPackageHash } from "@pdiem/bridge/holders/public-package";
import { formatCollateral, parseCollateral } from "@pdiem/bridge-client/collateral/collateral-json";
import { as, bcsHex, hex, hexOf, type Json, optional, record, text } from "@pdiem/bridge-client/json";
import { BOX_LENGTH, type Sides } from "@pdiem/enclave/wire/handover";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { equal } from "@pdiem/light-client/bytes";
import { DecodeError, isPdiemError } from "@pdiem/light-client/error";
import { ConfigError } from "../../error.js";
import { readJson, writeJson } from "../json-file.js";

/** The key as the giver has encrypted it to the receiver's process. */
export interface Released {
  readonly box: Uint8Array;
  /** What the receiver's evidence as a holder answers, 32 bytes. */
  readonly receiptChallenge: Uint8Array;
}

/** What evidence of each side was verified with when it was shown. */
export interface BothCollaterals {
  readonly giver: Collateral;
  readonly receiver: Collateral;
}

export interface HandoverFile {
  readonly bridgeId: Uint8Array;
  readonly transcript: Sides;
  /** What the grant names the hash of; undefined for the whole key. */
  readonly publicPackage: PublicPackage | undefined;
  readonly collateral: BothCollaterals;
  /** What the giver drew for the guardians' checkpoint, 32 bytes; undefined before. */
  readonly nonce: Uint8Array | undefined;
  /** Undefined until the giver has released the key. */
  readonly released: Released | undefined;
}

const MAX_EVIDENCE_BYTES = 64 * 1024;

const bytes32 = hexOf(32);

export const partyJson: Json<Party> = record<Party>({
  tee: text(20, /^[a-z0-9-]+$/),
  handoverKey: bytes32,
  challenge: bytes32,
  evidence: hex(MAX_EVIDENCE_BYTES),
});

export const collateralJson: Json<Collateral> = as<unknown, Collateral>(
  { parse: (value) => value, format: (value) => value },
  parseCollateral,
  formatCollateral,
);

export const grantJson: Json<Grant> = bcsHex(grant, 128);
export const publicPackageJson: Json<PublicPackage> = bcsHex(publicPackage, 4096);

const handoverJson: Json<HandoverFile> = record<HandoverFile>({
  bridgeId: bytes32,
  transcript: record<Sides>({
    ...{ custodyKey: bytes32, grant: optional(grantJson) },
    ...{ giver: partyJson, receiver: partyJson },
  }),
  publicPackage: optional(publicPackageJson),
  collateral: record<BothCollaterals>({ giver: collateralJson, receiver: collateralJson }),
  nonce: optional(bytes32),
  released: optional(record<Released>({ box: hexOf(BOX_LENGTH), receiptChallenge: bytes32 })),
});

/** Checks that a file has the public package that its grant names. @throws DecodeError */
export const checkPackage = (granted: Grant | undefined, shown: PublicPackage | undefined): void => {
  const isNamed =
    granted === undefined || shown === undefined
      ? granted === undefined && shown === undefined
      : equal(publicPackageHash(shown), granted.publicPackage);
  if (!isNamed) throw new DecodeError("decode/json", "expected the public package that the grant names");
};

/** Reads what `formatHandover` gives. @throws ConfigError `config/handover` for anything else */
export const parseHandover = (value: unknown): HandoverFile => {
  try {
    const file = handoverJson.parse(value, "hand-over");
    checkPackage(file.transcript.grant, file.publicPackage);
    return file;
  } catch (cause) {
    if (!isPdiemError(cause)) throw cause;
    throw new ConfigError("config/handover", `expected a hand-over file: ${cause.message}`, "never", { cause });
  }
};

/** Writes a plain JSON value: bytes as `0x`-hex. */
export const formatHandover = (file: HandoverFile): unknown => handoverJson.format(file);

/** Reads a hand-over's file. @throws ConfigError of `readJson` and `parseHandover` */
export const readHandover = (path: string): HandoverFile => parseHandover(readJson(path));

/** Writes a hand-over's file. @throws ConfigError `config/unwritable` */
export const writeHandover = (path: string, file: HandoverFile): void => writeJson(path, formatHandover(file));
