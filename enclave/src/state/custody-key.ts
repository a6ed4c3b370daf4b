/** The one Ed25519 key of a bridge: custody's on Diem, the issuer's on the parachain. */
import { randomBytes } from "node:crypto";
import { publicKeyOf, SEED_LENGTH } from "@pdiem/light-client/crypto/ed25519";

/**
 * A key whose secret half shows in no log, no JSON and no inspection. It is held in a closure only.
 */
export interface CustodyKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Lends the 32 secret bytes for the time of a call, which mustn't keep them. */
  readonly withSeed: <T>(body: (seed: Uint8Array) => T) => T;
  /** Wipes the secret half. The key is of no use afterwards. */
  readonly erase: () => void;
}

/** Takes over the seed: its buffer is wiped by `erase`, and belongs to the key from now on. */
export const custodyKeyOf = (seed: Uint8Array): CustodyKey => ({
  publicKey: publicKeyOf(seed),
  withSeed: (body) => body(seed),
  erase: () => {
    seed.fill(0);
  },
});

/** Makes a key with the platform's own generator. */
export const makeCustodyKey = (): CustodyKey => custodyKeyOf(new Uint8Array(randomBytes(SEED_LENGTH)));
