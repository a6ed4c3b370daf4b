/** A runtime's WebAssembly, asked what a node would be asked by `state_call`. */
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { concat, toHex } from "@pdiem/light-client/bytes";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { isPdiemError } from "@pdiem/light-client/error";
import { Decompress } from "fzstd";
import { ConfigError, RpcError } from "../error.js";
import { createHeap } from "./wasm-heap.js";
import { type HostStorage, hostFunctions } from "./wasm-host.js";
import { wasm } from "./wasm-types.js";

/** What stands before runtimes that are compressed, as chains and releases have them. */
const COMPRESSED = Uint8Array.of(0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05);
const MAX_CODE = 64 * 1024 * 1024;
/** Compressed bytes at once. */
const STEP = 65_536;
const MAX_MS = 120_000;

/** Storage that a question is asked over: keys and values. */
export type Given = readonly (readonly [key: Uint8Array, value: Uint8Array])[];

export interface RuntimeFile {
  /** blake2b-256 of the file as it is, by which an upgrade's proposal names it. */
  readonly hash: Uint8Array;
  /**
   * Gives what a function of the runtime's API returns, over storage that holds nothing else.
   * @param input SCALE of its arguments
   * @throws RpcError `runtime/trap` where the runtime panics or lacks the function,
   * `runtime/memory` for one that takes over a GiB
   */
  readonly call: (name: string, input: Uint8Array, given?: Given) => Uint8Array;
}

const beginsWith = (bytes: Uint8Array, start: Uint8Array): boolean => start.every((byte, at) => bytes[at] === byte);

const refuse = (cause?: unknown): never => {
  throw new RpcError(
    "runtime/file",
    `expected a runtime's WebAssembly, plain or compressed, of ${MAX_CODE} bytes at most`,
    "never",
    {
      cause,
    },
  );
};

const uncompressed = (code: Uint8Array): Uint8Array => {
  if (!beginsWith(code, COMPRESSED)) return code;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((chunk) => {
    length += chunk.length;
    if (length > MAX_CODE) refuse();
    chunks.push(chunk.slice());
  });
  try {
    for (let at = COMPRESSED.length; at < code.length; at += STEP)
      stream.push(code.subarray(at, at + STEP), at + STEP >= code.length);
  } catch (cause) {
    refuse(cause);
  }
  return concat(...chunks);
};

const context: { work?: () => unknown } = {};
createContext(context);

/** Runs it, and ends it once it takes too long: V8 interrupts loops of WebAssembly, too. */
const withinTime = (timeout: number, work: () => unknown): unknown => {
  context.work = work;
  return runInContext("work()", context, { timeout });
};

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300);

/**
 * Makes a runtime ready to be asked.
 * @param mostMs how long one answer may take
 * @throws RpcError `runtime/file` for bytes that are no WebAssembly
 */
export const openRuntime = (file: Uint8Array, mostMs = MAX_MS): RuntimeFile => {
  const code = uncompressed(file);
  const compile = () => {
    try {
      return new wasm.Module(code);
    } catch (cause) {
      return refuse(cause);
    }
  };
  const module = compile();
  const missing = (name: string) => () => {
    throw new RpcError("runtime/trap", `expected a runtime that asks its host for what is known, it asks for ${name}`);
  };
  const imported = wasm.Module.imports(module).filter(({ kind }) => kind === "function");

  const run = (name: string, input: Uint8Array, storage: HostStorage): Uint8Array => {
    const heap = createHeap();
    const functions = hostFunctions(heap, storage);
    const env = Object.fromEntries(imported.map((one) => [one.name, functions[one.name] ?? missing(one.name)]));
    const { exports } = new wasm.Instance(module, { env: { ...env, memory: heap.memory } });
    const entry = exports[name];
    const base = exports.__heap_base as { readonly value: number } | undefined;
    if (typeof entry !== "function" || base === undefined)
      throw new RpcError("runtime/trap", `expected the runtime to have ${name}, it hasn't`);
    heap.begin(base.value);
    const address = heap.allocate(input.length);
    heap.write(address, input);
    return heap.load(withinTime(mostMs, () => entry(address, input.length)) as bigint);
  };

  return {
    hash: blake2b256(file),
    call: (name, input, given = []) => {
      try {
        return run(name, input, new Map(given.map(([key, value]) => [toHex(key), value])));
      } catch (error) {
        if (isPdiemError(error)) throw error;
        throw new RpcError("runtime/trap", `expected ${name} to return, it ended: ${reason(error)}`, "never", {
          cause: error,
        });
      }
    },
  };
};

/** @throws ConfigError `config/unreadable`; RpcError `runtime/file` */
export const readRuntimeFile = (path: string): RuntimeFile => {
  try {
    return openRuntime(readFileSync(path));
  } catch (cause) {
    if (isPdiemError(cause)) throw cause;
    throw new ConfigError("config/unreadable", `expected a runtime's file at ${path}: ${reason(cause)}`, "never", {
      cause,
    });
  }
};
