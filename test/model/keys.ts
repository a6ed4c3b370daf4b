/** Guardians' signatures by keys that are read once. */
import { createPrivateKey, sign as signWith } from "node:crypto";
import type { GuardianSignature } from "@pdiem/bridge/governance/guardian-signature";
import { toHex } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";

/** Prefix of a seed in PKCS #8. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

const make = (seed: Uint8Array) => ({
  guardian: publicKeyOf(seed),
  key: createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" }),
});
const made = new Map<string, ReturnType<typeof make>>();

/** Signs a message as each of those. @param seeds 32 bytes each */
export const signAs = (seeds: readonly Uint8Array[], message: Uint8Array): readonly GuardianSignature[] =>
  seeds.map((seed) => {
    const name = toHex(seed);
    const { guardian, key } = made.get(name) ?? make(seed);
    made.set(name, { guardian, key });
    return { guardian, signature: Uint8Array.from(signWith(null, message, key)) };
  });
