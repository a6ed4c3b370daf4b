import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import { type Cache, createCache } from "../bounded-cache.js";
import { verifyEcdsa } from "../crypto/ecdsa.js";
import { type Demand, demandIn } from "../demand.js";
import { refuseFailures } from "../refuse-failures.js";
import type { ValidityWindow } from "../result.js";
import { isWithin, timeText, windowText } from "../validity.js";
import type { Certificate } from "../x509/certificate.js";
import { ecdsaKey } from "../x509/ecdsa-signature.js";
import { asObject, integerField, type JsonObject, textField, timeField } from "./json-fields.js";
import { parseUnambiguousJson } from "./unambiguous-json.js";

/**
 * What Intel's TCB info and enclave identities have in common. Issued at `from`, to be replaced by
 * `until`.
 */
export interface Statement extends ValidityWindow {
  readonly id: string;
  readonly evaluationNumber: number;
}

interface SignedStatement<T> {
  /** For messages. */
  readonly name: string;
  /** The JSON object as signed. */
  readonly text: string;
  readonly signature: Uint8Array;
  readonly id: string;
  readonly version: number;
  /** Reads what is particular; may throw DecodeError. */
  readonly read: (object: JsonObject) => T;
}

const demand: Demand = demandIn("collateral");
const MAX_CHARACTERS = 512 * 1024;

const readStatement = (object: JsonObject): Statement => ({
  id: textField(object, "id"),
  evaluationNumber: integerField(object, "tcbEvaluationDataNumber", 0xffff_ffff),
  from: timeField(object, "issueDate"),
  until: timeField(object, "nextUpdate"),
});

// One statement serves for all evidence of its kind, for weeks.
const signedObjects: Cache<JsonObject> = createCache(32);

/** Nothing but the three says whether a signature is valid: what was found of them once, holds. */
const signedObject = (name: string, text: string, signature: Uint8Array, signer: Certificate): JsonObject => {
  const signed = utf8(text);
  const key = [sha256(signer.spki), sha256(signature), sha256(signed)].map(toHex).join();
  return signedObjects(key, () => {
    const isSigned = refuseFailures("collateral", "signature", `a key that can sign ${name}`, () => {
      const { curve, point } = ecdsaKey(signer.spki);
      return verifyEcdsa(curve, point, signed, signature);
    });
    demand(isSigned, "signature", `expected ${name} with a valid signature of "${signer.commonName}"`);
    return refuseFailures("collateral", "malformed", name, () => asObject(parseUnambiguousJson(text), name));
  });
};

/**
 * Checks the signature over the text's own bytes, then reads it.
 * @throws EvidenceRefusal of step `collateral`
 */
export const verifyStatement = <T>(
  { name, text, signature, id, version, read }: SignedStatement<T>,
  signer: Certificate,
  now: number,
): Statement & T => {
  demand(
    text.length <= MAX_CHARACTERS,
    "malformed",
    `expected ${name} of at most ${MAX_CHARACTERS} characters, got ${text.length}`,
  );
  const object = signedObject(name, text, signature, signer);
  const statement = refuseFailures("collateral", "malformed", name, () => ({
    ...readStatement(object),
    version: integerField(object, "version", 0xffff),
  }));
  demand(statement.id === id, "id", `expected ${name} with the id ${id}, got ${statement.id}`);
  demand(statement.version === version, "version", `expected ${name} of version ${version}, got ${statement.version}`);
  demand(
    isWithin(now, statement),
    "stale",
    () => `expected ${name} for ${timeText(now)}, got one for ${windowText(statement)}`,
  );
  return {
    id,
    evaluationNumber: statement.evaluationNumber,
    from: statement.from,
    until: statement.until,
    ...refuseFailures("collateral", "malformed", name, () => read(object)),
  };
};
