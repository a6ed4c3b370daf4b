/** Makes blocks: by themselves at their cadence, and on demand; never two at once. */
import { decode, u64 } from "@pdiem/light-client/codec/scale";
import { timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { createListeners, type Listeners } from "../substrate/listeners.js";
import { type Trie, valueAt } from "../trie/trie.js";
import { buildBlock } from "./block-author.js";
import { blockTimestamp, type Cadence, nextBlockAt } from "./cadence.js";
import type { Chain } from "./chain.js";
import type { HubRuntime } from "./hub-runtime.js";
import type { RelayParent } from "./inherents.js";
import type { BlockOnRelay } from "./relay-parents.js";
import { type PooledExtrinsic, readPooled, type TransactionPool } from "./transaction-pool.js";

export interface Producer {
  /** Makes blocks at their cadence from now on, where that is wanted. */
  readonly start: () => void;
  /** Makes blocks on demand alone, until it is started again. */
  readonly pause: () => void;
  /** Makes one block now, whatever the cadence; its time may run ahead of the clock. */
  readonly produce: () => Promise<void>;
  /**
   * Has the next block take up another runtime, which executes those after it.
   * @throws RangeError for one of another parachain, or of a lower state version
   */
  readonly upgrade: (runtime: HubRuntime) => void;
  /** Notes that extrinsics were added. */
  readonly wake: () => void;
  /** Extrinsics that left the pool without a block. */
  readonly dropped: Listeners<PooledExtrinsic>;
  readonly stop: () => Promise<void>;
}

export interface ProducerOptions {
  readonly chain: Chain;
  readonly pool: TransactionPool;
  readonly relayParent: (block: BlockOnRelay) => RelayParent;
  /** `blockPeriod` is the runtime's where it isn't given. */
  readonly cadence: Omit<Cadence, "blockPeriod"> & { readonly blockPeriod?: number };
  /** False: only `produce` makes blocks. */
  readonly automatic: boolean;
  /** Reports that a block couldn't be made: a defect, as extrinsics can't cause it. */
  readonly onError: (error: unknown) => void;
}

/** Gives the chain's time in a state, in milliseconds; 0 before the first block. */
export const timeOf = (state: Trie): number => {
  const now = valueAt(state, timestampNow);
  return now === undefined ? 0 : Number(decode(u64, now));
};

/** Gives the runtime that makes the next block. */
export const runtimeOf = (chain: Chain): HubRuntime => chain.stateOf(chain.head()).runtime;

export const createProducer = (options: ProducerOptions): Producer => {
  const { chain, pool } = options;
  const dropped = createListeners<PooledExtrinsic>();
  let lastBuiltAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let building = 0;
  let pendingUpgrade: HubRuntime | undefined;
  let queue: Promise<void> = Promise.resolve();

  const parentTimestamp = (): number => timeOf(chain.stateOf(chain.head()).state);
  const cadenceOf = ({ blockPeriod }: HubRuntime): Cadence => ({ blockPeriod, ...options.cadence });

  const build = async (): Promise<void> => {
    const head = chain.head();
    const parent = head.header;
    const { state, runtime } = chain.stateOf(head);
    const now = Date.now();
    const upgrade = pendingUpgrade;
    const timestamp = blockTimestamp(cadenceOf(runtime), timeOf(state), now);
    const { followsRelaySlots } = runtime;
    const built = await buildBlock({
      parent,
      parentState: state,
      runtime,
      upgrade,
      timestamp,
      relayParent: options.relayParent({ parent, timestamp, followsRelaySlots, upgrades: upgrade !== undefined }),
      extrinsics: pool.pending().map(({ extrinsic }) => extrinsic),
    });
    if (pendingUpgrade === upgrade) pendingUpgrade = undefined;
    lastBuiltAt = now;
    const gone = built.rejected
      .filter(({ invalidity }) => !invalidity.retry)
      .map(({ extrinsic }) => readPooled(extrinsic));
    for (const { hash } of gone) pool.remove(hash);
    for (const extrinsic of built.block.extrinsics.slice(2)) pool.remove(readPooled(extrinsic).hash);
    chain.append(built);
    gone.forEach(dropped.tell);
  };

  const schedule = (): void => {
    if (!options.automatic || !running || building > 0) return;
    clearTimeout(timer);
    const situation = { lastBuiltAt, parentTimestamp: parentTimestamp(), busy: pool.pending().length > 0 };
    const due = nextBlockAt(cadenceOf(runtimeOf(chain)), situation);
    timer = setTimeout(() => void produce().catch(options.onError), due - Date.now());
  };

  const produce = (): Promise<void> => {
    clearTimeout(timer);
    building += 1;
    const next = queue.then(build).finally(() => {
      building -= 1;
      schedule();
    });
    queue = next.catch(() => undefined);
    return next;
  };

  const pause = (): void => {
    running = false;
    clearTimeout(timer);
  };

  return {
    start: () => {
      running = true;
      schedule();
    },
    pause,
    produce,
    upgrade: (runtime) => {
      const present = runtimeOf(chain);
      if (runtime.paraId !== present.paraId || runtime.stateVersion < present.stateVersion)
        throw new RangeError(
          `expected a runtime of parachain ${present.paraId}, state version ${present.stateVersion} or higher`,
        );
      pendingUpgrade = runtime;
    },
    wake: schedule,
    dropped,
    stop: async () => {
      pause();
      await queue;
    },
  };
};
