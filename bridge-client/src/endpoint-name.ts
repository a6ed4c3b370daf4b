/** What an endpoint is called in answers, logs and metrics: keys stand in the rest of its URL. */
import { toHex } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";

const HASH_BYTES = 3;
/** Shorter parts of a URL are words such as `rpc`, not keys. */
const SHORTEST_SECRET = 6;
const HIDDEN = "…";

/**
 * Names an endpoint by host and port. One that has a path or a query gets `#` and six hex digits of
 * their hash: those of one host differ by it. User and password are left out.
 * @returns `?` for what isn't a URL
 */
export const endpointName = (url: string): string => {
  if (!URL.canParse(url)) return "?";
  const { host, pathname, search } = new URL(url);
  const rest = `${pathname}${search}`;
  if (rest === "/" || rest === "") return host;
  return `${host}#${toHex(sha256(new TextEncoder().encode(rest)).subarray(0, HASH_BYTES))}`;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Lists the parts of a URL that may be keys, the longest first. */
const secretsOf = (url: string): readonly string[] => {
  const { username, password, pathname, search, searchParams } = new URL(url);
  const parts = [username, password, `${pathname}${search}`, ...pathname.split("/"), search, ...searchParams.values()];
  const spelled = parts.flatMap((part) => [part, decoded(part)]);
  return [...new Set(spelled)].filter(({ length }) => length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
};

/** Takes an endpoint's URL, and all in it that may be a key, out of a text: nodes echo them. */
export const withoutSecrets = (text: string, url: string): string => {
  if (!URL.canParse(url)) return text;
  const named = text.replaceAll(url, endpointName(url));
  return secretsOf(url).reduce((left, secret) => left.replaceAll(secret, HIDDEN), named);
};
