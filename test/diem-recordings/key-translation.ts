/** The keys of the recorded network beside those of the devnet that replays it. */

import { readValidatorSet } from "@pdiem/chain-formats/diem/state/resources/validator-set";
import type { Transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import type { LedgerStore } from "@pdiem/devnet/diem/state/ledger-store";
import { DIEM_ROOT } from "@pdiem/devnet/diem/well-known-addresses";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";

const stateOf = (genesis: Transaction, address: Uint8Array): AccountState =>
  genesis.type === "genesis" && genesis.value.type === "direct"
    ? genesis.value.value.writeSet.flatMap(({ accessPath, op }) =>
        op.type === "value" && equal(accessPath.address, address) ? [[accessPath.path, op.value] as const] : [],
      )
    : [];

const addressesIn = (genesis: Transaction): readonly Uint8Array[] =>
  genesis.type === "genesis" && genesis.value.type === "direct"
    ? genesis.value.value.writeSet.map(({ accessPath }) => accessPath.address)
    : [];

/**
 * Everything secret-dependent that genesis holds: authentication keys' first halves, and
 * validators' keys and addresses.
 */
const keysOf = (genesis: Transaction): readonly Uint8Array[] => [
  ...addressesIn(genesis).flatMap((address) => {
    const key = readDiemAccount(stateOf(genesis, address))?.authenticationKey;
    if (key === undefined) return [];
    return equal(key.subarray(16), address) ? [key.subarray(0, 16)] : [key];
  }),
  ...(readValidatorSet(stateOf(genesis, DIEM_ROOT))?.validators ?? []).flatMap(({ config }) => [
    config.consensusPublicKey,
    config.validatorNetworkAddresses,
    config.fullnodeNetworkAddresses,
  ]),
];

/** Root, treasury compliance and dealer share one key: whoever of them signed shows it. */
const associationPublicKey = (transactions: Iterable<Transaction>): Uint8Array | undefined => {
  for (const transaction of transactions) {
    if (transaction.type !== "user") continue;
    const { rawTransaction, authenticator } = transaction.value;
    if (equal(rawTransaction.sender, DIEM_ROOT) && authenticator.type === "ed25519")
      return authenticator.value.publicKey;
  }
  return undefined;
};

/** Puts the devnet's keys for the recorded ones, wherever they stand in a text of hex. */
export const translateKeys = (
  recorded: ReadonlyMap<number, Transaction>,
  devnet: Pick<LedgerStore, "transactionAt">,
  devnetAssociationKey: Uint8Array,
): ((text: string) => string) => {
  const genesis = recorded.get(0);
  const associationKey = associationPublicKey(recorded.values());
  if (genesis === undefined || associationKey === undefined) throw new Error("expected recorded keys");
  const own = keysOf(devnet.transactionAt(0));
  const pairs = keysOf(genesis).map((key, i) => [toHex(key), toHex(own[i] ?? key)] as const);
  const dictionary = new Map([...pairs, [toHex(associationKey), toHex(devnetAssociationKey)] as const]);
  return (text) => [...dictionary].reduce((translated, [from, to]) => translated.replaceAll(from, to), text);
};
