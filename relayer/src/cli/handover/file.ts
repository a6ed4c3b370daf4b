/** A hand-over on its way: what both enclaves showed, for guardians to judge and for the operator to go on with. */
import type { Hex, Party, TranscriptJson } from "@pdiem/enclave/api";
import { formatCollateral, parseCollateral } from "@pdiem/enclave-verifier/collateral-json";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { z } from "zod";
import { ConfigError } from "../../error.js";
import { readJson, writeJson } from "../guardian/files.js";

/** The key as the giver has encrypted it to the receiver's process. */
export interface Released {
  readonly box: Hex;
  /** What the receiver's evidence as a holder answers. */
  readonly receiptChallenge: Hex;
}

export interface HandoverFile {
  readonly bridgeId: Hex;
  readonly transcript: TranscriptJson;
  /** What the evidence of each side was verified with when it was shown. */
  readonly collateral: { readonly giver: Collateral; readonly receiver: Collateral };
  /** Once the giver has released the key. */
  readonly released?: Released;
}

const MAX_EVIDENCE_BYTES = 64 * 1024;
const MAX_BOX_BYTES = 4096;

const bytes = (least: number, most: number) =>
  z.custom<Hex>(
    (value) =>
      typeof value === "string" &&
      value.length >= 2 + 2 * least &&
      value.length <= 2 + 2 * most &&
      /^0x(?:[0-9a-f]{2})*$/.test(value),
    least === most ? `expected 0x and ${least} bytes of hex` : `expected 0x and ${least} to ${most} bytes of hex`,
  );

const party: z.ZodType<Party> = z.strictObject({
  tee: z.string().regex(/^[a-z0-9-]{1,20}$/, "expected the kind of a TEE"),
  handoverKey: bytes(32, 32),
  challenge: bytes(32, 32),
  evidence: bytes(1, MAX_EVIDENCE_BYTES),
});

const collateral = z.unknown().transform(parseCollateral);

const schema = z.strictObject({
  bridgeId: bytes(32, 32),
  transcript: z.strictObject({ custodyKey: bytes(32, 32), giver: party, receiver: party }),
  collateral: z.strictObject({ giver: collateral, receiver: collateral }),
  released: z.strictObject({ box: bytes(1, MAX_BOX_BYTES), receiptChallenge: bytes(32, 32) }).exactOptional(),
});

/** @throws ConfigError `config/handover`; DecodeError `decode/…` of collateral */
export const parseHandover = (value: unknown): HandoverFile => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError("config/handover", `expected a hand-over file, found:\n${z.prettifyError(result.error)}`);
};

/** A plain JSON value that `parseHandover` reads. */
export const formatHandover = ({ collateral: { giver, receiver }, ...file }: HandoverFile): unknown => ({
  ...file,
  collateral: { giver: formatCollateral(giver), receiver: formatCollateral(receiver) },
});

/** @throws ConfigError as `readJson`; as `parseHandover` */
export const readHandover = (path: string): HandoverFile => parseHandover(readJson(path));

/** @throws ConfigError `config/unwritable` */
export const writeHandover = (path: string, file: HandoverFile): void => writeJson(path, formatHandover(file));
