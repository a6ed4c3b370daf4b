/** Asset Hub and its relay chain together: heads go up, finality comes down. */
import { encode } from "@pdiem/light-client/codec/scale";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { header } from "@pdiem/light-client/polkadot/finality/header";
import { type AssetHub, type AssetHubOptions, assetHubGenesis, startAssetHub } from "./asset-hub/asset-hub.js";
import { type Relay, type RelayOptions, startRelay } from "./relay/relay.js";

export interface SubstrateOptions {
  readonly assetHub?: Omit<AssetHubOptions, "genesis" | "relayParent">;
  readonly relay?: Omit<RelayOptions, "paraId" | "parachainGenesis">;
}

export interface SubstrateChains {
  readonly assetHub: AssetHub;
  readonly relay: Relay;
  readonly close: () => Promise<void>;
}

/** Starts both chains, the one built on the other. */
export const startSubstrate = async (options: SubstrateOptions = {}): Promise<SubstrateChains> => {
  const genesis = assetHubGenesis(options.assetHub);
  const parachainGenesis = encode(header, genesis.block.header);
  const relay = await startRelay({ ...options.relay, paraId: genesis.runtime.paraId, parachainGenesis });
  const hub = startAssetHub({ ...options.assetHub, genesis, relayParent: relay.relayParent });
  hub.catch(relay.close);
  const assetHub = await hub;
  const showHead = (): void => relay.includeParachainHead(assetHub.headData());
  assetHub.onBlock(showHead);
  showHead();
  relay.onFinalized(({ block }) => assetHub.finalize(blake2b256(relay.parachainHead(block))));
  return {
    assetHub,
    relay,
    close: async () => {
      await assetHub.close();
      await relay.close();
    },
  };
};
