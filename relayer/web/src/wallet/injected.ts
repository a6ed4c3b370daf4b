/** Wallets that put themselves into the page, as Polkadot's extensions do. */
import {
  connectInjectedExtension,
  getInjectedExtensions,
  type InjectedPolkadotAccount,
} from "@polkadot-api/pjs-signer";

/** An account that a wallet offers. */
export interface WalletAccount {
  readonly wallet: string;
  readonly address: string;
  readonly name: string | undefined;
  readonly signer: InjectedPolkadotAccount["polkadotSigner"];
}

const APP = "pDiem";

/** Lists the wallets that are there, by the names that they go by. */
export const listWallets = (): readonly string[] => getInjectedExtensions();

/** Asks a wallet for its accounts: it asks its owner. @throws what the wallet throws */
export const accountsOf = async (wallet: string): Promise<readonly WalletAccount[]> => {
  const extension = await connectInjectedExtension(wallet, APP);
  return extension
    .getAccounts()
    .map(({ address, name, polkadotSigner }) => ({ wallet, address, name, signer: polkadotSigner }));
};
