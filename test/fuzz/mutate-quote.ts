import { parseQuote } from "@pdiem/enclave-verifier/dcap/quote";
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { mutateInPlace } from "./mutate-bytes.js";
import { mutatePem } from "./mutate-pem.js";
import type { Random } from "./random.js";

const VERSION_3 = 3;

const number = (value: number, size: 2 | 4): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes.subarray(0, size);
};

const sized = (type: number, data: Uint8Array): Uint8Array => concat(number(type, 2), number(data.length, 4), data);

/** A genuine quote with one of its parts changed, and the lengths around it put right. */
export const mutateQuote = (random: Random, bytes: Uint8Array, donor: Uint8Array): Uint8Array => {
  const { signed, signature } = parseQuote(bytes);
  const other = parseQuote(donor).signature;
  const name = random.pick([
    "signed",
    "signature",
    "attestationKey",
    "qeReport",
    "qeReportSignature",
    "qeAuthData",
    "pckChain",
  ]);
  const isSwapped = random.below(4) === 0;
  const part = (
    own: keyof typeof signature & ("signature" | "attestationKey" | "qeReport" | "qeReportSignature" | "qeAuthData"),
  ): Uint8Array => (name !== own ? signature[own] : isSwapped ? other[own] : mutateInPlace(random, signature[own]));
  const pem = name === "pckChain" ? mutatePem(random, signature.pckChain, other.pckChain) : signature.pckChain;
  const auth = part("qeAuthData");
  const certification = concat(
    part("qeReport"),
    part("qeReportSignature"),
    number(auth.length, 2),
    auth,
    sized(5, utf8(pem)),
  );
  const data = concat(
    part("signature"),
    part("attestationKey"),
    signed[0] === VERSION_3 ? certification : sized(6, certification),
  );
  return concat(name === "signed" ? mutateInPlace(random, signed) : signed, number(data.length, 4), data);
};
