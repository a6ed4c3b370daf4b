/** Where a runtime is asked: at a node, by `state_call`, or in its own WebAssembly. */
import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import { bytes, decode, encode, u32 } from "@pdiem/light-client/codec/scale";
import { isPdiemError } from "@pdiem/light-client/error";
import {
  blockHash,
  callRuntime,
  finalizedHead,
  headerOf,
  tokenProperties,
} from "../chains/parachain/substrate-node.js";
import { callNode } from "../chains/parachain/substrate-rpc.js";
import { metadata15 } from "../chains/runtime-types.js";
import { RpcError } from "../error.js";
import { type Given, readRuntimeFile } from "./runtime-file.js";
import { type RuntimeVersion, readVersion } from "./runtime-version.js";

/** How the chain's own token is written. */
export interface Token {
  readonly symbol: string;
  readonly decimals: number;
}

export interface RuntimeSource {
  /** The URL or the file. */
  readonly name: string;
  readonly call: (name: string, input: Uint8Array, given?: Given) => Promise<Uint8Array>;
  /** blake2b-256 of a file; undefined for a node. */
  readonly codeHash: Uint8Array | undefined;
  /** Undefined for a file, which doesn't say. */
  readonly token: Token | undefined;
  /** A block that extrinsics can be born at, and the genesis block's hash; undefined for a file. */
  readonly birth: { readonly number: number; readonly hash: Uint8Array; readonly genesis: Uint8Array } | undefined;
}

/** What a runtime says of itself. */
export interface ShownRuntime {
  readonly source: RuntimeSource;
  readonly version: RuntimeVersion;
  /** Metadata of version 15, or 14 where the runtime has no newer one. */
  readonly metadata: Uint8Array;
  /** What `Metadata_metadata_at_version` returned for 15; undefined where it knows none. */
  readonly answer15: Uint8Array | undefined;
}

const BOUNDS = { timeoutMs: 60_000, maxResponseBytes: 64_000_000 };
const NONE = new Uint8Array(0);

const nodeSource = async (url: string): Promise<RuntimeSource> => {
  const call = callNode(url.replace(/^ws/, "http"), BOUNDS);
  const hash = await finalizedHead(call);
  const [header, genesis, properties] = await Promise.all([
    headerOf(call, hash),
    blockHash(call, 0),
    tokenProperties(call),
  ]);
  if (header === undefined || genesis === undefined)
    throw new RpcError("rpc/refused", `expected ${endpointName(url)} to know its finalized block`, "backoff");
  return {
    name: url,
    codeHash: undefined,
    call: (name, input) => callRuntime(call, name, input, hash),
    token: { symbol: properties.tokenSymbol, decimals: properties.tokenDecimals },
    birth: { number: header.number, hash, genesis },
  };
};

const fileSource = (path: string): RuntimeSource => {
  const file = readRuntimeFile(path);
  return {
    name: path,
    codeHash: file.hash,
    call: async (name, input, given) => file.call(name, input, given),
    token: undefined,
    birth: undefined,
  };
};

/**
 * Opens a node's URL or a runtime's file.
 * @throws ConfigError `config/unreadable`; RpcError of the file or the node
 */
export const openSource = async (from: string): Promise<RuntimeSource> =>
  /^(?:https?|wss?):\/\//.test(from) ? nodeSource(from) : fileSource(from);

/** Older runtimes lack the function, or the version. */
const metadataAt15 = async (source: RuntimeSource): Promise<Uint8Array | undefined> => {
  try {
    const answer = await source.call("Metadata_metadata_at_version", encode(u32, 15));
    metadata15(answer);
    return answer;
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return undefined;
  }
};

/** @throws RpcError of the source; DecodeError where it answers with something else */
export const askRuntime = async (source: RuntimeSource): Promise<ShownRuntime> => {
  const version = readVersion(await source.call("Core_version", NONE));
  const answer15 = await metadataAt15(source);
  const metadata =
    answer15 === undefined ? decode(bytes, await source.call("Metadata_metadata", NONE)).slice() : metadata15(answer15);
  return { source, version, metadata, answer15 };
};
