/**
 * A person with a key and an account on a Diem ledger. It pays through a node's JSON-RPC, as any
 * wallet does.
 */

import { rotateAuthenticationKeyCall } from "@pdiem/chain-formats/diem/transactions/account-calls";
import { scriptFunctionPayload } from "@pdiem/chain-formats/diem/transactions/framework-call";
import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import { signedTransaction, signRawTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { TransactionPayload } from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { addressAtCreation, ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { PdiemError } from "@pdiem/light-client/error";

/** Where a payment goes; amounts in smallest units. */
export interface Payment {
  readonly payee: AccountAddress;
  readonly currency: string;
  readonly amount: bigint;
  readonly metadata: Uint8Array;
}

/** A transaction on the ledger; `status` is `executed`, or what it failed by. */
export interface Receipt {
  readonly version: number;
  readonly status: string;
}

export interface DiemWallet {
  readonly address: AccountAddress;
  readonly authenticationKey: Uint8Array;
  /**
   * Sends a payment and waits until it is on the ledger, whatever became of it. Payments may
   * overlap.
   */
  readonly pay: (payment: Payment) => Promise<Receipt>;
  /** Sends any other transaction and waits as `pay` does. */
  readonly send: (payload: TransactionPayload) => Promise<Receipt>;
  /**
   * Hands the account over to another key, 32 bytes of authentication key. The wallet can't use it
   * any more.
   */
  readonly handOver: (authenticationKey: Uint8Array) => Promise<Receipt>;
}

export interface WalletOptions {
  readonly url: string;
  readonly chainId: number;
  /** 32 bytes. */
  readonly seed: Uint8Array;
}

/** By this machine's clock, which a test chain may run ahead of. */
const EXPIRES_AFTER = 3_600;
const POLL = 200;
const PATIENCE = 300_000;
/** A node takes 100 transactions of one sender at a time. */
const AT_ONCE = 64;

interface Answer {
  readonly result?: {
    readonly version: number;
    readonly sequence_number: number;
    readonly vm_status: { readonly type: string };
  } | null;
  readonly error?: { readonly code: number; readonly message: string };
}

const request = async (url: string, method: string, params: readonly unknown[]): Promise<Answer["result"]> => {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = (await response.json()) as Answer;
  if (error !== undefined) throw new PdiemError("wallet/refused", `${method}: ${error.message} (${error.code})`);
  return result;
};

const included = async (url: string, account: string, sequenceNumber: bigint): Promise<Receipt> => {
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    const transaction = await request(url, "get_account_transaction", [account, Number(sequenceNumber), false]);
    if (transaction) return { version: transaction.version, status: transaction.vm_status.type };
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  throw new PdiemError("wallet/timeout", `expected transaction ${sequenceNumber} of ${account} within ${PATIENCE} ms`);
};

/**
 * Opens a wallet. The account must exist, made with this key. Its sequence number is asked for
 * once.
 */
export const createDiemWallet = ({ url, chainId, seed }: WalletOptions): DiemWallet => {
  const authenticationKey = ed25519AuthenticationKey(publicKeyOf(seed));
  const address = addressAtCreation(authenticationKey);
  const name = toHex(address);
  let first: Promise<bigint> | undefined;
  let sent = 0n;
  const underWay = new Set<Promise<unknown>>();

  const firstNumber = async (): Promise<bigint> => {
    const account = await request(url, "get_account", [name]);
    if (!account) throw new PdiemError("wallet/no-account", `expected account ${name} on the ledger`);
    return BigInt(account.sequence_number);
  };

  const submit = async (payload: TransactionPayload): Promise<Receipt> => {
    first ??= firstNumber();
    const sequenceNumber = (await first) + sent++;
    while (underWay.size >= AT_ONCE) await Promise.race(underWay);
    const raw = {
      sender: address,
      sequenceNumber,
      payload,
      maxGasAmount: 1_000_000n,
      gasUnitPrice: 0n,
      gasCurrencyCode: "XUS",
      expirationTimestampSecs: BigInt(Math.floor(Date.now() / 1000) + EXPIRES_AFTER),
      chainId,
    };
    const receipt = request(url, "submit", [toHex(encode(signedTransaction, signRawTransaction(raw, seed)))]).then(() =>
      included(url, name, sequenceNumber),
    );
    underWay.add(receipt);
    try {
      return await receipt;
    } finally {
      underWay.delete(receipt);
    }
  };

  return {
    address,
    authenticationKey,
    pay: (payment) => submit(peerToPeer({ ...payment, metadataSignature: new Uint8Array() })),
    send: submit,
    handOver: (key) => submit(scriptFunctionPayload(rotateAuthenticationKeyCall(key))),
  };
};
