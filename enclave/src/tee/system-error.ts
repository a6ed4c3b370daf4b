import { isPdiemError } from "@pdiem/light-client/error";
import { TeeError } from "../error.js";

const CODES: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "tee/missing"],
  ["ENOTDIR", "tee/missing"],
  ["ENXIO", "tee/missing"],
  ["ENODEV", "tee/missing"],
  ["ECONNREFUSED", "tee/missing"],
  ["EACCES", "tee/permission"],
  ["EPERM", "tee/permission"],
  ["EROFS", "tee/permission"],
  ["EFBIG", "tee/too-large"],
]);

const ADVICE: Readonly<Record<string, string>> = {
  "tee/missing": "this machine isn't such a TEE, or hides it from the program",
  "tee/permission": "give the program access to it",
  "tee/too-large": "the platform's answer is longer than its interface allows",
};

/**
 * Tells what a system call's failure means for a TEE: `tee/missing`, `tee/permission`,
 * `tee/too-large`, else `tee/failed`, which may pass. Errors of this project stay what they are.
 * @param what the call was for, such as a path
 */
export const teeErrorOf = (what: string, cause: unknown): Error => {
  if (isPdiemError(cause)) return cause;
  const systemCode = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const code = CODES.get(systemCode) ?? "tee/failed";
  const message = cause instanceof Error ? cause.message : String(cause);
  const advice = ADVICE[code] ?? "the platform's services may be down: ask again";
  return new TeeError(code, `${what}: ${message}: ${advice}`, code === "tee/failed" ? "backoff" : "never", { cause });
};
