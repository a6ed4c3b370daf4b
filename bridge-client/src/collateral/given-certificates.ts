import { isPdiemError } from "@pdiem/light-client/error";
import { readCertificateTable } from "./certificate-table.js";
import type { FetchDocument } from "./document-request.js";

/**
 * Reads, or undefined where it isn't what it should be. It comes from a host, which may say
 * anything.
 */
const tryRead = <T>(read: () => T): { readonly value: T } | undefined => {
  try {
    return { value: read() };
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return undefined;
  }
};

/**
 * Takes the certificate of a chip from the table that came with its report, where the right one is
 * there. AMD limits how often it may be asked for. Everything else is fetched.
 * @param supplement what came with evidence, whatever it is
 * @param now milliseconds since 1970
 */
export const withGivenCertificates = (fetch: FetchDocument, supplement: Uint8Array, now: number): FetchDocument => {
  const vcek = tryRead(() => readCertificateTable(supplement))?.value.vcek;
  if (vcek === undefined) return fetch;
  return async (request) => {
    const given = request.lasting ? tryRead(() => request.read({ body: vcek }, now)) : undefined;
    return given === undefined ? fetch(request) : given.value;
  };
};
