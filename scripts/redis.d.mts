/** A server that runs already, or a program to start. */
export type Redis =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "program"; readonly path: string; readonly libraries: string | undefined };

/**
 * Finds Redis: `REDIS_URL`, a server on PATH, or Debian's package unpacked into the user's cache folder.
 * @throws Error that says what to do when there is no way to get one
 */
export function findRedis(say?: (text: string) => void): Redis;
