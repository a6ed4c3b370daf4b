import { verifyEcdsa } from "@pdiem/enclave-verifier/crypto/ecdsa";
import { issueCertificate, issueCrl } from "@pdiem/enclave-verifier/testing/certificates";
import { parseCertificate } from "@pdiem/enclave-verifier/x509/certificate";
import { verifyNotRevoked } from "@pdiem/enclave-verifier/x509/crl";
import { ecdsaKey } from "@pdiem/enclave-verifier/x509/ecdsa-signature";

/** Number that the verifier keeps of certificates and of keys, and of lists. */
const CERTIFICATES = 256;
const LISTS = 16;

/**
 * Makes the verifier forget all certificates, lists and keys that it has seen, by showing it as
 * many others.
 */
export const cacheEmptier = async (): Promise<() => void> => {
  const issuer = await issueCertificate({ subject: "CN=other", kind: "P-256", ca: true });
  const ders: Uint8Array[] = [];
  for (let i = 0; i < CERTIFICATES; i++)
    ders.push((await issueCertificate({ subject: `CN=${i}`, kind: "P-256", issuer })).der);
  const lists: Uint8Array[] = [];
  for (let i = 0; i < LISTS; i++)
    lists.push(await issueCrl({ issuer, revoked: [(i + 1).toString(16).padStart(2, "0")] }));
  const ca = parseCertificate(issuer.der);
  return () => {
    for (const der of ders) {
      const { curve, point } = ecdsaKey(parseCertificate(der).spki);
      verifyEcdsa(curve, point, new Uint8Array(), new Uint8Array(64));
    }
    for (const list of lists) verifyNotRevoked(list, ca, [], ca.validity.from);
  };
};
