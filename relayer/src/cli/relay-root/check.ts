/** Whether a node's chain is the one that a root of trust begins. */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/scale";
import { isPdiemError } from "@pdiem/light-client/error";
import { authorityList } from "@pdiem/light-client/polkadot/finality/authority-set";
import { verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { askStep } from "../../chains/parachain/finality-step.js";
import { blockHash, finalizedHead, headerOf } from "../../chains/parachain/substrate-node.js";
import type { SubstrateNode } from "../../chains/parachain/substrate-rpc.js";
import { RpcError } from "../../error.js";
import { type Root, toldSet } from "./root.js";

const POLL_MS = 1_000;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/** Waits until the node's finalized block lies above the root's: only then can it vouch for it. */
const headAbove = async ({ call }: SubstrateNode, number: number, waitMs: number): Promise<number> => {
  for (const start = performance.now(); ; await pause()) {
    const head = await headerOf(call, await finalizedHead(call));
    if (head !== undefined && head.number > number) return head.number;
    if (performance.now() - start >= waitMs)
      throw new RpcError(
        "rpc/behind",
        `expected a finalized block above ${number}, it is at ${head?.number ?? "none"}`,
        "backoff",
      );
  }
};

/** What differs in its own words, where the node still has that block's state. */
const differencesOfSet = async ({ call }: SubstrateNode, { state }: Root): Promise<readonly string[]> => {
  try {
    const told = await toldSet(call, state.finalized.hash);
    const isSame = equal(encode(authorityList, told.authorities), encode(authorityList, state.authorities));
    return [
      ...(told.setId === state.setId ? [] : [`it has set ${told.setId} there, the root set ${state.setId}`]),
      ...(isSame ? [] : [`its ${told.authorities.length} authorities aren't the root's ${state.authorities.length}`]),
    ];
  } catch (error) {
    if (isPdiemError(error)) return [];
    throw error;
  }
};

const differencesOfFinality = async (node: SubstrateNode, root: Root, head: number): Promise<readonly string[]> => {
  const { step } = await askStep(node, root.state.finalized.number + 1, head);
  try {
    verifyFinality(root.state, { finalityProof: step.proof, header: step.header });
    return [];
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    const told = await differencesOfSet(node, root);
    return [`the root's set hasn't finalized its next blocks (${error.message})`, ...told];
  }
};

/**
 * Compares a node with a root. The chain's genesis and the root's block count, and whether the
 * root's set has finalized what comes after it there.
 * @param genesis hash of the chain's first block; left out, any
 * @param waitMs how long the node may take to get above the root's block
 * @returns what differs, in words
 * @throws NodeError, RpcError where it can't be asked, or is behind
 */
export const differencesAt = async (
  node: SubstrateNode,
  root: Root,
  genesis: Uint8Array | undefined,
  waitMs: number,
): Promise<readonly string[]> => {
  const { number, hash } = root.state.finalized;
  const first = await blockHash(node.call, 0);
  if (genesis !== undefined && (first === undefined || !equal(first, genesis)))
    return [`its genesis is 0x${toHex(first ?? new Uint8Array())}, not 0x${toHex(genesis)}: another chain`];
  const head = await headAbove(node, number, waitMs);
  const own = await blockHash(node.call, number);
  if (own === undefined) throw new RpcError("rpc/missing", `expected it to know block ${number}`, "backoff");
  if (!equal(own, hash)) return [`its block ${number} is 0x${toHex(own)}, the root's 0x${toHex(hash)}`];
  return differencesOfFinality(node, root, head);
};
