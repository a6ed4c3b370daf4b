/**
 * A step of finality with nothing in it that nobody needs: a justification and its block's header.
 */
import type { FinalityStep } from "@pdiem/bridge/facts/proof-bundle";
import { equal } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/scale";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { type Header, header as headerCodec, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { justification } from "@pdiem/light-client/polkadot/finality/justification";
import { setChange } from "@pdiem/light-client/polkadot/finality/set-change";
import { hasVotesOf } from "@pdiem/light-client/polkadot/finality/vote-tally";
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

/** Blocks before a set's last among which a change with a delay is looked for. */
const MOST_DELAY = 128;

const announces = (header: Header): boolean => setChange(header) !== undefined;

const missing = (what: string): RpcError =>
  new RpcError("rpc/missing", `expected the relay chain node to have ${what}`, "backoff");

const isOf = (block: Uint8Array, header: Header | undefined): header is Header =>
  header !== undefined && equal(headerHash(header), block);

/** Gets the header by its hash, or else as the only one after the block before. */
const targetOf = async (node: Node, { block, justification: encoded, headers }: ShownFinality): Promise<Header> => {
  const last = headers?.at(-1);
  if (last !== undefined) return last;
  const fetched = await headerOf(node.call, block);
  const known = fetched === undefined ? undefined : decode(headerCodec, fetched.encoded);
  if (isOf(block, known)) return known;
  const { targetNumber } = decode(justification, encoded).commit;
  const shown = await shownFinality(node, Math.max(0, targetNumber - 1), targetNumber);
  const only = shown?.headers?.at(-1);
  if (isOf(block, only)) return only;
  throw missing("the header of the block that it proves final");
};

/**
 * Keeps those headers alone that a light client needs: from the first that announces a change on.
 */
const withHeaders = (shown: ShownFinality, target: Header, before: readonly Header[]): ShownStep => {
  const first = before.findIndex(announces);
  const unknownHeaders = first < 0 ? [] : [...before.slice(first), target];
  const proof = encode(finalityProof, { ...shown, unknownHeaders });
  return {
    step: { proof, header: first < 0 ? encode(headerCodec, target) : undefined },
    target,
    announces: first >= 0 || announces(target),
  };
};

/** A guess of how much a set finalizes. */
export interface ExpectedSet {
  readonly set: AuthoritySet;
  /** About as many blocks as the set before. */
  readonly blocks: number;
}

/** Sets of as many sessions differ by few blocks. */
const MARGIN = 64;

/**
 * Asks near the end where that is expected, and so for few headers. Where the set has ended before,
 * the answer is another set's.
 */
const askNearEnd = async (
  node: Node,
  height: number,
  head: number,
  { set, blocks }: ExpectedSet,
): Promise<ShownFinality | undefined> => {
  const near = height + blocks - MARGIN;
  if (near <= height || near >= head) return undefined;
  const shown = await shownFinality(node, near, head);
  if (shown === undefined || !hasVotesOf(set, decode(justification, shown.justification))) return undefined;
  return shown;
};

/**
 * Asks a node for the step over the last block of the set that finalizes `height`. For a set still
 * in force it is the newest one. Nothing of it is verified.
 * @param head the node's finalized block
 * @param expected spares the node most headers where it turns out right
 * @throws RpcError `rpc/missing` where the node knows of no finality, or hasn't the header
 */
export const askStep = async (node: Node, height: number, head: number, expected?: ExpectedSet): Promise<ShownStep> => {
  const nearEnd = expected === undefined ? undefined : await askNearEnd(node, height, head, expected);
  const shown = nearEnd ?? (await shownFinality(node, height, head));
  if (shown === undefined) throw missing(`a finality proof of block ${height}`);
  const target = await targetOf(node, shown);
  const step = withHeaders(shown, target, shown.headers?.slice(0, -1) ?? []);
  if (step.announces || shown.headers !== undefined) return step;
  const near = await shownFinality(node, Math.max(height, target.number - MOST_DELAY), head);
  if (near?.headers === undefined) return step;
  return withHeaders(near, await targetOf(node, near), near.headers.slice(0, -1));
};
