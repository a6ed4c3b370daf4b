import { fromHex } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";

/** A statement as Intel signed it. */
export interface SignedText {
  /** The inner JSON object, character by character as it came. */
  readonly text: string;
  /** r ‖ s, 64 bytes. */
  readonly signature: Uint8Array;
}

const RESPONSE = {
  tcbInfo: /^\s*\{\s*"tcbInfo"\s*:\s*(\{.*\})\s*,\s*"signature"\s*:\s*"([0-9a-fA-F]{128})"\s*\}\s*$/s,
  enclaveIdentity: /^\s*\{\s*"enclaveIdentity"\s*:\s*(\{.*\})\s*,\s*"signature"\s*:\s*"([0-9a-fA-F]{128})"\s*\}\s*$/s,
};
const MAX_CHARACTERS = 1024 * 1024;

/**
 * Takes a response of Intel's provisioning certification service (`tcb` or `qe/identity`) apart.
 * Nothing is parsed but the frame, as what is signed are the characters themselves; nothing is
 * verified.
 * @throws DecodeError `decode/pcs-response`
 */
export const parseSignedResponse = (name: keyof typeof RESPONSE, response: string): SignedText => {
  const [, text, signature] = response.length > MAX_CHARACTERS ? [] : (RESPONSE[name].exec(response) ?? []);
  if (text === undefined || signature === undefined)
    throw new DecodeError(
      "decode/pcs-response",
      `expected {"${name}": {…}, "signature": "128 hex digits"}, got ${response.length} characters: ${response.slice(0, 80)}`,
    );
  return { text, signature: fromHex(signature) };
};
