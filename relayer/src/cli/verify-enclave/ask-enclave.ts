/** Evidence for a challenge of one's own, from an enclave or through a relayer. */
import { type ResponseOf, routes } from "@pdiem/enclave/routes";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import { enclaveAt } from "../../enclave-door.js";
import { enclaveEvidenceView } from "../../views/enclave-evidence-view.js";
import { apiUrl, askRelayer } from "../api-client.js";

type Answer = ResponseOf<"activate">;

/** An enclave makes a key when it is activated: one that has none yet isn't asked. */
const askEnclave = async (url: string, config: Config, challenge: Uint8Array): Promise<Answer> => {
  const client = enclaveAt(url, config);
  const { role } = await client.status();
  if (role.type !== "holder")
    throw new PdiemError(
      "enclave/inactive",
      `the enclave at ${url} holds no key, or hasn't been activated since it started`,
      "later",
    );
  return client.activate({ config: config.bridge, challenge });
};

const askThrough = async (base: string, challenge: Uint8Array, slot: number | undefined): Promise<Answer> => {
  const { answer } = await askRelayer(base, "/api/v1/enclave/evidence", enclaveEvidenceView, {
    challenge: toHex(challenge),
    ...(slot === undefined ? {} : { slot }),
  });
  return decode(routes.activate.response, fromHex(answer));
};

/**
 * Asks an enclave for its evidence.
 * @param places an enclave's own address, or else a relayer's instead of the configuration's, and
 * which slot's it is asked for
 * @param challenge 32 bytes
 * @throws PdiemError `enclave/inactive`, `later`; EnclaveError; DecodeError; those of `askRelayer`
 */
export const askForEvidence = (
  config: Config,
  { enclave, api, slot }: { readonly enclave?: string; readonly api?: string; readonly slot?: number },
  challenge: Uint8Array,
): Promise<Answer> =>
  enclave === undefined ? askThrough(api ?? apiUrl(config), challenge, slot) : askEnclave(enclave, config, challenge);
