import type { Evidence } from "@pdiem/bridge-client/attestation/evidence";
import { mutateBytes } from "./mutate-bytes.js";
import { mutateDer } from "./mutate-der.js";
import { mutateJson } from "./mutate-json.js";
import { mutatePem } from "./mutate-pem.js";
import { mutateQuote } from "./mutate-quote.js";
import type { Random } from "./random.js";
import type { Input } from "./subject.js";

const changedQuote = (random: Random, quote: Uint8Array, donor: Evidence): Uint8Array =>
  "quote" in donor && random.below(2) === 0 ? mutateQuote(random, quote, donor.quote) : mutateBytes(random, quote);

/** Evidence with something changed in its bytes, or called by another name. */
export const changedEvidence = (random: Random, evidence: Evidence, donor: Evidence): Evidence => {
  switch (evidence.kind) {
    case "sgx":
    case "tdx":
      if (random.below(200) === 0) return { ...evidence, kind: evidence.kind === "sgx" ? "tdx" : "sgx" };
      return { ...evidence, quote: changedQuote(random, evidence.quote, donor) };
    case "sev-snp":
      return { ...evidence, report: mutateBytes(random, evidence.report) };
    case "nitro":
      return { ...evidence, document: mutateBytes(random, evidence.document) };
    case "simulated":
      return random.below(2) === 0
        ? { ...evidence, measurement: mutateBytes(random, evidence.measurement) }
        : { ...evidence, reportData: mutateBytes(random, evidence.reportData) };
  }
};

const SEQUENCE = 0x30;

type Collateral = Input["collateral"];

const changedPart = (random: Random, part: Uint8Array | string, donor: unknown): Uint8Array | string => {
  if (typeof part !== "string")
    return part[0] === SEQUENCE && random.below(2) === 0 ? mutateDer(random, part) : mutateBytes(random, part);
  if (part.startsWith("{")) return mutateJson(random, part);
  return mutatePem(random, part, typeof donor === "string" && donor.startsWith("-----") ? donor : part);
};

const partsOf = (collateral: Collateral): Readonly<Record<string, Uint8Array | string>> => {
  const { kind: _, ...parts } = collateral;
  return Object.fromEntries(Object.entries(parts));
};

/** Gives the parts of collateral by name. */
const withPart = (collateral: Collateral, name: string, value: Uint8Array | string): Collateral => ({
  ...collateral,
  [name]: value,
});

/** Collateral with one of its parts changed. */
export const changedCollateral = (random: Random, collateral: Collateral, donor: Collateral): Collateral => {
  const parts = Object.entries(partsOf(collateral));
  const [name, part] = parts[random.below(parts.length)] ?? [];
  if (name === undefined || part === undefined) return collateral;
  return withPart(collateral, name, changedPart(random, part, partsOf(donor)[name]));
};

/** An input with its evidence, its collateral or a part of that from another one. */
export const swapped = (random: Random, input: Input, donor: Input): Input => {
  const parts = Object.entries(partsOf(donor.collateral));
  const [name, part] = parts[random.below(parts.length)] ?? [];
  switch (random.below(3)) {
    case 0:
      return { ...input, evidence: donor.evidence };
    case 1:
      return { ...input, collateral: donor.collateral };
    default:
      return input.collateral.kind === donor.collateral.kind && name !== undefined && part !== undefined
        ? { ...input, collateral: withPart(input.collateral, name, part) }
        : { ...input, now: donor.now };
  }
};
