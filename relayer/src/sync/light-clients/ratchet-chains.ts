/**
 * Both chains' way from the configuration's roots to now, with every set of validators and
 * authorities on it.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { initialLightClientState, type LightClientState } from "@pdiem/bridge/facts/light-client-state";
import { authoritySetHash, epochStateHash } from "@pdiem/bridge/facts/set-hash";
import type { PassedEpoch, TrustedState } from "@pdiem/light-client/diem/epochs/trusted-state";
import { ProofError } from "@pdiem/light-client/error";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import { slotTime } from "@pdiem/light-client/polkadot/finality/babe-slot";
import type { GrandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readTimestamp } from "@pdiem/light-client/polkadot/trie/storage-value";
import { proveLedger } from "../../chains/diem/proven-ledger.js";
import { collectFinality, type FinalityWalk } from "../../chains/parachain/finality.js";
import { proveHead, proveStorage } from "../../chains/parachain/proven-state.js";
import type { Clients } from "../clients.js";

/**
 * A set by its number, Diem's epoch or GRANDPA's set id, and its hash as
 * `@pdiem/bridge/facts/set-hash` has it.
 */
export interface SetOnTheWay {
  readonly number: bigint;
  readonly hash: Uint8Array;
  /** When the next one took over, by its own last block, ms; undefined for the one in force. */
  readonly leftAt: bigint | undefined;
}

/** Oldest first, the one in force last. */
export interface SetsOnTheWay {
  readonly diem: readonly SetOnTheWay[];
  readonly relay: readonly SetOnTheWay[];
}

/** Where a walk has led, and by which sets: another one can go on from there. */
export interface Walk extends SetsOnTheWay {
  readonly lightClients: LightClientState;
}

export interface WalkedChains extends Walk {
  /** Times of the newest ledger info and of the newest finalized parachain block, ms. */
  readonly times: { readonly diem: bigint; readonly parachain: bigint };
}

/** Told as each page of epochs, and each set of authorities, is verified. */
export type OnProgress = (
  at:
    | { readonly chain: "diem"; readonly epoch: bigint }
    | {
        readonly chain: "relay";
        readonly setId: bigint;
        readonly block: number;
        /** The set in force, where a node says so. */
        readonly latestSetId: bigint | undefined;
      },
) => void;

type Nodes = Pick<Clients, "config" | "diem" | "parachain" | "relay">;

const epochLeft = ({ epochState, endedAt }: PassedEpoch): SetOnTheWay => ({
  number: epochState.epoch,
  hash: epochStateHash(epochState),
  leftAt: endedAt / 1000n,
});

const epochInForce = (state: TrustedState): SetOnTheWay => {
  if (state.type !== "epochState")
    throw new ProofError(
      "proof/no-validators",
      "expected Diem's validators to follow from the configuration's waypoint",
    );
  const { epochState } = state.value;
  return { number: epochState.epoch, hash: epochStateHash(epochState), leftAt: undefined };
};

/** One chain's part of a walk. */
interface Way<S> {
  readonly state: S;
  readonly sets: readonly SetOnTheWay[];
}

interface Walked<S> extends Way<S> {
  readonly time: bigint;
}

/** The set in force comes again where it is left, or at the end. */
const leftIn = ({ sets }: Way<unknown>): SetOnTheWay[] => sets.filter(({ leftAt }) => leftAt !== undefined);

const walkDiem = async (
  { diem, config }: Nodes,
  from: Way<TrustedState>,
  onProgress: OnProgress,
): Promise<Walked<TrustedState>> => {
  const sets = leftIn(from);
  let trusted = from.state;
  /**
   * What is verified stays so: should a node fail on the way, the next one is asked for the rest.
   */
  const keep = (state: TrustedState, passed: readonly PassedEpoch[]): void => {
    sets.push(...passed.map(epochLeft));
    trusted = state;
    if (state.type === "epochState") onProgress({ chain: "diem", epoch: state.value.epochState.epoch });
  };
  const time = await diem.run(async (node) => {
    const { state, passed, verified } = await proveLedger(
      node,
      { state: trusted, chainId: config.diem.chainId },
      [],
      async (page) => keep(page.state, page.passed),
    );
    keep(state, passed);
    return verified.ledgerInfo.commitInfo.timestampUsecs / 1000n;
  });
  return { state: trusted, sets: [...sets, epochInForce(trusted)], time };
};

const STEPS_AT_ONCE = 64;

const setOf = (set: AuthoritySet, leftAt: bigint | undefined): SetOnTheWay => ({
  number: set.setId,
  hash: authoritySetHash(set),
  leftAt,
});

const walkRelay = async (
  { relay, parachain, config }: Nodes,
  start: Way<GrandpaState>,
  {
    onProgress,
    onPage,
  }: { readonly onProgress: OnProgress; readonly onPage: (way: Way<GrandpaState>) => Promise<void> },
): Promise<Walked<GrandpaState>> => {
  const sets = leftIn(start);
  let reached = start.state;
  const keep = ({ state, verified, passed, latestSetId }: FinalityWalk): void => {
    sets.push(...passed.map(({ set }) => setOf(set, slotTime(verified.header))));
    reached = state;
    onProgress({ chain: "relay", setId: state.setId, block: state.finalized.number, latestSetId });
  };
  for (;;) {
    await relay.run(async (_, node) => {
      while (!(await collectFinality(node, reached, STEPS_AT_ONCE, keep)).isLatest)
        await onPage({ state: reached, sets: [...sets, setOf(reached, undefined)] });
    });
    const head = await proveHead(relay, reached, config.parachain.paraId);
    // The set may just have been left: its end is on the way still to be walked.
    if (head.state.setId > reached.setId) continue;
    const { lookup } = await proveStorage(parachain, head.para, [timestampNow]);
    const now = lookup(timestampNow);
    if (now === undefined) throw new ProofError("proof/no-time", "expected Timestamp.Now to be set at the block");
    return { state: head.state, sets: [...sets, setOf(head.state, undefined)], time: readTimestamp(now) };
  }
};

const rootsOf = (config: BridgeConfig): Walk => ({
  lightClients: initialLightClientState(config),
  diem: [],
  relay: [],
});

export interface WalkOptions {
  /** A walk of before by the same configuration; without, the walk begins at its roots of trust. */
  readonly from?: Walk | undefined;
  /** Long histories take a while. */
  readonly onProgress?: OnProgress;
  /** Told at times how far it has led, where a walk that ends early can be gone on with from. */
  readonly onPage?: (walk: Walk) => Promise<void>;
}

/**
 * Runs light clients of one's own from the configuration's roots on.
 * @throws ProofError `proof/no-validators`, `proof/no-slot`; errors of `proveLedger`,
 * `collectFinality`, `proveHead` and `proveStorage`
 */
export const walkChains = async (
  nodes: Nodes,
  { from = rootsOf(nodes.config), onProgress = () => undefined, onPage = async () => undefined }: WalkOptions = {},
): Promise<WalkedChains> => {
  const { lightClients } = from;
  const relay = await walkRelay(
    nodes,
    { state: lightClients.relay, sets: from.relay },
    {
      onProgress,
      onPage: ({ state, sets }) =>
        onPage({ lightClients: { diem: lightClients.diem, relay: state }, diem: from.diem, relay: sets }),
    },
  );
  const diem = await walkDiem(nodes, { state: from.lightClients.diem, sets: from.diem }, onProgress);
  return {
    lightClients: { diem: diem.state, relay: relay.state },
    diem: diem.sets,
    relay: relay.sets,
    times: { diem: diem.time, parachain: relay.time },
  };
};
