/**
 * A local Asset Hub: the real runtime, genuine headers, states and proofs, over WebSocket and HTTP
 * JSON-RPC.
 */
import { encode } from "@pdiem/light-client/codec/scale";
import { DecodeError } from "@pdiem/light-client/error";
import { header } from "@pdiem/light-client/polkadot/finality/header";
import type { Methods } from "../json-rpc/dispatch.js";
import { type Route, startRpcServer } from "../json-rpc/server.js";
import { type Block, genesisBlock } from "./block-author.js";
import { type Cadence, DEFAULT_CADENCE } from "./cadence.js";
import { createChain, type NewBlock } from "./chain.js";
import { type Endowment, genesis, type SufficientAsset } from "./genesis.js";
import type { HubRuntime } from "./hub-runtime.js";
import type { RelayParent } from "./inherents.js";
import type { Node } from "./node.js";
import { createProducer } from "./producer.js";
import { createRelayParents } from "./relay-parents.js";
import { authorMethods } from "./rpc-author.js";
import { chainMethods } from "./rpc-chain.js";
import { stateMethods } from "./rpc-state.js";
import { paymentMethods, systemMethods } from "./rpc-system.js";
import { askRuntime } from "./runtime.js";
import { loadRuntime } from "./runtime-file.js";
import { standaloneRelayParent } from "./standalone.js";
import { createTransactionPool } from "./transaction-pool.js";

export interface AssetHubOptions {
  /** 0, and nothing, take a free port. */
  readonly port?: number;
  readonly endowed?: readonly Endowment[];
  readonly sufficientAssets?: readonly SufficientAsset[];
  /** Runtime that `loadRuntime` made; without one, statemine 900. */
  readonly runtime?: HubRuntime;
  readonly cadence?: Partial<Cadence>;
  /** False: blocks are made by `produceBlock` alone. */
  readonly automatic?: boolean;
  /** Genesis that `assetHubGenesis` made; `endowed`, `sufficientAssets` and `runtime` are in it. */
  readonly genesis?: AssetHubGenesis;
  /**
   * Gives the relay chain's best block. Without one the chain stands alone: it finalizes its own
   * blocks.
   */
  readonly relayParent?: () => RelayParent;
  /** How many of the latest states are kept; their blocks are kept for ever. */
  readonly retainedStates?: number;
  readonly onError?: (error: unknown) => void;
}

/** The first block, before anything runs: a relay chain's genesis shows it. */
export interface AssetHubGenesis {
  /** Its state is the genesis block's. */
  readonly runtime: HubRuntime;
  readonly block: Block;
}

export interface AssetHub {
  readonly url: string;
  readonly wsUrl: string;
  /** Its state is the genesis block's. */
  readonly runtime: HubRuntime;
  readonly paraId: number;
  readonly genesisHash: Uint8Array;
  /** Gives the head's header, SCALE encoded, as `Paras.Heads` holds it. */
  readonly headData: () => Uint8Array;
  readonly head: () => Block;
  readonly finalized: () => Block;
  readonly onBlock: (listener: (block: NewBlock) => void) => () => void;
  readonly produceBlock: () => Promise<void>;
  /** Leaves the making of blocks to `produceBlock` alone, until `resume`. */
  readonly pause: () => void;
  readonly resume: () => void;
  /**
   * Has the next block take up another runtime, which executes those after it. The relay chain lets
   * it through as any upgrade.
   * @throws RangeError for one of another parachain, or of a lower state version
   */
  readonly upgrade: (runtime: HubRuntime) => void;
  /** Notes that the relay chain finalized the head of this hash. */
  readonly finalize: (hash: Uint8Array) => void;
  readonly close: () => Promise<void>;
}

/**
 * Mortal extrinsics look back 256 blocks at most here; relayers prove against states a few blocks
 * old.
 */
const RETAINED_STATES = 256;

export const assetHubGenesis = (
  options: Pick<AssetHubOptions, "endowed" | "sufficientAssets" | "runtime"> = {},
): AssetHubGenesis => {
  const runtime = genesis(options.endowed ?? [], options.sufficientAssets ?? [], options.runtime);
  return { runtime, block: genesisBlock(runtime) };
};

const filePath = (body: unknown): string => {
  const file = typeof body === "object" && body !== null && "file" in body ? body.file : undefined;
  if (typeof file !== "string") throw new DecodeError("decode/runtime-path", 'expected {"file": "path of a runtime"}');
  return file;
};

const rpcMethods = (node: Node): Methods => {
  const methods = {
    ...authorMethods(node),
    ...chainMethods(node),
    ...paymentMethods(node),
    ...stateMethods(node),
    ...systemMethods(node),
  };
  return { ...methods, rpc_methods: () => ({ methods: Object.keys(methods).sort() }) };
};

const fail = (error: unknown): never => {
  throw error;
};

export const startAssetHub = async (options: AssetHubOptions = {}): Promise<AssetHub> => {
  const { runtime, block: first } = options.genesis ?? assetHubGenesis(options);
  const chain = createChain(first, runtime, options.retainedStates ?? RETAINED_STATES);
  const pool = createTransactionPool();
  const best = options.relayParent ?? standaloneRelayParent(runtime.paraId);
  const relayParent = createRelayParents(runtime.paraId, best);
  // Once all have been told of the block: it is finalized after it is new.
  const finalizeSoon = ({ block }: NewBlock): void => queueMicrotask(() => chain.finalize(block.hash));
  if (options.relayParent === undefined) chain.newBlocks.add(finalizeSoon);
  const { blockPeriod: _, ...cadence } = DEFAULT_CADENCE;
  const producer = createProducer({
    chain,
    pool,
    relayParent,
    cadence: { ...cadence, ...options.cadence },
    automatic: options.automatic ?? true,
    onError: options.onError ?? fail,
  });
  const node: Node = { chain, pool, producer, relayParent };
  const routes: Readonly<Record<string, Route>> = {
    "POST /-/devnet/blocks": () => producer.produce(),
    "POST /-/devnet/runtime": async (body) => {
      const next = await loadRuntime(filePath(body), { paraId: runtime.paraId });
      producer.upgrade(next);
      return { name: next.name };
    },
  };
  const server = await startRpcServer({ port: options.port ?? 0, methods: rpcMethods(node), routes });
  producer.start();
  return {
    url: server.url,
    wsUrl: server.wsUrl,
    runtime,
    paraId: runtime.paraId,
    genesisHash: first.hash,
    headData: () => encode(header, chain.head().header),
    head: chain.head,
    finalized: chain.finalized,
    onBlock: chain.newBlocks.add,
    produceBlock: producer.produce,
    pause: producer.pause,
    resume: producer.start,
    upgrade: (next) => {
      producer.upgrade(next);
      // Nodes are asked for it as soon as they announce the new version.
      askRuntime(next.state, ["Metadata_metadata", new Uint8Array()]).catch(() => undefined);
    },
    finalize: chain.finalize,
    close: async () => {
      await producer.stop();
      await server.close();
    },
  };
};
