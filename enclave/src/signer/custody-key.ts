/**
 * The one Ed25519 key of a bridge: custody's on Diem, the issuer's on the parachain. An enclave
 * holds it whole (PROTOCOL 7), or a share of it (PROTOCOL 7a). Who signs is the only difference.
 */
import { randomBytes } from "node:crypto";
import { RefusedError } from "@pdiem/bridge/error";
import type { Session } from "@pdiem/bridge/holders/session";
import type { Share } from "@pdiem/bridge/holders/share";
import { publicKeyOf, SEED_LENGTH, signerOf } from "@pdiem/light-client/crypto/ed25519";
import type { HandleCommitments } from "../wire/signing.js";

/** What an enclave gives for one message. */
export interface Signed {
  /** 64 bytes: zeros where it is the share that is given. */
  readonly signature: Uint8Array;
  /** A holder's share of the signature, 32 bytes. */
  readonly share: Uint8Array | undefined;
}

/**
 * A key whose secret half shows in no log, no JSON and no inspection. It is held in a closure only.
 */
export interface CustodyKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Undefined where the key is held whole. */
  readonly share: Share | undefined;
  /**
   * Lends the 32 secret bytes for the time of a call, which mustn't keep them: a seed, or a share.
   */
  readonly withSecret: <T>(body: (secret: Uint8Array) => T) => T;
  /** Makes commitments for so many signatures. @throws RefusedError `refused/sessions` */
  readonly commit: (count: number) => readonly HandleCommitments[];
  /**
   * Signs all messages, or none.
   * @param sessions one for each message where a share is held, else none
   * @throws RefusedError `refused/sessions`, `refused/session-message`,
   * `refused/session-commitments`, `refused/handle-unknown`, `refused/handle-used`
   */
  readonly sign: (messages: readonly Uint8Array[], sessions: readonly Session[]) => readonly Signed[];
  /** Wipes the secret half. The key is of no use afterwards. */
  readonly erase: () => void;
}

const refuseSessions = (): never => {
  throw new RefusedError(
    "refused/sessions",
    "expected no sessions: this enclave holds the key whole, and signs at once",
  );
};

/** Takes over the seed: its buffer is wiped by `erase`, and belongs to the key from now on. */
export const custodyKeyOf = (seed: Uint8Array): CustodyKey => ({
  publicKey: publicKeyOf(seed),
  share: undefined,
  withSecret: (body) => body(seed),
  commit: refuseSessions,
  sign: (messages, sessions) => {
    if (sessions.length > 0) return refuseSessions();
    const signer = signerOf(seed);
    return messages.map((message) => ({ signature: signer.sign(message), share: undefined }));
  },
  erase: () => {
    seed.fill(0);
  },
});

/** Makes a key with the platform's own generator. */
export const makeCustodyKey = (): CustodyKey => custodyKeyOf(new Uint8Array(randomBytes(SEED_LENGTH)));
