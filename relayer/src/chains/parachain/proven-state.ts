import type { FinalityStep } from "@pdiem/bridge/facts/proof-bundle";
import { toHex } from "@pdiem/light-client/bytes";
import type { GrandpaState, VerifiedRelayHeader } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { type VerifiedParaHeader, verifyParaHead } from "@pdiem/light-client/polkadot/trie/para-head";
import { parasHeads } from "@pdiem/light-client/polkadot/trie/storage-key";
import { openProof, type TrieLookup } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { collectFinality, type FinalityWalk } from "./finality.js";
import { readProofOf } from "./substrate-node.js";
import type { SubstrateCall, SubstrateRpc } from "./substrate-rpc.js";

/**
 * A finalized parachain block, with what proves it to whoever trusts the relay chain's authorities
 * of `state`.
 */
export interface ProvenHead {
  readonly state: GrandpaState;
  readonly relay: VerifiedRelayHeader;
  /** Proves `relay` to whoever knows its authorities. */
  readonly step: FinalityStep;
  readonly headProof: readonly Uint8Array[];
  readonly para: VerifiedParaHeader;
}

/** Storage at a proven block: trie nodes, and what they show. */
export interface ProvenStorage {
  readonly nodes: readonly Uint8Array[];
  readonly lookup: TrieLookup;
}

const MAX_STEPS = 64;

const lastStep = (steps: readonly FinalityStep[]): FinalityStep => {
  const step = steps.at(-1);
  if (step === undefined) throw new RangeError("expected a path of at least one step");
  return step;
};

/**
 * Walks from `from` to the newest finalized relay block, and proves the parachain's head there.
 * What one node has led to, the next one goes on from.
 * @param isFresh as `RunOptions` have it
 */
export const proveHead = (
  relay: SubstrateRpc,
  from: GrandpaState,
  paraId: number,
  isFresh?: (head: ProvenHead) => boolean,
): Promise<ProvenHead> => {
  let reached = from;
  // Sets only: within one, a node that is behind another may be asked.
  const keep = ({ state, passed }: FinalityWalk): void => {
    if (passed.length > 0 && state.setId > reached.setId) reached = state;
  };
  return relay.run(
    async (call, node) => {
      for (;;) {
        const { state, verified, steps, isLatest } = await collectFinality(node, reached, MAX_STEPS, keep);
        if (!isLatest) continue;
        const headProof = await readProofOf(call, [parasHeads(paraId)], verified.hash);
        const para = verifyParaHead(verified, paraId, headProof);
        return { state, relay: verified, step: lastStep(steps), headProof, para };
      }
    },
    { isFresh, isHarmless: true },
  );
};

/** Nodes answer for so many keys at once, and no longer than a few seconds. */
const KEYS_AT_ONCE = 500;

/**
 * The proofs of a block's state are parts of one trie: together they are a proof of everything
 * asked for.
 */
const readNodes = async (
  call: SubstrateCall,
  keys: readonly Uint8Array[],
  at: Uint8Array,
): Promise<readonly Uint8Array[]> => {
  const nodes = new Map<string, Uint8Array>();
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE)
    for (const node of await readProofOf(call, keys.slice(from, from + KEYS_AT_ONCE), at)) nodes.set(toHex(node), node);
  return [...nodes.values()];
};

/**
 * Proves keys at a block. A collator may learn of a block's finality later than the relay chain's
 * nodes, hence
 * @throws RpcError `rpc/refused` with `backoff` where it doesn't know the block yet; ProofError
 * where its proof is wrong
 */
export const proveStorage = (
  parachain: SubstrateRpc,
  head: VerifiedParaHeader,
  keys: readonly Uint8Array[],
): Promise<ProvenStorage> =>
  parachain.run(
    async (call) => {
      const nodes = await readNodes(call, keys, head.hash);
      const lookup = openProof(head.header.stateRoot, nodes);
      // A proof with a hole is the node's fault: it must be noticed here, where another node can be
      // asked.
      for (const key of keys) lookup(key);
      return { nodes, lookup };
    },
    { isHarmless: true },
  );
