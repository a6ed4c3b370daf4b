/**
 * What is true at the parachain's newest final block, believed of nobody: proven from the
 * configuration's own trust root.
 */
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import {
  assetAccount,
  assetApproval,
  asset as assetKey,
  systemAccount,
} from "@pdiem/light-client/polkadot/trie/storage-key";
import { readAccountInfo, readAssetAccount, readAssetDetails } from "@pdiem/light-client/polkadot/trie/storage-value";
import { type ProvenHead, proveHead, proveStorage } from "@pdiem/relayer/chains/parachain/proven-state";
import { rpcOf } from "./rpc.js";
import type { TestBridge } from "./test-bridge.js";

/** The parachain's head under the newest relay block that GRANDPA's justification proves final. */
export const proveFinalHead = ({ config, devnet }: TestBridge): Promise<ProvenHead> =>
  proveHead(rpcOf(devnet.relay.url), initialLightClientState(config).relay, config.parachain.paraId);

export interface FinalState {
  /** Number of the block. */
  readonly number: number;
  /** 0 for an account without an entry. */
  readonly balance: (asset: number, account: Uint8Array) => bigint;
  readonly supply: (asset: number) => bigint;
  readonly issuerNonce: number;
  /** Whether the ledger with this anchor is in force. */
  readonly isInForce: (anchor: Uint8Array) => boolean;
}

export interface WatchedState {
  readonly accounts?: readonly Uint8Array[];
  readonly anchors?: readonly Uint8Array[];
}

/** Waits until the best block of now is final and proves the bridge's state from there on. */
export const proveFinalState = async (
  bridge: TestBridge,
  { accounts = [], anchors = [] }: WatchedState = {},
): Promise<FinalState> => {
  const { config, devnet, issuer, assets } = bridge;
  const { assetsPallet } = config.parachain;
  await devnet.finalizeBest();
  const { para } = await proveFinalHead(bridge);
  const approval = (anchor: Uint8Array): Uint8Array => assetApproval(assetsPallet, assets[0], issuer, anchor);
  const keys = [
    systemAccount(issuer),
    ...anchors.map(approval),
    ...assets.flatMap((id) => [
      assetKey(assetsPallet, id),
      ...accounts.map((account) => assetAccount(assetsPallet, id, account)),
    ]),
  ];
  const { lookup } = await proveStorage(rpcOf(devnet.assetHub.url), para, keys);
  const read = <T>(key: Uint8Array, parse: (value: Uint8Array) => T): T | undefined => {
    const value = lookup(key);
    return value === undefined ? undefined : parse(value);
  };
  return {
    number: para.header.number,
    balance: (asset, account) => read(assetAccount(assetsPallet, asset, account), readAssetAccount)?.balance ?? 0n,
    supply: (asset) => read(assetKey(assetsPallet, asset), readAssetDetails)?.supply ?? 0n,
    issuerNonce: read(systemAccount(issuer), readAccountInfo)?.nonce ?? 0,
    isInForce: (anchor) => lookup(approval(anchor)) !== undefined,
  };
};
