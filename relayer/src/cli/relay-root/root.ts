/** Where a light client of the relay chain may begin, as a specification or a node says. */

import { grandpaStateOf } from "@pdiem/chain-formats/polkadot/finality/light-sync-state";
import { fromHex } from "@pdiem/light-client/bytes";
import { decode, u64 } from "@pdiem/light-client/codec/scale";
import { PdiemError } from "@pdiem/light-client/error";
import { authorityList } from "@pdiem/light-client/polkadot/finality/authority-set";
import { checkGrandpaState, type GrandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { type Header, header as headerCodec } from "@pdiem/light-client/polkadot/finality/header";
import { storagePrefix } from "@pdiem/light-client/polkadot/trie/storage-key";
import { z } from "zod";
import { collectFinality } from "../../chains/parachain/finality.js";
import { blockHash, callRuntime, finalizedHead, headerOf, storageOf } from "../../chains/parachain/substrate-node.js";
import type { SubstrateCall, SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import { ConfigError, RpcError } from "../../error.js";

export interface Root {
  readonly state: GrandpaState;
  /** The header of the state's block. */
  readonly header: Header;
}

const hex = z
  .string()
  .regex(/^0x(?:[0-9a-f]{2})+$/i, "expected 0x-hex")
  .transform((text) => fromHex(text));
const lightSyncState = z.object({ finalizedBlockHeader: hex, grandpaAuthoritySet: hex });
const specification = z.union([z.object({ lightSyncState }).transform((spec) => spec.lightSyncState), lightSyncState]);

/**
 * Reads a chain specification's `lightSyncState`, or that alone. Whoever published it is trusted.
 * @throws ConfigError `config/light-sync-state`; DecodeError and ProofError of `grandpaStateOf`
 */
export const rootOfSpecification = (value: unknown): Root => {
  const parsed = specification.safeParse(value);
  if (!parsed.success)
    throw new ConfigError(
      "config/light-sync-state",
      "expected a chain specification with a lightSyncState, or that alone: finalizedBlockHeader and grandpaAuthoritySet in 0x-hex",
    );
  const { finalizedBlockHeader, grandpaAuthoritySet } = parsed.data;
  return {
    state: grandpaStateOf(finalizedBlockHeader, grandpaAuthoritySet),
    header: decode(headerCodec, finalizedBlockHeader),
  };
};

/** Other nodes may be some blocks behind, and none has discarded that state yet. */
const DEPTH = 16;

const CURRENT_SET_ID = storagePrefix("Grandpa", "CurrentSetId");
const AUTHORITIES = storagePrefix("Grandpa", "Authorities");
const PENDING_CHANGE = storagePrefix("Grandpa", "PendingChange");

const missing = (what: string): never => {
  throw new RpcError("rpc/missing", `expected the node to have ${what}`, "backoff");
};

/** What a node says of the set that finalizes what comes after a block. */
export type ToldSet = Pick<GrandpaState, "setId" | "authorities">;

/**
 * Asks a node for it. Runtimes that don't keep authorities in storage tell them by their API.
 * @throws PdiemError `relay-root/pending-change`, `later`; RpcError where the state is gone
 */
export const toldSet = async (call: SubstrateCall, at: Uint8Array): Promise<ToldSet> => {
  const setId = (await storageOf(call, CURRENT_SET_ID, at)) ?? missing("GRANDPA's set id");
  if ((await storageOf(call, PENDING_CHANGE, at)) !== undefined)
    throw new PdiemError(
      "relay-root/pending-change",
      "expected a block without a pending change of authorities: take another in a while",
      "later",
    );
  const stored = await storageOf(call, AUTHORITIES, at);
  const encoded = stored ?? (await callRuntime(call, "GrandpaApi_grandpa_authorities", new Uint8Array(), at));
  return { setId: decode(u64, setId), authorities: decode(authorityList, encoded) };
};

/**
 * Takes a root from a node's word, some blocks below its finalized one.
 * @throws ProofError of `checkGrandpaState`; DecodeError; those of `toldSet`
 */
export const rootOfNode = async (call: SubstrateCall): Promise<Root> => {
  const head = (await headerOf(call, await finalizedHead(call))) ?? missing("its own finalized head");
  const number = Math.max(Math.min(1, head.number), head.number - DEPTH);
  const hash = (await blockHash(call, number)) ?? missing(`block ${number}`);
  const { encoded } = (await headerOf(call, hash)) ?? missing(`the header of block ${number}`);
  const state = checkGrandpaState({ ...(await toldSet(call, hash)), finalized: { number, hash } });
  return { state, header: decode(headerCodec, encoded) };
};

const STEPS_AT_ONCE = 64;

/**
 * Follows finality from a root to the newest one that the nodes prove: nothing on the way is
 * believed.
 * @param onSet told of each set that it has led to, and of the one in force where a node says so
 * @throws PdiemError `relay-root/pending-change`, `later`; those of `collectFinality`
 */
export const followRoot = async (
  relay: SubstrateRpc,
  from: Root,
  onSet: (setId: bigint, latest: bigint | undefined) => void,
): Promise<Root> => {
  let reached = from;
  await relay.run(async (_, node) => {
    for (;;) {
      const { isLatest } = await collectFinality(
        node,
        reached.state,
        STEPS_AT_ONCE,
        ({ state, verified, passed, latestSetId }) => {
          // Until it has left that block behind, it has no other header than the root's.
          if (state.finalized.number > reached.state.finalized.number) reached = { state, header: verified.header };
          if (passed.length > 0) onSet(state.setId, latestSetId);
        },
      );
      if (isLatest) return;
    }
  });
  if (reached.state.pending !== undefined)
    throw new PdiemError("relay-root/pending-change", "expected no pending change of authorities", "later");
  return reached;
};
