import { publicKeyOf, sign } from "@pdiem/light-client/crypto/ed25519";
import { ed25519 } from "@pdiem/light-client/crypto/ed25519-native";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";

/**
 * Signature checks and nothing else, with a parsed key: what no verifier on this platform can be
 * faster than.
 */
export const bareVerifications = (count: number): (() => void) => {
  const seed = sha3_256(Uint8Array.of(9));
  const message = sha3_256(Uint8Array.of(10));
  const signature = sign(seed, message);
  const { verify } = ed25519.verifier(publicKeyOf(seed));
  return () => {
    for (let i = 0; i < count; i++) if (!verify(message, signature)) throw new Error("a valid signature was refused");
  };
};
