import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { verifyAccountState } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { readBalance } from "@pdiem/light-client/diem/state/resources/diem-account";
import { assetAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readAssetAccount } from "@pdiem/light-client/polkadot/trie/storage-value";
import { getAccountStateWithProof } from "@pdiem/relayer/chains/diem/calls";
import { proveLedger } from "@pdiem/relayer/chains/diem/proven-ledger";
import { proveHead, proveStorage } from "@pdiem/relayer/chains/parachain/proven-state";
import { createClients } from "@pdiem/relayer/clients";
import type { Config } from "@pdiem/relayer/config";

/**
 * What an account holds, in smallest units, and where that is proven: a finalized block, or a
 * certified version.
 */
export interface ProvenBalance {
  readonly balance: bigint;
  readonly at: string;
}

/** Proves from the relay chain's authorities down to the asset's entry. @param account 32 bytes */
export const proveParachainBalance = async (
  config: Config,
  asset: number,
  account: Uint8Array,
): Promise<ProvenBalance> => {
  const { relay, parachain, lightClients } = createClients(config);
  const { assetsPallet, paraId } = config.bridge.parachain;
  const { para } = await proveHead(relay, lightClients.get().relay, paraId);
  const key = assetAccount(assetsPallet, asset, account);
  const { lookup } = await proveStorage(parachain, para, [key]);
  const value = lookup(key);
  const balance = value === undefined ? 0n : readAssetAccount(value).balance;
  return { balance, at: `block ${para.header.number}` };
};

/** Proves from Diem's validators down to the account's state. */
export const proveDiemBalance = (config: Config, address: AccountAddress, currency: string): Promise<ProvenBalance> => {
  const { diem, lightClients } = createClients(config);
  const trusted = { state: lightClients.get().diem, chainId: config.bridge.diem.chainId };
  return diem.run(async (node) => {
    const { verified, answers } = await proveLedger(node, trusted, [getAccountStateWithProof(address)]);
    const state = verifyAccountState(verified, address, answers[0]);
    const balance = state === undefined ? 0n : (readBalance(state, currency) ?? 0n);
    return { balance, at: `version ${verified.ledgerInfo.commitInfo.version}` };
  });
};
