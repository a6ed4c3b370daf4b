/**
 * An account on Diem whose key another account can change at any time, by the network's own rules.
 */
import { randomBytes } from "node:crypto";
import { childOf, createChildVaspAccountCall } from "@pdiem/chain-formats/diem/transactions/account-calls";
import { scriptFunctionPayload } from "@pdiem/chain-formats/diem/transactions/framework-call";
import type { TransactionPayload } from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { createDiemWallet, type DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { bytes, encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { coreFunction } from "@pdiem/light-client/diem/transactions/script-function";
import type { Devnet } from "./devnet.js";

export interface RecoverableAccount {
  readonly account: DiemWallet;
  /** Gives it another key, 32 bytes of Ed25519, without the account's own signature. */
  readonly rotate: (publicKey: Uint8Array) => Promise<void>;
}

const execute = async (wallet: DiemWallet, payload: TransactionPayload): Promise<void> => {
  const { status } = await wallet.send(payload);
  if (status !== "executed") throw new Error(`expected the transaction to execute: ${status}`);
};

const administration = (name: string, ...args: readonly Uint8Array[]): TransactionPayload => ({
  type: "scriptFunction",
  value: coreFunction("AccountAdministrationScripts", name, [], args),
});

/** A child account that gave its key rotation capability to its parent. */
export const createRecoverableAccount = async ({ diem }: Devnet): Promise<RecoverableAccount> => {
  const parent = createAccount(diem, 0n, "A parent that keeps a hand on its children");
  const parentAddress = encode(accountAddress, parent.address);
  const seed = randomBytes(32);
  const child = childOf(ed25519AuthenticationKey(publicKeyOf(seed)));
  const creation = { ...child, currency: "XUS", addAllCurrencies: true, childInitialBalance: 0n };
  await execute(parent, scriptFunctionPayload(createChildVaspAccountCall(creation)));
  const account = createDiemWallet({ url: diem.url, chainId: diem.chainId, seed });
  await execute(parent, administration("create_recovery_address"));
  await execute(account, administration("add_recovery_rotation_capability", parentAddress));
  return {
    account,
    rotate: (publicKey) => {
      const key = encode(bytes(), ed25519AuthenticationKey(publicKey));
      const address = encode(accountAddress, account.address);
      return execute(
        parent,
        administration("rotate_authentication_key_with_recovery_address", parentAddress, address, key),
      );
    },
  };
};
