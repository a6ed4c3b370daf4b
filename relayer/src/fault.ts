/**
 * Faults of what the operator runs beside the relayer. Redis, BullMQ and the system have words for
 * them. None of them is a defect of this program.
 */
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";

interface Words {
  readonly pattern: RegExp;
  readonly code: string;
  readonly advice: string;
}

// Errors of scripts have what went wrong inside them somewhere behind.
const REDIS: readonly Words[] = [
  {
    pattern: /\bREADONLY\b|^UNBLOCKED\b/,
    code: "redis/read-only",
    advice: "it is a replica. The relayer connects anew until its URL leads to the primary",
  },
  {
    pattern: /\bOOM\b/,
    code: "redis/out-of-memory",
    advice: "give it more memory (maxmemory), with maxmemory-policy noeviction",
  },
  {
    pattern: /\bMISCONF\b/,
    code: "redis/cannot-save",
    advice: "it can't write its snapshots: free its disk, or configure it without them",
  },
  {
    pattern: /\b(?:CLUSTERDOWN|MOVED|CROSSSLOT)\b|^ASK\b/,
    code: "redis/cluster",
    advice: "it is a cluster, which isn't supported: give the relayer a Redis of its own, without cluster mode",
  },
  {
    pattern: /\b(?:NOAUTH|WRONGPASS|NOPERM)\b/,
    code: "redis/forbidden",
    advice: "give redis.url a user and password that may do everything under redis.prefix",
  },
  {
    pattern: /\b(?:LOADING|MASTERDOWN|NOREPLICAS|BUSY|TRYAGAIN)\b/,
    code: "redis/busy",
    advice: "it says that this passes",
  },
];

const LOST_JOB = /^Missing (?:lock|key) for job|is not in the \w+ state|^Lock mismatch|could not renew lock/i;
const CLOSED = /^Connection is closed|max retries per request/i;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isReply = (error: unknown): boolean => error instanceof Error && error.name === "ReplyError";

const redisFault = (error: unknown): PdiemError | undefined => {
  const message = messageOf(error);
  const of = (code: string, advice: string): PdiemError =>
    new PdiemError(code, `${advice} (${message.slice(0, 200)})`, "backoff", { cause: error });
  if (LOST_JOB.test(message))
    return of(
      "redis/lost-job",
      "Redis has lost a job or its lock, and the job is taken up again: see that it evicts nothing",
    );
  if (CLOSED.test(message)) return of("redis/away", "expected a connection to Redis");
  const known = REDIS.find(({ pattern }) => pattern.test(message));
  if (known !== undefined && (isReply(error) || /^[A-Z]+ /.test(message) || message.includes("user_script")))
    return of(known.code, `Redis refuses: ${known.advice}`);
  if (isReply(error) || /^EXECABORT\b/.test(message)) return of("redis/refused", "Redis refuses a command");
  return undefined;
};

const systemFault = (error: unknown): PdiemError | undefined => {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  const isOfNetwork = ["connect", "read", "write", "getaddrinfo", "listen"].includes(String(error.syscall));
  if (isOfNetwork && !("path" in error))
    return new PdiemError("system/network", `expected a connection: ${error.message}`, "backoff", { cause: error });
  const advice = "expected to read and write the relayer's folders (state.folder, misbehaviour.folder)";
  return new PdiemError("system/files", `${advice}: ${error.message}`, "backoff", { cause: error });
};

/**
 * Names the fault. What was thrown on purpose stays as it is. One of Redis or of the system is a
 * PdiemError `redis/…` or `system/…` with `backoff`. Undefined for anything else: a defect.
 */
export const faultOf = (error: unknown): PdiemError | undefined =>
  isPdiemError(error) ? error : (redisFault(error) ?? systemFault(error));

/** Names what people and dashboards are told an error is by: `defect` where it is one. */
export const codeOf = (error: unknown): string => faultOf(error)?.code ?? "defect";
