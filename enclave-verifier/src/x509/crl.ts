import { equal, toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { DecodeError } from "@pdiem/light-client/error";
import { type Cache, createCache } from "../bounded-cache.js";
import { type Demand, demandIn } from "../demand.js";
import { refuseFailures } from "../refuse-failures.js";
import type { ValidityWindow } from "../result.js";
import { isWithin, timeText, windowText } from "../validity.js";
import type { Certificate } from "./certificate.js";
import { type DerElement, derSequence, SEQUENCE } from "./der.js";
import { derInteger, derTime } from "./der-values.js";
import { extensionsOf } from "./extensions.js";
import { isSignedBy } from "./issuer-signature.js";
import { type SignedObject, signedObject } from "./signed-object.js";

/** A certificate revocation list (RFC 5280), parsed, not verified. */
export interface Crl extends SignedObject, ValidityWindow {
  /** DER. */
  readonly issuer: Uint8Array;
  /** Serial numbers in lower-case hex, as parsed certificates have theirs. */
  readonly revoked: ReadonlySet<string>;
}

const demand: Demand = demandIn("revocation");
const MAX_BYTES = 1024 * 1024;
const DELTA_CRL = "2.5.29.27";
const VERSION_2 = "020101";
/** [0] EXPLICIT. */
const EXTENSIONS = 0xa0;

// One list serves for all evidence of a month.
const parsedCrls: Cache<Crl> = createCache(16);

const malformed = (message: string): DecodeError => new DecodeError("decode/crl", message);

/** Serial numbers are compared as bytes, which equal numbers share in their shortest form alone. */
const serialOf = (entry: DerElement): string => toHex(derInteger(derSequence(entry.encoding)[0]));

// The entries of a TBSCertList (RFC 5280 5.1) are many, and nothing but their serial numbers is
// needed.
const parse = (der: Uint8Array): Crl => {
  const signed = signedObject(der);
  const [version, , issuer, thisUpdate, nextUpdate, ...rest] = signed.fields;
  const entries = rest[0]?.tag === SEQUENCE ? rest[0] : undefined;
  const [list, ...others] = entries === undefined ? rest : rest.slice(1);
  const isKnown = list === undefined || list.tag === EXTENSIONS;
  if (
    version === undefined ||
    toHex(version.encoding) !== VERSION_2 ||
    issuer?.tag !== SEQUENCE ||
    !isKnown ||
    others.length > 0
  )
    throw malformed("expected a revocation list of version 2");
  // A list that is critical about its scope, or only a difference, doesn't tell that the rest isn't
  // revoked.
  if (extensionsOf(list?.content, []).has(DELTA_CRL)) throw malformed("expected a complete list, got a delta");
  return {
    ...signed,
    issuer: issuer.encoding,
    from: derTime(thisUpdate),
    until: derTime(nextUpdate),
    revoked: new Set(entries === undefined ? [] : derSequence(entries.encoding).map(serialOf)),
  };
};

/**
 * Parses a revocation list. Nothing is kept of the input.
 * @throws DecodeError
 */
export const parseCrl = (input: Uint8Array): Crl => {
  if (input.length > MAX_BYTES) throw malformed(`expected at most ${MAX_BYTES} bytes, got ${input.length}`);
  return parsedCrls(toHex(sha256(input)), () => parse(new Uint8Array(input)));
};

/**
 * Checks a revocation list and that none of the certificates is on it.
 * @param issuer the CA that issued the certificates, itself verified
 * @returns from when to when the list holds
 * @throws EvidenceRefusal of step `revocation`
 */
export const verifyNotRevoked = (
  der: Uint8Array,
  issuer: Certificate,
  certificates: readonly Certificate[],
  now: number,
): ValidityWindow => {
  const name = `a revocation list of "${issuer.commonName}"`;
  const crl = refuseFailures("revocation", "malformed", name, () => parseCrl(der));
  demand(equal(crl.issuer, issuer.subject), "issuer", `expected ${name}, got another issuer's`);
  demand(issuer.mayIssueCrls, "issuer", `expected "${issuer.commonName}" to be allowed to sign revocation lists`);
  const signed = refuseFailures("revocation", "signature", `${name} with its signature`, () =>
    isSignedBy(crl, issuer.spki),
  );
  demand(signed, "signature", `expected ${name} with a valid signature`);
  const { from, until } = crl;
  demand(isWithin(now, crl), "stale", () => `expected ${name} for ${timeText(now)}, got one from ${windowText(crl)}`);
  for (const { commonName, serial } of certificates)
    demand(
      !crl.revoked.has(serial),
      "revoked",
      `expected "${commonName}" with the serial number ${serial} not to be revoked`,
    );
  return { from, until };
};
