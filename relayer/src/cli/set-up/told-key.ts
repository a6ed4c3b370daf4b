import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { type EnclaveConfig, enclaveAt, holderDoors } from "../../enclave-door.js";
import type { Output } from "../output.js";

const TIMEOUT_MS = 10_000;

const toldAt = async (url: string, enclave: EnclaveConfig, output: Output): Promise<Uint8Array | undefined> => {
  const client = enclaveAt(url, { enclave: { ...enclave, timeoutMs: TIMEOUT_MS } });
  try {
    const { role } = await client.status();
    if (role.type === "holder") {
      output.err(`enclave's key 0x${toHex(role.value.custodyKey)}, as ${url} says, unverified`);
      return role.value.custodyKey;
    }
    const how = enclave.holders === undefined ? "start it with --config" : "several make one together";
    output.err(`the enclave at ${url} holds no key yet: ${how}`);
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    output.err(
      error.code === "enclave/unauthorized"
        ? `the enclave at ${url} doesn't let this program in: give its token as enclave.tokenFile, or a certificate`
        : `no enclave answers at ${url}`,
    );
  }
  return undefined;
};

/**
 * Asks an enclave for its key, unverified: for looking, not for giving anything to it. Of several
 * that hold it together the first that answers says it for all.
 * @returns undefined where none answers or it holds no key yet, which is told
 */
export const toldEnclaveKey = async (enclave: EnclaveConfig, output: Output): Promise<Uint8Array | undefined> => {
  for (const { url } of holderDoors(enclave)) {
    const key = await toldAt(url, enclave, output);
    if (key !== undefined) return key;
  }
  return undefined;
};
