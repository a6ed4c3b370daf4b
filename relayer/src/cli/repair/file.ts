/** A repair on its way: what all parties showed, and later what the helpers have given. */
import { MAX_SLOTS } from "@pdiem/bridge/config/holders";
import type { RepairHelper, RepairSides } from "@pdiem/bridge/handover/repair";
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import { hex, hexOf, integer, type Json, list, optional, record } from "@pdiem/bridge-client/json";
import { BOX_LENGTH } from "@pdiem/enclave/wire/handover";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { isPdiemError } from "@pdiem/light-client/error";
import { ConfigError } from "../../error.js";
import { checkPackage, collateralJson, grantJson, partyJson, publicPackageJson } from "../handover/file.js";
import { readJson, writeJson } from "../json-file.js";

/** What evidence was verified with when it was shown. */
export interface AllCollaterals {
  readonly receiver: Collateral;
  /** In the order of the transcript's helpers. */
  readonly helpers: readonly Collateral[];
}

/** What a helper has given: points for all to see, and boxes for the other helpers. */
export interface Given {
  readonly points: readonly Uint8Array[];
  readonly boxes: readonly Uint8Array[];
}

export interface RepairFile {
  readonly bridgeId: Uint8Array;
  readonly transcript: RepairSides;
  readonly publicPackage: PublicPackage;
  readonly collateral: AllCollaterals;
  /** What the helpers drew for the guardians' checkpoint, in their order; undefined before. */
  readonly nonces: readonly Uint8Array[] | undefined;
  /** Undefined until all helpers have split. */
  readonly splits: readonly Given[] | undefined;
  /** What each has boxed for the receiver; undefined until all have. */
  readonly sums: readonly Uint8Array[] | undefined;
}

const MAX_PLATFORM = 64;
const bytes32 = hexOf(32);
const bytesList = (item: Json<Uint8Array>) => list(item, MAX_SLOTS);

const repairJson: Json<RepairFile> = record<RepairFile>({
  bridgeId: bytes32,
  transcript: record<RepairSides>({
    custodyKey: bytes32,
    grant: grantJson,
    receiver: partyJson,
    helpers: list(
      record<RepairHelper>({ slot: integer(MAX_SLOTS), platform: optional(hex(MAX_PLATFORM)), party: partyJson }),
      MAX_SLOTS,
    ),
  }),
  publicPackage: publicPackageJson,
  collateral: record<AllCollaterals>({ receiver: collateralJson, helpers: list(collateralJson, MAX_SLOTS) }),
  nonces: optional(bytesList(bytes32)),
  splits: optional(list(record<Given>({ points: bytesList(bytes32), boxes: bytesList(hex(BOX_LENGTH)) }), MAX_SLOTS)),
  sums: optional(bytesList(hexOf(BOX_LENGTH))),
});

/** Reads what `formatRepair` gives. @throws ConfigError `config/repair` for anything else */
export const parseRepair = (value: unknown): RepairFile => {
  try {
    const file = repairJson.parse(value, "repair");
    checkPackage(file.transcript.grant, file.publicPackage);
    return file;
  } catch (cause) {
    if (!isPdiemError(cause)) throw cause;
    throw new ConfigError("config/repair", `expected a repair's file: ${cause.message}`, "never", { cause });
  }
};

/** Writes a plain JSON value: bytes as `0x`-hex. */
export const formatRepair = (file: RepairFile): unknown => repairJson.format(file);

/** Reads a repair's file. @throws ConfigError of `readJson` and `parseRepair` */
export const readRepair = (path: string): RepairFile => parseRepair(readJson(path));

/** Writes a repair's file. @throws ConfigError `config/unwritable` */
export const writeRepair = (path: string, file: RepairFile): void => writeJson(path, formatRepair(file));
