/**
 * A step of finality with nothing in it that nobody needs: a justification and its block's header.
 */
import type { FinalityStep } from "@pdiem/bridge/facts/proof-bundle";
import { decode, encode } from "@pdiem/light-client/codec/scale";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { type Header, header as headerCodec } from "@pdiem/light-client/polkadot/finality/header";
import { setChange } from "@pdiem/light-client/polkadot/finality/set-change";
import { RpcError } from "../../error.js";
import { type ShownFinality, shownFinality } from "./finality-answer.js";
import { headerOf } from "./substrate-node.js";
import type { SubstrateNode } from "./substrate-rpc.js";

export interface ShownStep {
  readonly step: FinalityStep;
  /** The header of the block that it finalizes. */
  readonly target: Header;
  /** Says that a header of it announces another set. */
  readonly announces: boolean;
}

type Node = Pick<SubstrateNode, "begin" | "call" | "url">;

/** A change that isn't in force at once is looked for among so many blocks before. */
const MOST_DELAY = 512;

const announces = (header: Header): boolean => setChange(header) !== undefined;

const missing = (what: string): RpcError =>
  new RpcError("rpc/missing", `expected the relay chain node to have ${what}`, "backoff");

const targetOf = async ({ call }: Node, { block, headers }: ShownFinality): Promise<Header> => {
  const last = headers?.at(-1);
  if (last !== undefined) return last;
  const fetched = await headerOf(call, block);
  if (fetched === undefined) throw missing("the header of the block that it proves final");
  return decode(headerCodec, fetched.encoded);
};

/** Keeps of the headers those from the first that announces a change on: a light client needs them. */
const withHeaders = ({ block, justification }: ShownFinality, target: Header, before: readonly Header[]): ShownStep => {
  const first = before.findIndex(announces);
  const unknownHeaders = first < 0 ? [] : [...before.slice(first), target];
  const proof = encode(finalityProof, { block, justification, unknownHeaders });
  return {
    step: { proof, header: first < 0 ? encode(headerCodec, target) : undefined },
    target,
    announces: first >= 0 || announces(target),
  };
};

/**
 * Asks a node for the step over the last block of the set that finalizes `height`, or over the
 * newest one of a set still in force. Nothing of it is verified.
 * @param head the node's finalized block
 * @throws RpcError `rpc/missing` where the node knows of no finality, or hasn't the header
 */
export const askStep = async (node: Node, height: number, head: number): Promise<ShownStep> => {
  const shown = await shownFinality(node, height, head);
  if (shown === undefined) throw missing(`a finality proof of block ${height}`);
  const target = await targetOf(node, shown);
  const step = withHeaders(shown, target, shown.headers?.slice(0, -1) ?? []);
  if (step.announces || shown.headers !== undefined) return step;
  const near = await shownFinality(node, Math.max(height, target.number - MOST_DELAY), head);
  if (near?.headers === undefined) return step;
  return withHeaders(near, await targetOf(node, near), near.headers.slice(0, -1));
};
