/** Who a request is from: by a token, or by a proxy that people sign in at. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import type { ApiSettings, Scope } from "../../api-settings.js";

export interface Caller {
  /** For the log. */
  readonly name: string;
  readonly scopes: readonly Scope[];
}

const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest();

const isHashOf = (text: string, sha256: string): boolean => timingSafeEqual(hashOf(text), Buffer.from(sha256, "hex"));

const LONGEST_NAME = 200;

/** A browser can't send a bearer token by itself: it may give it as a password. */
const presented = (authorization: string | undefined): string | undefined => {
  const [kind = "", value = ""] = (authorization ?? "").split(" ");
  if (kind.toLowerCase() === "bearer") return value;
  if (kind.toLowerCase() !== "basic") return undefined;
  const text = Buffer.from(value, "base64").toString("utf8");
  return text.slice(text.indexOf(":") + 1);
};

const byToken = (tokens: ApiSettings["tokens"], headers: IncomingHttpHeaders): Caller | undefined => {
  const token = presented(headers.authorization);
  if (token === undefined) return undefined;
  // All are compared, whichever it is.
  return tokens.filter(({ sha256 }) => isHashOf(token, sha256))[0];
};

const one = (header: string | string[] | undefined): string | undefined =>
  typeof header === "string" ? header : undefined;

const bySignIn = (signIn: ApiSettings["signIn"], headers: IncomingHttpHeaders): Caller | undefined => {
  if (signIn === undefined) return undefined;
  const user = one(headers[signIn.userHeader]);
  const secret = one(headers[signIn.secretHeader]);
  if (user === undefined || user === "" || secret === undefined || !isHashOf(secret, signIn.secretSha256))
    return undefined;
  return { name: user.slice(0, LONGEST_NAME), scopes: signIn.scopes };
};

/** Finds who a request is from; undefined for anybody. */
export const callerOf = (
  { tokens, signIn }: Pick<ApiSettings, "tokens" | "signIn">,
  headers: IncomingHttpHeaders,
): Caller | undefined => byToken(tokens, headers) ?? bySignIn(signIn, headers);

/** Tells whether an API listens on loopback alone. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

/** Tells whether nobody is asked who they are: only on loopback that is. */
export const isOpen = ({ tokens, signIn }: Pick<ApiSettings, "tokens" | "signIn">): boolean =>
  tokens.length === 0 && signIn === undefined;

const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"] as const;

/** Tells whether a proxy has handed a request on: then it may be from anywhere. */
export const isForwarded = (headers: IncomingHttpHeaders): boolean =>
  FORWARDED.some((name) => headers[name] !== undefined);
