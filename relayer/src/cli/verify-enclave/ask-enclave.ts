/** Evidence for a challenge of one's own, from an enclave or through a relayer. */
import type { ActivateResponse } from "@pdiem/enclave/api";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import { createEnclaveClient } from "../../enclave/client.js";
import { responses } from "../../enclave/responses.js";
import { apiUrl, askRelayer } from "../api-client.js";

const MAX_RESPONSE_BYTES = 1_000_000;

/**
 * An enclave makes a key when it is activated: one that has none yet isn't asked.
 * @throws PdiemError `enclave/inactive`, `later`; EnclaveError
 */
const askEnclave = async (
  url: string,
  { bridgeJson, enclave }: Config,
  challenge: string,
): Promise<ActivateResponse> => {
  const client = createEnclaveClient(url, { timeoutMs: enclave.timeoutMs, maxResponseBytes: MAX_RESPONSE_BYTES });
  const { active } = await client.status();
  if (active === undefined)
    throw new PdiemError(
      "enclave/inactive",
      `the enclave at ${url} holds no key, or hasn't been activated since it started`,
      "later",
    );
  return client.activate({ config: bridgeJson, challenge: `0x${challenge}` });
};

/**
 * @param places an enclave's own address, or else a relayer's instead of the configuration's
 * @param challenge 32 bytes
 * @throws as `askRelayer`; PdiemError `enclave/inactive`; EnclaveError
 */
export const askForEvidence = (
  config: Config,
  { enclave, api }: { readonly enclave?: string; readonly api?: string },
  challenge: Uint8Array,
): Promise<ActivateResponse> =>
  enclave === undefined
    ? askRelayer(api ?? apiUrl(config), "/api/enclave/evidence", responses["POST /v1/activate"], {
        challenge: toHex(challenge),
      })
    : askEnclave(enclave, config, toHex(challenge));
