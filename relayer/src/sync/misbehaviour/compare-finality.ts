import { decode } from "@pdiem/light-client/codec/scale";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { isTooLong } from "../../chains/parachain/finality-answer.js";
import { finalizedHead, headerOf, proveFinality } from "../../chains/parachain/substrate-node.js";
import type { SubstrateCall, SubstrateNode, SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import { compareNodes } from "./compare-nodes.js";
import { type FinalityWitness, MOST_HEADERS, type Shown } from "./finality-witness.js";

/** One node's. */
const MOST_HEIGHTS = 16;
/**
 * Blocks below its head. For a height further down it need show but once that its chain leads
 * through that block.
 */
const NEAR = 1024;

/** @returns false for a node that shows what nobody vouches for */
const show = async (url: string, call: SubstrateCall, witness: FinalityWitness, height: number): Promise<boolean> => {
  const proof = await proveFinality(call, height).catch((error: unknown) => {
    // The end of a long set is too far above: what the node shows next is nearer.
    if (isTooLong(error)) return undefined;
    throw error;
  });
  if (proof === undefined) return true;
  const { block, unknownHeaders } = decode(finalityProof, proof);
  const header = unknownHeaders.length > 0 ? undefined : (await headerOf(call, block))?.encoded;
  return witness.observe({ url, proof, header });
};

/**
 * From each block on that others have shown. So the headers between tell whether it lies on this
 * node's chain.
 */
const compareNode = async ({ url, call }: SubstrateNode, witness: FinalityWitness, near: number): Promise<void> => {
  const head = await headerOf(call, await finalizedHead(call));
  if (head === undefined) return;
  const shown = witness.newest();
  const lastSet = shown.reduce((last, { setId }) => (setId > last ? setId : last), 0n);
  // A node shows headers up to the end of the set that finalized a block, so that one far below has
  // its end, too.
  const isWanted = (one: Shown): boolean => {
    const distance = head.number - one.number;
    if (distance < near) return distance > 0;
    return (distance < MOST_HEADERS || one.setId < lastSet) && !witness.hasPassed(url, one);
  };
  const below = shown.filter(isWanted).slice(0, MOST_HEIGHTS);
  // Its own head last: that is then what it has shown last.
  const heights = new Set([...below.map(({ number }) => number), head.number]);
  // What doesn't hold was costly to find out: a node has one such chance a round.
  for (const height of heights) if (!(await show(url, call, witness, height))) return;
};

/**
 * Asks every node, not just the one preferred, what it holds for final.
 * @param near another number only where a test would need too many blocks
 * @returns why nodes couldn't be compared, by URL
 */
export const compareFinality = (
  relay: SubstrateRpc,
  witness: FinalityWitness,
  near: number = NEAR,
): Promise<ReadonlyMap<string, string>> => compareNodes(relay.nodes, (node) => compareNode(node, witness, near));
