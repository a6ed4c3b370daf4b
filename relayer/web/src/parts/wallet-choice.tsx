import { useSignal } from "@preact/signals";
import { shorten } from "../format/short.js";
import { TEXTS } from "../texts.js";
import { accountsOf, listWallets, type WalletAccount } from "../wallet/injected.js";

const T = TEXTS.move;

/** Offers the accounts of the wallets that are in this page. */
export const WalletChoice = ({ label, onPick }: { label: string; onPick: (account: WalletAccount) => void }) => {
  const accounts = useSignal<readonly WalletAccount[] | undefined>(undefined);
  const error = useSignal<string | undefined>(undefined);
  const connect = async (): Promise<void> => {
    error.value = undefined;
    const wallets = listWallets();
    if (wallets.length === 0) {
      error.value = T.noWallet;
      return;
    }
    try {
      accounts.value = (await Promise.all(wallets.map(accountsOf))).flat();
    } catch (cause) {
      error.value = cause instanceof Error ? cause.message : String(cause);
    }
  };
  return (
    <div class="field">
      {accounts.value === undefined ? (
        <button type="button" onClick={() => void connect()}>
          {label}
        </button>
      ) : (
        <div class="bar">
          {accounts.value.map((account) => (
            <button key={account.address} type="button" onClick={() => onPick(account)}>
              {account.name ?? shorten(account.address)}
            </button>
          ))}
        </div>
      )}
      {error.value === undefined ? null : (
        <p class="hint" role="alert">
          {error.value}
        </p>
      )}
    </div>
  );
};
