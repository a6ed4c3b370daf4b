/** A small relay chain by the clock, over WebSocket and HTTP JSON-RPC. */
import { encode } from "@pdiem/light-client/codec/scale";
import { DecodeError } from "@pdiem/light-client/error";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import { header } from "@pdiem/light-client/polkadot/finality/header";
import type { RelayParent } from "../asset-hub/inherents.js";
import { type Route, startRpcServer } from "../json-rpc/server.js";
import { readProof } from "../trie/proof.js";
import type { RelayBlock } from "./blocks.js";
import type { Justified } from "./finality.js";
import { createRelayChain, type RelayChain } from "./relay-chain.js";
import { STATE_VERSION, shownParachainHead } from "./relay-state.js";
import { relayMethods } from "./rpc.js";
import { authoritySetOf } from "./voters.js";

/** In milliseconds. */
export interface RelayCadence {
  /** Between blocks while a parachain head, or a set change, waits for inclusion or finality. */
  readonly busyInterval: number;
  readonly idleInterval: number;
}

export interface RelayOptions {
  /** 0, and nothing, take a free port. */
  readonly port?: number;
  readonly paraId: number;
  /** The parachain's genesis header, encoded. */
  readonly parachainGenesis: Uint8Array;
  /** How many authorities the first set has: 4 where not given. */
  readonly authorities?: number;
  readonly cadence?: Partial<RelayCadence>;
  /** False: blocks are made by `produceBlock` alone. */
  readonly automatic?: boolean;
  readonly retainedStates?: number;
}

/** What a light client starts from. */
export interface RelayTrustRoot extends AuthoritySet {
  /** The finalized block, and its header, SCALE encoded. */
  readonly finalized: { readonly number: number; readonly hash: Uint8Array; readonly header: Uint8Array };
}

export interface Relay {
  readonly url: string;
  readonly wsUrl: string;
  readonly genesisHash: Uint8Array;
  /** Gives what to trust now: the finalized block, and the set that finalizes the next. */
  readonly trustRoot: () => RelayTrustRoot;
  readonly best: () => RelayBlock;
  readonly finalized: () => RelayBlock;
  /** Gives the best block, for the parachain to build on. */
  readonly relayParent: () => RelayParent;
  readonly includeParachainHead: (headData: Uint8Array) => void;
  /**
   * Announces a new set in the next block, which the old set finalizes. Returns the new set's id.
   */
  readonly changeAuthorities: (count?: number) => bigint;
  readonly produceBlock: () => void;
  readonly onFinalized: (listener: (justified: Justified) => void) => () => void;
  /**
   * Gives the parachain header, encoded, that the state of a block shows.
   * @throws RpcError once that state is discarded
   */
  readonly parachainHead: (block: RelayBlock) => Uint8Array;
  readonly close: () => Promise<void>;
}

const DEFAULT_AUTHORITIES = 4;
const DEFAULT_CADENCE: RelayCadence = { busyInterval: 500, idleInterval: 6_000 };
const RETAINED_STATES = 256;
const MAX_AUTHORITIES = 1_000;

const authorityCount = (body: unknown, present: number): number => {
  if (body === undefined) return present;
  const count = typeof body === "object" && body !== null && "count" in body ? body.count : undefined;
  if (typeof count !== "number" || !Number.isInteger(count) || count < 1 || count > MAX_AUTHORITIES)
    throw new DecodeError("decode/authority-count", `expected {"count": 1 to ${MAX_AUTHORITIES}} or no body`);
  return count;
};

const parentOf = (chain: RelayChain): RelayParent => {
  const best = chain.blocks.best();
  const state = chain.blocks.stateOf(best);
  return {
    number: best.header.number,
    stateRoot: best.header.stateRoot,
    prove: (keys) => readProof(state, STATE_VERSION, keys),
  };
};

const trustRootOf = (chain: RelayChain): RelayTrustRoot => {
  const { header: finalized, hash } = chain.finality.finalized();
  return {
    ...authoritySetOf(chain.voters()),
    finalized: { number: finalized.number, hash, header: encode(header, finalized) },
  };
};

export const startRelay = async (options: RelayOptions): Promise<Relay> => {
  const cadence = { ...DEFAULT_CADENCE, ...options.cadence };
  const chain = createRelayChain({
    paraId: options.paraId,
    parachainGenesis: options.parachainGenesis,
    authorities: options.authorities ?? DEFAULT_AUTHORITIES,
    retainedStates: options.retainedStates ?? RETAINED_STATES,
    now: Date.now(),
  });
  let lastAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const schedule = (): void => {
    if (options.automatic === false || stopped) return;
    clearTimeout(timer);
    const interval = chain.isWaiting() ? cadence.busyInterval : cadence.idleInterval;
    timer = setTimeout(produceBlock, lastAt + interval - Date.now());
  };
  const produceBlock = (): void => {
    lastAt = Date.now();
    chain.advance(lastAt);
    schedule();
  };
  const changeAuthorities = (count = chain.voters().voters.length): bigint => {
    const setId = chain.changeAuthorities(count);
    schedule();
    return setId;
  };

  const routes: Readonly<Record<string, Route>> = {
    "POST /-/devnet/authority-set": (body) => ({
      setId: Number(changeAuthorities(authorityCount(body, chain.voters().voters.length))),
    }),
    "POST /-/devnet/blocks": () => produceBlock(),
  };
  const server = await startRpcServer({ port: options.port ?? 0, methods: relayMethods(chain), routes });
  const genesis = chain.blocks.best();
  schedule();
  return {
    url: server.url,
    wsUrl: server.wsUrl,
    genesisHash: genesis.hash,
    trustRoot: () => trustRootOf(chain),
    best: chain.blocks.best,
    finalized: chain.finality.finalized,
    relayParent: () => parentOf(chain),
    includeParachainHead: (headData) => {
      chain.includeParachainHead(headData);
      schedule();
    },
    changeAuthorities,
    produceBlock,
    onFinalized: chain.justified.add,
    parachainHead: (block) => shownParachainHead(chain.blocks.stateOf(block), options.paraId),
    close: async () => {
      stopped = true;
      clearTimeout(timer);
      await server.close();
    },
  };
};
