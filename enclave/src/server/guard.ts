/** Who may ask: whoever shows a token that the door knows, or a certificate of its authority. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import { RequestError } from "../error.js";

/** What the door shows, and asks for, in TLS: PEM. */
export interface DoorTls {
  readonly certificate: string;
  readonly key: string;
  /** Whose certificates let in; undefined where none is asked for. */
  readonly clientCa: string | undefined;
}

/** What is asked of whoever comes, all of it: nothing, on loopback alone. */
export interface Guard {
  /** SHA-256 of each token, one of which has to be shown; undefined where none is asked for. */
  readonly tokens: readonly Uint8Array[] | undefined;
  readonly tls: DoorTls | undefined;
}

export const UNGUARDED: Guard = { tokens: undefined, tls: undefined };

export const hashToken = (token: string): Uint8Array => createHash("sha256").update(token).digest();

const BEARER = "Bearer ";

/** Compares with every token, in a time that tells nothing of them. */
const showsToken = ({ headers }: IncomingMessage, tokens: readonly Uint8Array[]): boolean => {
  const shown = headers.authorization ?? "";
  const hash = hashToken(shown.slice(BEARER.length));
  const matches = tokens.filter((token) => timingSafeEqual(token, hash)).length;
  return shown.startsWith(BEARER) && matches > 0;
};

/**
 * `authorized` alone isn't enough: Node.js says so of a resumed session without any certificate,
 * which a stranger has after one refusal.
 */
const showsCertificate = ({ socket }: IncomingMessage): boolean =>
  socket instanceof TLSSocket && socket.authorized && socket.getPeerX509Certificate() !== undefined;

const refuse = (expected: string): never => {
  throw new RequestError(401, "request/unauthorized", `expected ${expected}`, "backoff");
};

/**
 * Lets in who may ask, by what came before the body.
 * @throws RequestError `request/unauthorized` (401)
 */
export const checkGuard = ({ tokens, tls }: Guard, request: IncomingMessage): void => {
  if (tls?.clientCa !== undefined && !showsCertificate(request))
    refuse("a client certificate of the authority that this door was given");
  if (tokens !== undefined && !showsToken(request, tokens))
    refuse('"authorization: Bearer", with a token that this door was given');
};
