import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { enclaveAt } from "../../clients.js";
import type { Output } from "../output.js";

/**
 * Asks an enclave for its key, unverified: for looking, not for giving anything to it.
 * @returns undefined where none answers or it holds no key yet, which is told
 */
export const toldEnclaveKey = async (url: string, output: Output): Promise<Uint8Array | undefined> => {
  try {
    const { role } = await enclaveAt(url, { enclave: { url, timeoutMs: 10_000 } }).status();
    if (role.type === "holder") {
      output.err(`enclave's key 0x${toHex(role.value.custodyKey)}, as ${url} says, unverified`);
      return role.value.custodyKey;
    }
    output.err(`the enclave at ${url} holds no key yet: start it with --config`);
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    output.err(`no enclave answers at ${url}`);
  }
  return undefined;
};
