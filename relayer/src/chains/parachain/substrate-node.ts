/**
 * The methods of a Substrate node that are used, as typed functions. All hashes and keys are
 * bytes.
 */
import { concat, fromHex, toHex } from "@pdiem/light-client/bytes";
import { compactU32, encode } from "@pdiem/light-client/codec/scale";
import { z } from "zod";
import { NodeError, type SubstrateCall } from "./substrate-rpc.js";

const hex = z
  .string()
  .regex(/^0x(?:[0-9a-f]{2})*$/i, "expected 0x-hex")
  .transform((text) => fromHex(text));
/** 32 bytes in hex. */
export const hash32 = hex.refine((value) => value.length === 32, "expected 32 bytes");
const number = z
  .string()
  .regex(/^0x[0-9a-f]{1,8}$/i, "expected a block number in hex")
  .transform((text) => Number.parseInt(text, 16));

const headerJson = z.object({
  parentHash: hash32,
  number,
  stateRoot: hash32,
  extrinsicsRoot: hash32,
  digest: z.object({ logs: z.array(hex).max(10_000) }),
});

/**
 * A header as the node names its parts; `encoded` is its SCALE form, whose blake2b-256 is the
 * block's hash.
 */
export interface NodeHeader {
  readonly number: number;
  readonly parentHash: Uint8Array;
  readonly encoded: Uint8Array;
}

const encodeHeader = (header: z.output<typeof headerJson>): Uint8Array =>
  concat(
    header.parentHash,
    encode(compactU32, header.number),
    header.stateRoot,
    header.extrinsicsRoot,
    encode(compactU32, header.digest.logs.length),
    ...header.digest.logs,
  );

const asHeader = (header: z.output<typeof headerJson>): NodeHeader => ({
  number: header.number,
  parentHash: header.parentHash,
  encoded: encodeHeader(header),
});

const header = headerJson.transform(asHeader);
const block = z.object({ block: z.object({ header, extrinsics: z.array(hex).max(100_000) }) });
const readProof = z.object({ proof: z.array(hex).max(100_000) });
const text = (value: Uint8Array): string => `0x${toHex(value)}`;

/** Asks for the last block that the node knows to be final. */
export const finalizedHead = (call: SubstrateCall): Promise<Uint8Array> => call("chain_getFinalizedHead", [], hash32);

const HEADS_OF_ONE_URL = 5;

/** A finalized block that a node tells of. */
export interface FinalizedHead {
  readonly number: number;
  readonly hash: Uint8Array;
}

const finalizedAt = async (call: SubstrateCall, hash: Uint8Array): Promise<FinalizedHead | undefined> => {
  const header = await headerOf(call, hash);
  return header === undefined ? undefined : { number: header.number, hash };
};

/**
 * Asks for the newest finalized block. Where it is older than what is proven, several nodes may be
 * behind one URL. Their heads are asked for, and the highest taken.
 * @param least the height that is proven
 * @returns undefined for a node that doesn't know its own head
 */
export const newestFinalized = async (call: SubstrateCall, least: number): Promise<FinalizedHead | undefined> => {
  const head = await finalizedAt(call, await finalizedHead(call));
  if (head === undefined || head.number >= least) return head;
  const hashes = new Map<string, Uint8Array>();
  for (let times = 1; times < HEADS_OF_ONE_URL; times++) {
    const hash = await finalizedHead(call);
    hashes.set(toHex(hash), hash);
  }
  let newest = head;
  for (const hash of hashes.values()) {
    const other = await finalizedAt(call, hash);
    if (other !== undefined && other.number > newest.number) newest = other;
  }
  return newest;
};

/** Asks for a block's hash; `undefined` when the node has no such block (yet). */
export const blockHash = async (call: SubstrateCall, height: number): Promise<Uint8Array | undefined> =>
  (await call("chain_getBlockHash", [height], hash32.nullable())) ?? undefined;

/** Asks for a header; `undefined` when the node doesn't know the block. */
export const headerOf = async (call: SubstrateCall, at: Uint8Array): Promise<NodeHeader | undefined> =>
  (await call("chain_getHeader", [text(at)], header.nullable())) ?? undefined;

