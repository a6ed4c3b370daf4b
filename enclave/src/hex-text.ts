import { toHex } from "@pdiem/light-client/bytes";
import type { Hex } from "./api.js";

/** Bytes as the wire has them: lower-case hex with `0x`. */
export const hexText = (bytes: Uint8Array): Hex => `0x${toHex(bytes)}`;
