import { isPdiemError } from "@pdiem/light-client/error";

/** What scripts can tell apart. */
export const EXIT = {
  ok: 0,
  /** It failed, and would again. */
  failed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** Not yet, or not now: try again later. */
  later: 3,
} as const;

export const exitCodeOf = (error: unknown): number => {
  if (!isPdiemError(error)) return EXIT.failed;
  if (error.code.startsWith("config/") || error.code.startsWith("decode/account-id")) return EXIT.usage;
  return error.retry === "never" ? EXIT.failed : EXIT.later;
};