/** Asks for a block's extrinsics, each with its length prefix. */
export const blockOf = async (
  call: SubstrateCall,
  at: Uint8Array,
): Promise<{ readonly header: NodeHeader; readonly extrinsics: readonly Uint8Array[] } | undefined> =>
  (await call("chain_getBlock", [text(at)], block.nullable()))?.block;

/** Asks for trie nodes that prove the values, or the absence, of `keys` in the state of a block. */
export const readProofOf = async (
  call: SubstrateCall,
  keys: readonly Uint8Array[],
  at: Uint8Array,
): Promise<readonly Uint8Array[]> => (await call("state_getReadProof", [keys.map(text), text(at)], readProof)).proof;

/** Asks for a value, unproven. */
export const storageOf = async (
  call: SubstrateCall,
  key: Uint8Array,
  at: Uint8Array,
): Promise<Uint8Array | undefined> =>
  (await call("state_getStorage", [text(key), text(at)], hex.nullable())) ?? undefined;

/** Asks for a value at the node's best block, unproven and perhaps not to last. */
export const bestStorageOf = async (call: SubstrateCall, key: Uint8Array): Promise<Uint8Array | undefined> =>
  (await call("state_getStorage", [text(key)], hex.nullable())) ?? undefined;

/** Asks for a runtime's metadata at a block, unproven. */
export const metadataOf = (call: SubstrateCall, at: Uint8Array): Promise<Uint8Array> =>
  call("state_getMetadata", [text(at)], hex);

/**
 * Asks for a SCALE-encoded finality proof for a relay chain block, or `undefined` when the block
 * isn't final yet.
 */
export const proveFinality = async (call: SubstrateCall, height: number): Promise<Uint8Array | undefined> =>
  (await call("grandpa_proveFinality", [height], hex.nullable())) ?? undefined;

/**
 * Asks for the transaction version at the node's best block: what tells one encoding of calls from
 * another. Unproven.
 */
export const transactionVersion = async (call: SubstrateCall): Promise<number> =>
  (await call("state_getRuntimeVersion", [], z.object({ transactionVersion: z.int().min(0) }))).transactionVersion;

const versionJson = z.object({
  specName: z.string().max(64),
  specVersion: z.int().min(0).max(0xffff_ffff),
  transactionVersion: z.int().min(0).max(0xffff_ffff),
});

/** Asks for the versions of the runtime that executes blocks after one. Unproven. */
export const runtimeVersion = (call: SubstrateCall, at: Uint8Array): Promise<z.output<typeof versionJson>> =>
  call("state_getRuntimeVersion", [text(at)], versionJson);

/**
 * Asks what a function of the runtime's API returns at a block, SCALE. Unproven.
 * @param input SCALE of its arguments
 */
export const callRuntime = (
  call: SubstrateCall,
  name: string,
  input: Uint8Array,
  at: Uint8Array,
): Promise<Uint8Array> => call("state_call", [name, text(input), text(at)], hex);

/** Chains with several tokens tell lists: the native one comes first. */
const firstOf = <T>(value: z.ZodType<T>) =>
  z.union([
    value,
    z
      .array(value)
      .min(1)
      .transform(([first]) => first as T),
  ]);
const propertiesJson = z.object({
  tokenDecimals: firstOf(z.int().min(0).max(255)),
  tokenSymbol: firstOf(z.string().max(64)),
});

/** Asks how the chain's native token is written, as its chain specification says. Unproven. */
export const tokenProperties = (call: SubstrateCall): Promise<z.output<typeof propertiesJson>> =>
  call("system_properties", [], propertiesJson);

/**
 * Asks for the node's simulation of a signed extrinsic at its best block: SCALE of
 * `ApplyExtrinsicResult`. Public nodes refuse `system_dryRun`, and answer to the call of the
 * runtime that is behind it.
 */
export const dryRun = async (call: SubstrateCall, extrinsic: Uint8Array): Promise<Uint8Array> => {
  try {
    return await call("system_dryRun", [text(extrinsic)], hex);
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    return call("state_call", ["BlockBuilder_apply_extrinsic", text(extrinsic)], hex);
  }
};

/**
 * Hands an extrinsic to the node's pool, with its length prefix in 0x-hex.
 * @throws NodeError where the node refuses it
 */
export const submitExtrinsic = async (call: SubstrateCall, extrinsic: string): Promise<void> => {
  await call("author_submitExtrinsic", [extrinsic], hash32);
};
