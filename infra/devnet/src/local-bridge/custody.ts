/**
 * The custody account's way into the enclave's hands. It is made with a key outside, then handed
 * over to the key made inside.
 */
import { randomBytes } from "node:crypto";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import {
  authenticationKeyPrefix,
  ed25519AuthenticationKey,
} from "@pdiem/light-client/diem/transactions/authentication-key";
import { PdiemError } from "@pdiem/light-client/error";
import type { RunningDiem } from "../diem/start-diem.js";
import { createDiemWallet, type DiemWallet } from "./diem-wallet.js";

/** Makes a new account on the ledger with coins, and the wallet of a person who holds its key. */
export const createAccount = (
  diem: RunningDiem,
  coins: bigint,
  humanName: string,
  seed: Uint8Array = randomBytes(32),
): DiemWallet => {
  const authenticationKey = ed25519AuthenticationKey(publicKeyOf(seed));
  const failed = diem
    .faucet({ authenticationKey, currency: "XUS", amount: coins, humanName })
    .find(({ status }) => status.type !== "executed");
  if (failed !== undefined)
    throw new PdiemError("local/faucet", `expected coins from the faucet: ${failed.status.type}`);
  return createDiemWallet({ url: diem.url, chainId: diem.chainId, seed });
};

export const createCustody = (diem: RunningDiem): DiemWallet => createAccount(diem, 0n, "pDiem custody");

/** Has the treasury make an account with one currency, as it does for whoever asks. */
export const requestCustody = (diem: RunningDiem, seed: Uint8Array): DiemWallet => {
  const wallet = createDiemWallet({ url: diem.url, chainId: diem.chainId, seed });
  const { address, authenticationKey } = wallet;
  const { status } = diem.association.createParentVasp({
    address,
    authenticationKeyPrefix: authenticationKeyPrefix(authenticationKey),
    humanName: "pDiem custody",
    currency: "XUS",
    allCurrencies: false,
  });
  if (status.type !== "executed")
    throw new PdiemError("local/custody", `expected the treasury to make custody's account: ${status.type}`);
  return wallet;
};

/** @param key the enclave's Ed25519 public key */
export const handOverCustody = async (custody: DiemWallet, key: Uint8Array): Promise<void> => {
  const { status } = await custody.handOver(ed25519AuthenticationKey(key));
  if (status !== "executed") throw new PdiemError("local/custody", `expected custody's key to be rotated: ${status}`);
};
