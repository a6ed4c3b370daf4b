/**
 * Reads what a node answers to `grandpa_proveFinality`: a justification. After it come the headers
 * of up to a whole authority set, which hardly anyone needs.
 */
import { createReader } from "@pdiem/light-client/codec/reader";
import { compactU32, decode } from "@pdiem/light-client/codec/scale";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import type { Header } from "@pdiem/light-client/polkadot/finality/header";
import { RpcError } from "../../error.js";
import { NodeError, type SubstrateNode } from "./substrate-rpc.js";

/** A justification as a node shows it. Nothing of it is verified. */
export interface ShownFinality {
  /** Hash of the block that it finalizes. */
  readonly block: Uint8Array;
  /** Encoded. */
  readonly justification: Uint8Array;
  /** The headers after the block asked for; undefined where more came than are read. */
  readonly headers: readonly Header[] | undefined;
}

type Node = Pick<SubstrateNode, "begin" | "url">;

const HASH_BYTES = 32;
/** Bytes of headers that are read: some two hundred headers. */
const FEW_HEADERS_BYTES = 64 * 1024;
/** Far above what 1,000 authorities' votes take, 90 kB. */
const MOST_JUSTIFICATION_BYTES = 2 * 1024 * 1024;

/** Reads after a block's hash how long its justification is. @returns where that ends */
const justificationEnd = (first: Uint8Array): number => {
  const reader = createReader(first.subarray(HASH_BYTES));
  const length = compactU32.read(reader);
  if (length > MOST_JUSTIFICATION_BYTES)
    throw new RpcError(
      "rpc/form",
      `expected a justification of at most ${MOST_JUSTIFICATION_BYTES} bytes, got ${length}`,
      "backoff",
    );
  return HASH_BYTES + reader.offset() + length;
};

const readBegun = (begun: Uint8Array): ShownFinality => {
  const reader = createReader(begun);
  const block = reader.bytes(HASH_BYTES);
  return { block, justification: reader.bytes(compactU32.read(reader)), headers: undefined };
};

/**
 * Asks who finalized a block, and reads no more headers than a few.
 * @returns undefined where the node knows of no finality
 * @throws NodeError where it refuses, as it does for answers longer than it gives; RpcError
 */
const askFinality = async (node: Node, height: number): Promise<ShownFinality | undefined> => {
  const wanted = (first: Uint8Array): number => justificationEnd(first) + FEW_HEADERS_BYTES;
  const begun = await node.begin("grandpa_proveFinality", [height], wanted);
  if (begun === undefined) return undefined;
  if (!begun.isWhole) return readBegun(begun.bytes);
  const { block, justification, unknownHeaders } = decode(finalityProof, begun.bytes);
  return { block, justification, headers: unknownHeaders };
};

/** jsonrpsee's codes for it, today's and earlier. */
const OVERSIZED_RESPONSE = [-32_008, -32_702];

/** Tells whether a node refuses an answer for its length. */
export const isTooLong = (error: unknown): boolean => {
  if (error instanceof NodeError)
    return OVERSIZED_RESPONSE.includes(error.rpcCode) || /too (?:big|large|long)|exceed/i.test(error.message);
  return error instanceof RpcError && error.code === "rpc/status" && error.message.includes("got 413");
};

/**
 * Blocks to go on by where a node refuses an answer for its length. The set goes on for longer. So
 * many headers of Polkadot's are 0.8 MB of hex, and nodes give 15.
 */
const STRIDE = 1_024;

/**
 * Asks for the justification of the last block of the set that finalizes a block. It is the newest
 * one of a set that is still in force. Goes on within the set where a node can't answer at once.
 * @param head the node's finalized block
 * @returns undefined where the node knows of no finality
 * @throws NodeError, RpcError, DecodeError
 */
export const shownFinality = async (node: Node, height: number, head: number): Promise<ShownFinality | undefined> => {
  for (let at = height; ; at = Math.min(at + STRIDE, head)) {
    try {
      return await askFinality(node, at);
    } catch (error) {
      if (!isTooLong(error) || at >= head) throw error;
    }
  }
};
