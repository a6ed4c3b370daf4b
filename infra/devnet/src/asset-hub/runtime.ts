/** The real runtime, in chopsticks' WebAssembly executor, over states of ours. */
import { randomBytes } from "node:crypto";
import { destroyWorker, getRuntimeVersion, type JsCallback, runTask } from "@acala-network/chopsticks-core";
import { fromHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { type Hex, hex } from "../substrate/json.js";
import { entries } from "../trie/keys.js";
import { type Change, type Trie, valueAt } from "../trie/trie.js";

/** A runtime entry point and its SCALE-encoded arguments. */
export type RuntimeCall = readonly [name: string, args: Uint8Array];

export interface RuntimeResult {
  /** What the last call returned. */
  readonly result: Uint8Array;
  /** What all calls together changed. */
  readonly changes: readonly Change[];
}

/** Version in the form that `state_getRuntimeVersion` returns. */
export interface RuntimeVersion {
  readonly specName: string;
  readonly implName: string;
  readonly authoringVersion: number;
  readonly specVersion: number;
  readonly implVersion: number;
  readonly apis: readonly (readonly [string, number])[];
  readonly transactionVersion: number;
  readonly stateVersion: number;
}

const callName = ([name, args]: RuntimeCall): string => `${name} ${hex(args)}`;

/** The storage key of the runtime's own code. */
const CODE = new TextEncoder().encode(":code");

// The code is kept as bytes in the state and as hex for the executor, which takes nothing else.
const codeHex = new WeakMap<Uint8Array, Hex>();

const codeOf = (state: Trie): Hex => {
  const code = valueAt(state, CODE);
  if (code === undefined) throw new PdiemError("runtime/no-code", "expected the state to hold a runtime at :code");
  const known = codeHex.get(code) ?? hex(code);
  codeHex.set(code, known);
  return known;
};

/** What the runtime may ask for while it runs; `release` lets go of the state. */
interface Host extends JsCallback {
  readonly release: () => void;
}

// The executor's thread holds on to each host until its own garbage is collected, which may be
// thousands of calls later.
const hostOf = (state: Trie): Host => {
  let held: Trie = state;
  return {
    release: () => {
      held = undefined;
    },
    getStorage: async (key) => {
      const value = valueAt(held, fromHex(key));
      return value === undefined ? undefined : hex(value);
    },
    getNextKey: async (prefix, key) => {
      const { value } = entries(held, fromHex(prefix), fromHex(key)).next();
      return value === undefined ? undefined : hex(value[0]);
    },
    offchainGetStorage: async () => undefined,
    offchainTimestamp: async () => Date.now(),
    offchainRandomSeed: async () => hex(randomBytes(32)),
    offchainSubmitTransaction: async () => false,
  };
};

/**
 * Calls the runtime of a state; each call sees what the ones before it changed. The state itself
 * stays as it is.
 * @throws PdiemError `runtime/trap` when a call panics
 */
export const callRuntime = async (state: Trie, calls: readonly RuntimeCall[]): Promise<RuntimeResult> => {
  const host = hostOf(state);
  const task = runTask(
    {
      wasm: codeOf(state),
      calls: calls.map(([name, args]) => [name, args.length === 0 ? [] : [hex(args)]]),
      mockSignatureHost: false,
      allowUnresolvedImports: false,
      runtimeLogLevel: 0,
    },
    host,
  );
  const response = await task.finally(host.release);
  if ("Error" in response)
    throw new PdiemError("runtime/trap", `${calls.map(([name]) => name).join(", ")}: ${response.Error.slice(0, 500)}`);
  return {
    result: fromHex(response.Call.result),
    // Removed keys come with undefined, though the type says null.
    changes: response.Call.storageDiff.map(([key, value]) => [
      fromHex(key),
      typeof value === "string" ? fromHex(value) : undefined,
    ]),
  };
};

/** Remembers what depends on a state's code alone: large runtimes take seconds to start. */
const byCode = <T>(ask: (state: Trie) => Promise<T>): ((state: Trie) => Promise<T>) => {
  const known = new WeakMap<Uint8Array, Promise<T>>();
  return (state) => {
    const code = valueAt(state, CODE);
    if (code === undefined) return ask(state);
    const found = known.get(code) ?? ask(state);
    known.set(code, found);
    found.catch(() => known.delete(code));
    return found;
  };
};

export const runtimeVersion = byCode((state): Promise<RuntimeVersion> => getRuntimeVersion(codeOf(state)));

const METADATA_VERSIONS = [14, 15, 16];

const METADATA: ReadonlyMap<string, (state: Trie) => Promise<RuntimeResult>> = new Map(
  [
    ["Metadata_metadata", new Uint8Array()] as const,
    ["Metadata_metadata_versions", new Uint8Array()] as const,
    ...METADATA_VERSIONS.map((version) => ["Metadata_metadata_at_version", Uint8Array.of(version, 0, 0, 0)] as const),
  ].map((call) => [callName(call), byCode((state) => callRuntime(state, [call]))]),
);

/**
 * Makes one call. Its answer is remembered where it can't change.
 * @throws PdiemError `runtime/trap` when the call panics
 */
export const askRuntime = async (state: Trie, call: RuntimeCall): Promise<Uint8Array> =>
  (await (METADATA.get(callName(call))?.(state) ?? callRuntime(state, [call]))).result;

/** Ends the executor's thread, which all states share; a later call starts another. */
export const stopExecutor: () => Promise<void> = destroyWorker;
