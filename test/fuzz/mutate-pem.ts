import { parsePem } from "@pdiem/enclave-verifier/x509/pem";
import { mutateDer } from "./mutate-der.js";
import type { Random } from "./random.js";

export const pemOf = (ders: readonly Uint8Array[]): string =>
  ders
    .map((der) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`)
    .join("");

const withCharacter = (random: Random, text: string): string => {
  const at = random.below(text.length);
  return text.slice(0, at) + random.pick(["A", "=", "-", "\n", "\u0000", "\u00e9", "", " "]) + text.slice(at + 1);
};

/**
 * A chain with a certificate changed, left out, twice, elsewhere or of another chain, or with a
 * character changed.
 */
export const mutatePem = (random: Random, text: string, donor: string): string => {
  const chain = parsePem(text);
  const at = random.below(chain.length);
  const others = parsePem(donor);
  return random.pick<() => string>([
    () => withCharacter(random, text),
    () => text.slice(random.below(text.length)),
    () => text.slice(0, random.below(text.length)),
    () => pemOf(chain.map((der, i) => (i === at ? mutateDer(random, der) : der))),
    () => pemOf(chain.map((der, i) => (i === at ? mutateDer(random, der) : der))),
    () => pemOf(chain.map((der, i) => (i === at ? (others[random.below(others.length)] ?? der) : der))),
    () => pemOf(chain.filter((_, i) => i !== at)),
    () => pemOf(chain.toReversed()),
    () => pemOf([...chain, ...others]),
    () => text.repeat(random.pick([2, 100])),
    () => donor,
  ])();
};
