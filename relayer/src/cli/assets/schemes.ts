/** Kinds of keys that a sender on the parachain may have. */
export const SCHEMES = ["sr25519", "ed25519"] as const;
export type Scheme = (typeof SCHEMES)[number];
