import { native } from "./ecdsa-native.js";
import { portable } from "./ecdsa-portable.js";
import type { EcdsaVerify } from "./ecdsa-verify.js";

/** By OpenSSL where the platform has it, which is faster by far, else in JavaScript. */
export const verifyEcdsa: EcdsaVerify = native ?? portable;
