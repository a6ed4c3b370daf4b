import { signerOf } from "@pdiem/light-client/crypto/ed25519";
import type { ToSign } from "../custody/signing.js";

/** Signs with a whole key. @param seed 32 bytes */
export const signWith = <T>(seed: Uint8Array, { message, complete }: ToSign<T>): T =>
  complete(signerOf(seed).sign(message));
