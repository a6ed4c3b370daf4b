import { assetAccount } from "@pdiem/light-client/polkadot/storage-key";
import { readAssetAccount } from "@pdiem/light-client/polkadot/storage-value";
import type { Config } from "@pdiem/relayer/config";
import { proveHead, proveStorage } from "@pdiem/relayer/parachain/proven-state";
import { createClients } from "@pdiem/relayer/relayer";

/** What an account holds at the newest finalized block, shown by a proof from the relay chain's authorities down. */
export interface ProvenBalance {
  readonly balance: bigint;
  readonly block: number;
}

/** @param account 32 bytes */
export const proveBalance = async (config: Config, asset: number, account: Uint8Array): Promise<ProvenBalance> => {
  const { relay, parachain, heads } = createClients(config);
  const { para } = await proveHead(relay, heads.get().relay, config.bridge.parachain.paraId);
  const key = assetAccount(asset, account);
  const { lookup } = await proveStorage(parachain, para, [key]);
  const value = lookup(key);
  return { balance: value === undefined ? 0n : readAssetAccount(value).balance, block: para.header.number };
};
