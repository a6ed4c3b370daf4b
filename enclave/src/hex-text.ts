import { toHex } from "@pdiem/light-client/bytes";

/** Writes bytes for people, in logs and messages: lower-case hex with `0x`. */
export const hexText = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;
