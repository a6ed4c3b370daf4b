import { equal } from "@pdiem/light-client/bytes";
import { type ProvenHead, proveHead, proveStorage } from "../../chains/parachain/proven-state.js";
import type { SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import { monotonicNow } from "../../clock.js";
import type { LightClientKeeper } from "../light-clients/light-client-keeper.js";
import { type BridgeView, readView, viewKeys } from "./bridge-view.js";
import { anchorKey, findCurrentLedger, type LedgerSources } from "./current-ledger.js";

export interface FollowerOptions extends LedgerSources {
  readonly relay: SubstrateRpc;
  readonly lightClients: LightClientKeeper;
}

/** Keeps up with the bridge's state on the parachain. */
export interface Follower {
  /**
   * Proves the newest finalized state.
   * @throws PdiemError of the endpoints; the next call goes on where this one failed
   */
  readonly follow: () => Promise<BridgeView>;
  /** Gives the last one that `follow` gave. */
  readonly view: () => BridgeView | undefined;
}

/** A relay chain node that has finalized nothing new for so long may have lost its peers. */
const STANDSTILL_MS = 120_000;

/**
 * Proves the bridge's state at a finalized block; what has stayed in force needn't be read from
 * the journal again.
 */
const viewAt = async (
  options: FollowerOptions,
  { para, relay }: ProvenHead,
  before: BridgeView | undefined,
): Promise<BridgeView> => {
  const relayBlock = relay.header.number;
  if (before !== undefined && equal(before.block.hash, para.hash)) return { ...before, relayBlock };
  const stillThere = before?.current === undefined ? undefined : anchorKey(options, before.current.anchor);
  const keys = viewKeys(options);
  const { lookup } = await proveStorage(
    options.parachain,
    para,
    stillThere === undefined ? keys : [...keys, stillThere],
  );
  const view = readView(options, para, relayBlock, lookup);
  const isStill = stillThere !== undefined && lookup(stillThere) !== undefined;
  const current = isStill ? before?.current : await findCurrentLedger(options, para, view.issuer?.nonce ?? 0);
  return { ...view, current };
};

export const createFollower = (options: FollowerOptions): Follower => {
  const { config, relay, lightClients } = options;
  let view: BridgeView | undefined;
  let movedAt = monotonicNow();
  const relayBlock = (): number => view?.relayBlock ?? 0;
  const isMoving = ({ relay: { header } }: ProvenHead): boolean =>
    header.number > relayBlock() || monotonicNow() - movedAt < STANDSTILL_MS;
  return {
    follow: async () => {
      const head = await proveHead(relay, lightClients.get().relay, config.parachain.paraId, isMoving);
      lightClients.offer({ relay: head.state });
      if (head.relay.header.number > relayBlock()) movedAt = monotonicNow();
      view = await viewAt(options, head, view);
      return view;
    },
    view: () => view,
  };
};
