/** Both chains' way from the configuration's roots to now, with every set of validators and authorities on it. */
import { type Heads, initialHeads } from "@pdiem/bridge/heads";
import { authoritySetHash, epochStateHash } from "@pdiem/bridge/set-hash";
import type { PassedEpoch, TrustedState } from "@pdiem/light-client/diem/trusted-state";
import { ProofError } from "@pdiem/light-client/error";
import { slotTime } from "@pdiem/light-client/polkadot/babe-slot";
import type { GrandpaState } from "@pdiem/light-client/polkadot/grandpa-state";
import { timestampNow } from "@pdiem/light-client/polkadot/storage-key";
import { readTimestamp } from "@pdiem/light-client/polkadot/storage-value";
import { proveLedger } from "../diem/proven-ledger.js";
import { collectFinality, type FinalityWalk } from "../parachain/finality.js";
import { proveHead, proveStorage } from "../parachain/proven-state.js";
import type { Clients } from "./clients.js";

/** A set by its number, Diem's epoch or GRANDPA's set id, and its hash as `@pdiem/bridge/set-hash` has it. */
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

export interface WalkedChains extends SetsOnTheWay {
  readonly heads: Heads;
  /** Of the newest ledger info and of the newest finalized parachain block, ms. */
  readonly times: { readonly diem: bigint; readonly parachain: bigint };
}

/** Told as each page of epochs, and each set of authorities, is verified. */
export type OnProgress = (
  at:
    | { readonly chain: "diem"; readonly epoch: bigint }
    | { readonly chain: "relay"; readonly setId: bigint; readonly block: number },
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

interface WalkedDiem {
  readonly state: TrustedState;
  readonly sets: readonly SetOnTheWay[];
  readonly time: bigint;
}

const walkDiem = async ({ diem, config }: Nodes, from: TrustedState, onProgress: OnProgress): Promise<WalkedDiem> => {
  const sets: SetOnTheWay[] = [];
  let trusted = from;
  /** What is verified stays so: should a node fail on the way, the next one is asked for the rest. */
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

const setOf = (set: GrandpaState, leftAt: bigint | undefined): SetOnTheWay => ({
  number: set.setId,
  hash: authoritySetHash(set),
  leftAt,
});

interface WalkedRelay {
  readonly state: GrandpaState;
  readonly sets: readonly SetOnTheWay[];
  readonly time: bigint;
}

const walkRelay = async (
  { relay, parachain, config }: Nodes,
  start: GrandpaState,
  onProgress: OnProgress,
): Promise<WalkedRelay> => {
  const sets: SetOnTheWay[] = [];
  let reached = start;
  const keep = ({ from, state, verified }: FinalityWalk): void => {
    if (state.setId > from.setId) sets.push(setOf(from, slotTime(verified.header)));
    reached = state;
    onProgress({ chain: "relay", setId: state.setId, block: state.finalized.number });
  };
  for (;;) {
    await relay.run(async (_, node) => {
      while (!(await collectFinality(node, reached, STEPS_AT_ONCE, keep)).isLatest);
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

/**
 * Runs light clients of one's own from the configuration's roots on. Long histories take a while, hence
 * @param onProgress
 * @throws as `proveLedger`, `collectFinality`, `proveHead` and `proveStorage`; ProofError `proof/no-validators`, `proof/no-slot`
 */
export const walkChains = async (nodes: Nodes, onProgress: OnProgress = () => undefined): Promise<WalkedChains> => {
  const roots = initialHeads(nodes.config);
  const relay = await walkRelay(nodes, roots.relay, onProgress);
  const diem = await walkDiem(nodes, roots.diem, onProgress);
  return {
    heads: { diem: diem.state, relay: relay.state },
    diem: diem.sets,
    relay: relay.sets,
    times: { diem: diem.time, parachain: relay.time },
  };
};
