/**
 * The frame of Diem's JSON-RPC: requests in batches, and their answers with the ledger's head
 * around them. Pure functions; sending is the caller's. Sources:
 * json-rpc/types/src/{request,response}.rs, json-rpc/docs.
 */
import { isPdiemError, ProofError } from "@pdiem/light-client/error";
import { z } from "zod";
import { RpcError } from "../../error.js";
import { type NodeError, readNodeError } from "./json-rpc-error.js";
import { formatLossless, type Json, parseLossless } from "./lossless.js";

/**
 * A method with its parameters, and how its result is read; `read` may throw DecodeError or
 * RpcError.
 */
export interface JsonRpcCall<T> {
  readonly method: string;
  readonly params: readonly Json[];
  readonly read: (result: Json) => T;
}

/**
 * The ledger's head that a node says it answers at: nothing vouches for it. `timestampUsecs` is
 * the head's.
 */
export interface Envelope {
  readonly chainId: number;
  readonly version: bigint;
  readonly timestampUsecs: bigint;
}

export type Answer<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; readonly error: NodeError };

/** Answers in the order of the calls, all at the same head. */
export interface BatchAnswer<C extends readonly JsonRpcCall<unknown>[]> {
  readonly envelope: Envelope;
  readonly answers: { readonly [K in keyof C]: C[K] extends JsonRpcCall<infer T> ? Answer<T> : never };
}

/** Most calls that a node takes at once. */
export const MAX_BATCH = 20;

const malformed = (reason: string, cause?: unknown): RpcError =>
  new RpcError("rpc/malformed", `expected a Diem JSON-RPC response: ${reason}`, "backoff", { cause });

/** Writes the body of a batch; a call's place is its id. */
export const formatBatch = (calls: readonly JsonRpcCall<unknown>[]): string =>
  formatLossless(calls.map(({ method, params }, i) => ({ jsonrpc: "2.0", method, params, id: BigInt(i) })));

const response = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.bigint(), z.string(), z.null()]),
  diem_chain_id: z.bigint().min(1n).max(255n),
  diem_ledger_version: z.bigint().nonnegative(),
  diem_ledger_timestampusec: z.bigint().nonnegative(),
});

interface Response {
  readonly id: bigint | string | null;
  readonly envelope: Envelope;
  readonly answer: Answer<Json>;
}

const hasField = (value: Json, name: string): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name);

const readAnswer = (value: Json): Answer<Json> => {
  // `"error": null` beside a result is none.
  if (hasField(value, "error") && value.error !== null) {
    const error = readNodeError(value.error ?? null);
    if (error === undefined) throw malformed("its error has no code and message");
    return { ok: false, error };
  }
  if (!hasField(value, "result")) throw malformed("it has neither result nor error");
  return { ok: true, result: value.result ?? null };
};

const readResponse = (value: Json): Response => {
  const parsed = response.safeParse(value);
  if (!parsed.success) throw malformed(z.prettifyError(parsed.error));
  const { id, diem_chain_id, diem_ledger_version, diem_ledger_timestampusec } = parsed.data;
  return {
    id,
    envelope: {
      chainId: Number(diem_chain_id),
      version: diem_ledger_version,
      timestampUsecs: diem_ledger_timestampusec,
    },
    answer: readAnswer(value),
  };
};

const readResult = <T>({ method, read }: JsonRpcCall<T>, answer: Answer<Json>): Answer<T> => {
  if (!answer.ok) return answer;
  try {
    return { ok: true, result: read(answer.result) };
  } catch (cause) {
    if (isPdiemError(cause)) throw malformed(`the result of ${method}: ${cause.message}`, cause);
    throw cause;
  }
};

/**
 * Reads the answer to a single request, whatever its id.
 * @throws RpcError `rpc/malformed`; a node's own error is an answer
 */
export const parseResponse = <T>(
  call: JsonRpcCall<T>,
  body: string,
): { readonly envelope: Envelope; readonly answer: Answer<T> } => {
  const { envelope, answer } = readResponse(parseLossless(body));
  return { envelope, answer: readResult(call, answer) };
};

const equalEnvelopes = (a: Envelope, b: Envelope): boolean =>
  a.chainId === b.chainId && a.version === b.version && a.timestampUsecs === b.timestampUsecs;

/**
 * Reads the answers to `formatBatch(calls)`: exactly one for each, matched by id, all at one head
 * of the ledger.
 * @throws RpcError `rpc/malformed`; NodeError when the node refuses the batch as a whole
 */
export const parseBatch = <const C extends readonly JsonRpcCall<unknown>[]>(calls: C, body: string): BatchAnswer<C> => {
  const value = parseLossless(body);
  if (!Array.isArray(value)) {
    const { answer } = readResponse(value);
    throw answer.ok ? malformed("a single result for a batch") : answer.error;
  }
  const responses = value.map(readResponse);
  const [first] = responses;
  if (first === undefined || responses.length !== calls.length)
    throw malformed(`${calls.length} calls, ${responses.length} answers`);
  if (!responses.every(({ envelope }) => equalEnvelopes(envelope, first.envelope)))
    throw malformed("the answers of a batch are at different heads of the ledger");
  const byId = new Map(responses.map((one) => [one.id, one]));
  const answers = calls.map((call, i) => {
    const found = byId.get(BigInt(i));
    if (found === undefined) throw malformed(`no answer has id ${i}`);
    return readResult(call, found.answer);
  });
  return { envelope: first.envelope, answers: answers as BatchAnswer<C>["answers"] };
};

/**
 * Gives the result, or throws the node's error.
 * @throws NodeError
 */
export const resultOf = <T>(answer: Answer<T>): T => {
  if (answer.ok) return answer.result;
  throw answer.error;
};

/**
 * Checks that the head a node claims is that of the ledger info in the same answer.
 * @param chainId of the network; left out where it isn't known
 * @throws ProofError `proof/envelope`
 */
export const checkEnvelope = (
  envelope: Envelope,
  { version, timestampUsecs }: { readonly version: bigint; readonly timestampUsecs: bigint },
  chainId: number = envelope.chainId,
): void => {
  if (envelope.version !== version || envelope.timestampUsecs !== timestampUsecs || envelope.chainId !== chainId)
    throw new ProofError(
      "proof/envelope",
      `expected a head of chain ${chainId} at version ${version} and time ${timestampUsecs}, ` +
        `the node says chain ${envelope.chainId}, ${envelope.version} and ${envelope.timestampUsecs}`,
    );
};
