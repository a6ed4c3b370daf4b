/** A network without ports, for tests: accounts by name, blocks on demand, a clock that is set. */

import { type PeerToPeer, peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import type { RawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { type SignedTransaction, signRawTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { TransactionPayload } from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { TransactionInfo } from "@pdiem/light-client/diem/proofs/transaction-info";
import {
  addressAtCreation,
  authenticationKeyPrefix,
  ed25519AuthenticationKey,
} from "@pdiem/light-client/diem/transactions/authentication-key";
import { type Association, createAssociation } from "./association.js";
import { createDiemChain, type DiemChain } from "./diem-chain.js";
import { networkKeys } from "./network-keys.js";
import type { Validator } from "./validators.js";

export interface TestAccount {
  readonly seed: Uint8Array;
  readonly address: AccountAddress;
  readonly authenticationKey: Uint8Array;
}

export interface TestNetwork {
  readonly chain: DiemChain;
  readonly association: Association;
  readonly validators: readonly Validator[];
  /** Seconds that the clock goes on. */
  readonly wait: (seconds: number) => void;
  /** Makes a parent VASP with all currencies, and funds it with XUS. */
  readonly fund: (name: string, amount: bigint) => TestAccount;
  /** With the sender's next sequence number, unless `changes` say otherwise. */
  readonly sign: (
    sender: TestAccount,
    payload: TransactionPayload,
    changes?: Partial<RawTransaction>,
  ) => SignedTransaction;
  /** Submits it and executes it in a block. */
  readonly execute: (transaction: SignedTransaction) => TransactionInfo;
  readonly pay: (payer: TestAccount, payment: Partial<PeerToPeer> & Pick<PeerToPeer, "payee">) => TransactionInfo;
}

const EMPTY = new Uint8Array();

export const testAccount = (name: string): TestAccount => {
  const seed = sha3_256(utf8(name));
  const authenticationKey = ed25519AuthenticationKey(publicKeyOf(seed));
  return { seed, address: addressAtCreation(authenticationKey), authenticationKey };
};

export const createTestNetwork = (validatorCount = 4): TestNetwork => {
  let now = 1_700_000_000_000_000n;
  const keys = networkKeys(sha3_256(utf8("test network")), validatorCount);
  const chain = createDiemChain({ chainId: 4, ...keys, clock: () => now });
  const association = createAssociation(chain, keys.associationSeed);
  chain.produceBlock();

  const sign: TestNetwork["sign"] = (sender, payload, changes) =>
    signRawTransaction(
      {
        sender: sender.address,
        sequenceNumber: chain.sequenceNumberOf(sender.address),
        payload,
        maxGasAmount: 1_000_000n,
        gasUnitPrice: 0n,
        gasCurrencyCode: "XUS",
        expirationTimestampSecs: now / 1_000_000n + 100n,
        chainId: 4,
        ...changes,
      },
      sender.seed,
    );
  const execute = (transaction: SignedTransaction): TransactionInfo => {
    const { sender, sequenceNumber } = transaction.rawTransaction;
    const submission = chain.submit(transaction);
    chain.produceBlock();
    const version = chain.store.transactionOf(sender, sequenceNumber);
    if (version === undefined) throw new Error(`not executed: ${JSON.stringify(submission)}`);
    return chain.store.infoAt(version);
  };
  return {
    chain,
    association,
    validators: keys.validators,
    wait: (seconds) => {
      now += BigInt(seconds) * 1_000_000n;
    },
    fund: (name, amount) => {
      const account = testAccount(name);
      association.createParentVasp({
        address: account.address,
        authenticationKeyPrefix: authenticationKeyPrefix(account.authenticationKey),
        humanName: name,
        currency: "XUS",
        allCurrencies: true,
      });
      if (amount > 0n) association.mint(account.address, "XUS", amount);
      return account;
    },
    sign,
    execute,
    pay: (payer, payment) =>
      execute(
        sign(payer, peerToPeer({ currency: "XUS", amount: 1n, metadata: EMPTY, metadataSignature: EMPTY, ...payment })),
      ),
  };
};
