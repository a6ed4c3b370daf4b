/** The keys of the recorded network beside those of the devnet that replays it. */

import { DIEM_ROOT } from "@pdiem/devnet/diem/well-known-addresses";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { AccountState } from "@pdiem/light-client/diem/account-state";
import { readDiemAccount } from "@pdiem/light-client/diem/resources/diem-account";
import { readValidatorSet } from "@pdiem/light-client/diem/resources/validator-set";
import type { Transaction } from "@pdiem/light-client/diem/transaction";

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

/** Everything secret-dependent that genesis holds: authentication keys' first halves, and validators' keys and addresses. */
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

/** @param more pairs of a recorded key and the devnet's */
export const translateKeys = (
  recorded: Transaction,
  devnet: Transaction,
  more: readonly (readonly [Uint8Array, Uint8Array])[],
): ((text: string) => string) => {
  const own = keysOf(devnet);
  const pairs = [...keysOf(recorded).map((key, i) => [key, own[i] ?? key] as const), ...more];
  const dictionary = new Map(pairs.map(([from, to]) => [toHex(from), toHex(to)]));
  return (text) => [...dictionary].reduce((translated, [from, to]) => translated.replaceAll(from, to), text);
};
