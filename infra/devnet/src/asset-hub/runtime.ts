/** The real runtime, over states of ours. */
import { utf8 } from "@pdiem/light-client/bytes";
import { createReader } from "@pdiem/light-client/codec/reader";
import { fixedBytes, string, struct, u8, u32, vector } from "@pdiem/light-client/codec/scale";
import { PdiemError } from "@pdiem/light-client/error";
import { type RuntimeCall, type RuntimeResult, runCalls } from "../executor/run.js";
import { hex } from "../substrate/json.js";
import { type Trie, valueAt } from "../trie/trie.js";

export type { RuntimeCall, RuntimeResult } from "../executor/run.js";

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
const CODE = utf8(":code");

const codeOf = (state: Trie): Uint8Array => {
  const code = valueAt(state, CODE);
  if (code === undefined) throw new PdiemError("runtime/no-code", "expected the state to hold a runtime at :code");
  return code;
};

/**
 * Calls the runtime of a state; each call sees what the ones before it changed. The state itself
 * stays as it is.
 * @throws PdiemError `runtime/trap` when a call panics
 */
export const callRuntime = async (state: Trie, calls: readonly RuntimeCall[]): Promise<RuntimeResult> =>
  runCalls(codeOf(state), state, calls);

const encodedVersion = struct({
  specName: string,
  implName: string,
  authoringVersion: u32,
  specVersion: u32,
  implVersion: u32,
  apis: vector(struct({ id: fixedBytes(8), version: u32 })),
  transactionVersion: u32,
  stateVersion: u8,
});

// By the very bytes of its code.
const versions = new WeakMap<Uint8Array, RuntimeVersion>();

const askVersion = (code: Uint8Array): RuntimeVersion => {
  const { result } = runCalls(code, undefined, [["Core_version", new Uint8Array(0)]]);
  const version = encodedVersion.read(createReader(result));
  return { ...version, apis: version.apis.map(({ id, version }) => [hex(id), version]) };
};

export const runtimeVersion = async (state: Trie): Promise<RuntimeVersion> => {
  const code = codeOf(state);
  const version = versions.get(code) ?? askVersion(code);
  versions.set(code, version);
  return version;
};

/** Remembers what depends on a state's code alone: large metadata takes long to make. */
const byCode = (ask: (state: Trie) => Promise<RuntimeResult>): ((state: Trie) => Promise<RuntimeResult>) => {
  const known = new WeakMap<Uint8Array, Promise<RuntimeResult>>();
  return (state) => {
    const code = codeOf(state);
    const found = known.get(code) ?? ask(state);
    known.set(code, found);
    found.catch(() => known.delete(code));
    return found;
  };
};

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
