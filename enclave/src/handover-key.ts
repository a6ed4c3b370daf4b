import { generateKeyPairSync, type KeyObject } from "node:crypto";

/** X25519 key of one process, never stored: a custody key encrypted to it reaches this process or nobody. */
export interface HandoverKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
}

export const makeHandoverKey = (): HandoverKey => {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  return { publicKey: new Uint8Array(Buffer.from(x, "base64url")), privateKey };
};
