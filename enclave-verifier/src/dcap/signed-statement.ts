import { utf8 } from "@pdiem/light-client/bytes";
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
  const isSigned = refuseFailures("collateral", "signature", `a key that can sign ${name}`, () => {
    const { curve, point } = ecdsaKey(signer.spki);
    return verifyEcdsa(curve, point, utf8(text), signature);
  });
  demand(isSigned, "signature", `expected ${name} with a valid signature of "${signer.commonName}"`);
  const statement = refuseFailures("collateral", "malformed", name, () => {
    const object = asObject(parseUnambiguousJson(text), name);
    return { ...readStatement(object), version: integerField(object, "version", 0xffff), object };
  });
  demand(statement.id === id, "id", `expected ${name} with the id ${id}, got ${statement.id}`);
  demand(statement.version === version, "version", `expected ${name} of version ${version}, got ${statement.version}`);
  demand(
    isWithin(now, statement),
    "stale",
    `expected ${name} for ${timeText(now)}, got one for ${windowText(statement)}`,
  );
  return {
    id,
    evaluationNumber: statement.evaluationNumber,
    from: statement.from,
    until: statement.until,
    ...refuseFailures("collateral", "malformed", name, () => read(statement.object)),
  };
};
