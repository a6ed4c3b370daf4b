/** Runs a runtime as WebAssembly of this process, each call in an instance of its own. */
import { bytes, encode, option } from "@pdiem/light-client/codec/scale";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Change, Trie } from "../trie/trie.js";
import { moduleOf } from "./code.js";
import { cryptoFunctions } from "./host-crypto.js";
import { storageFunctions } from "./host-storage.js";
import { createLinearMemory, type LinearMemory, type Span } from "./linear-memory.js";
import { createOverlay, type Overlay } from "./overlay.js";

/** A runtime entry point and its SCALE-encoded arguments. */
export type RuntimeCall = readonly [name: string, args: Uint8Array];

export interface RuntimeResult {
  /** What the last call returned. */
  readonly result: Uint8Array;
  /** What all calls together changed. */
  readonly changes: readonly Change[];
}

const NOTHING = new Uint8Array(0);
/** Levels of `sp_core::LogLevelFilter` and `LogLevel`. */
const ERRORS_ONLY = 1;
const ERROR = 0;
const LONGEST_REASON = 500;

// Zeroed between two instances, it serves one after the other: a browser's engine reserves
// gigabytes of addresses for each. A call within a call takes another.
const idle: LinearMemory[] = [];

interface Running {
  readonly memory: LinearMemory;
  readonly overlay: Overlay;
  /** What the runtime logged as an error, as a panic is. */
  readonly complain: (message: string) => void;
}

const versionOf = (code: Uint8Array): Uint8Array | undefined => {
  try {
    return runCalls(code, undefined, [["Core_version", NOTHING]]).result;
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

const hostFunctions = ({ memory, overlay, complain }: Running) => ({
  ...storageFunctions(memory, overlay),
  ...cryptoFunctions(memory),
  ext_allocator_malloc_version_1: memory.allocate,
  ext_allocator_free_version_1: memory.free,
  ext_logging_max_level_version_1: () => ERRORS_ONLY,
  ext_logging_log_version_1: (level: number, _target: Span, message: Span) => {
    if (level === ERROR) complain(Buffer.from(memory.readSpan(message)).toString("utf8"));
  },
  ext_misc_print_utf8_version_1: () => undefined,
  ext_misc_print_hex_version_1: () => undefined,
  ext_misc_runtime_version_version_1: (code: Span) =>
    memory.give(encode(option(bytes), versionOf(memory.readSpan(code)))),
  ext_offchain_index_set_version_1: () => undefined,
  ext_offchain_index_clear_version_1: () => undefined,
  // No proof is recorded.
  ext_storage_proof_size_storage_proof_size_version_1: () => 0n,
});

const importsOf = (module: WebAssembly.Module, running: Running): Record<string, WebAssembly.ImportValue> => {
  const functions: Readonly<Record<string, WebAssembly.ImportValue>> = hostFunctions(running);
  const missing = (name: string) => () => {
    throw new PdiemError("runtime/host-function", `expected the runtime to do without ${name}`);
  };
  return Object.fromEntries(
    WebAssembly.Module.imports(module).map(({ name, kind }) => [
      name,
      kind === "memory" ? running.memory.wasm : (functions[name] ?? missing(name)),
    ]),
  );
};

const callOnce = (module: WebAssembly.Module, running: Running, [name, args]: RuntimeCall): Uint8Array => {
  const { memory } = running;
  memory.clear();
  const { exports } = new WebAssembly.Instance(module, { env: importsOf(module, running) });
  const { [name]: entry, __heap_base: heapBase } = exports;
  if (typeof entry !== "function" || !(heapBase instanceof WebAssembly.Global))
    throw new PdiemError("runtime/trap", "expected the runtime to have that function, and a heap");
  memory.begin(Number(heapBase.value));
  return memory.readSpan(entry(memory.put(args), args.length));
};

/**
 * Calls a runtime; each call sees what the ones before it changed. The state itself stays as it is.
 * @throws PdiemError `runtime/trap` when a call panics
 */
export const runCalls = (code: Uint8Array, state: Trie, calls: readonly RuntimeCall[]): RuntimeResult => {
  const module = moduleOf(code);
  const memory = idle.pop() ?? createLinearMemory();
  const overlay = createOverlay(state);
  let complaint = "";
  const running: Running = {
    memory,
    overlay,
    complain: (message) => {
      complaint = message;
    },
  };
  let result: Uint8Array = NOTHING;
  try {
    for (const call of calls) result = callOnce(module, running, call);
  } catch (error) {
    const reason = `${complaint === "" ? "" : `${complaint}: `}${String(error)}`.slice(0, LONGEST_REASON);
    throw new PdiemError("runtime/trap", `${calls.map(([name]) => name).join(", ")}: ${reason}`);
  } finally {
    idle.push(memory);
  }
  return { result, changes: overlay.changes() };
};
