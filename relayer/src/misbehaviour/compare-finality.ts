import { decode } from "@pdiem/light-client/codec/scale";
import { isPdiemError } from "@pdiem/light-client/error";
import { finalityProof } from "@pdiem/light-client/polkadot/finality-proof";
import { finalizedHead, headerOf, proveFinality } from "../parachain/substrate-node.js";
import type { Call, SubstrateNode, SubstrateRpc } from "../parachain/substrate-rpc.js";
import type { FinalityWitness } from "./finality-witness.js";

/** One node's, and how many headers it may have to show for each. */
const MOST_HEIGHTS = 16;
const MOST_HEADERS = 1024;

/** @returns false for a node that shows what nobody vouches for */
const show = async (url: string, call: Call, witness: FinalityWitness, height: number): Promise<boolean> => {
  const proof = await proveFinality(call, height);
  if (proof === undefined) return true;
  const { block, unknownHeaders } = decode(finalityProof, proof);
  const header = unknownHeaders.length > 0 ? undefined : (await headerOf(call, block))?.encoded;
  return witness.hear({ url, proof, header });
};

/** From each block on that others have shown, so that the headers between tell whether it lies on this node's chain. */
const compareNode = async ({ url, call }: SubstrateNode, witness: FinalityWitness): Promise<void> => {
  const head = await headerOf(call, await finalizedHead(call));
  if (head === undefined) return;
  const shown = witness.newest().map(({ number }) => number);
  const heights = new Set(
    shown.filter((number) => number <= head.number && head.number - number < MOST_HEADERS).slice(0, MOST_HEIGHTS),
  );
  if (!shown.some((number) => number === head.number)) heights.add(head.number);
  // What doesn't hold was costly to find out: a node has one such chance a round.
  for (const height of heights) if (!(await show(url, call, witness, height))) return;
};

/**
 * Asks every node, not just the one preferred, what it holds for final.
 * @returns why nodes couldn't be compared, by URL
 */
export const compareFinality = async (
  relay: SubstrateRpc,
  witness: FinalityWitness,
): Promise<ReadonlyMap<string, string>> => {
  const failures = new Map<string, string>();
  const compare = async (node: SubstrateNode): Promise<void> => {
    try {
      await compareNode(node, witness);
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      failures.set(node.url, error.message);
    }
  };
  await Promise.all(relay.nodes.map(compare));
  return failures;
};
