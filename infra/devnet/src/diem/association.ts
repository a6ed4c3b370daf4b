/**
 * What the Diem association does with its key: makes accounts, hands out coins, freezes, ends
 * epochs. Each a transaction in a block of its own.
 */

import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import { signRawTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { TransactionPayload } from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { bool, bytes, encode, u64 } from "@pdiem/light-client/codec/bcs";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { KeptVMStatus } from "@pdiem/light-client/diem/proofs/transaction-info";
import { type GasConstants, vmConfig } from "@pdiem/light-client/diem/state/resources/vm-config";
import { coreFunction, type ScriptFunction } from "@pdiem/light-client/diem/transactions/script-function";
import { currencyType } from "@pdiem/light-client/diem/transactions/type-tag";
import { latestSession } from "./block-executor.js";
import type { DiemChain } from "./diem-chain.js";
import { DESIGNATED_DEALER, DIEM_ROOT, TREASURY_COMPLIANCE } from "./well-known-addresses.js";

export interface ParentVasp {
  readonly address: AccountAddress;
  /** 16 bytes; the address is the second half of the key. */
  readonly authenticationKeyPrefix: Uint8Array;
  readonly humanName: string;
  readonly currency: string;
  readonly allCurrencies: boolean;
}

export interface Executed {
  readonly version: number;
  readonly status: KeptVMStatus;
}

export interface Association {
  readonly createParentVasp: (vasp: ParentVasp) => Executed;
  /** Pays from the designated dealer. */
  readonly mint: (payee: AccountAddress, currency: string, amount: bigint) => Executed;
  readonly freeze: (account: AccountAddress) => Executed;
  readonly unfreeze: (account: AccountAddress) => Executed;
  /** Sets from how much on a payment between VASPs needs its payee's signature, in micro-XDX. */
  readonly setDualAttestationLimit: (limit: bigint) => Executed;
  /** Changes what execution costs and its limits; ends the epoch. */
  readonly setGasConstants: (changes: Partial<GasConstants>) => Executed;
  /** Ends the epoch with the same validators. */
  readonly nextEpoch: () => Executed;
  /** Ends the epoch; the validator is in the set again, or not any more, from the next one on. */
  readonly addValidator: (address: AccountAddress) => Executed;
  readonly removeValidator: (address: AccountAddress) => Executed;
}

const NO_NONCE = encode(u64, 0n);
const MAX_GAS = 1_000_000n;
const EXPIRES_AFTER_SECONDS = 3600n;
const EMPTY = new Uint8Array();

/** @param seed of the key that root, treasury compliance and dealer share */
export const createAssociation = (chain: DiemChain, seed: Uint8Array): Association => {
  const gasConstants = (): GasConstants => latestSession(chain.store).get(DIEM_ROOT, vmConfig).gasConstants;
  const execute = (sender: AccountAddress, payload: TransactionPayload): Executed => {
    const { maximumNumberOfGasUnits } = gasConstants();
    const time = chain.latest().ledgerInfo.commitInfo.timestampUsecs / 1_000_000n;
    const raw = {
      sender,
      sequenceNumber: chain.sequenceNumberOf(sender),
      payload,
      maxGasAmount: maximumNumberOfGasUnits < MAX_GAS ? maximumNumberOfGasUnits : MAX_GAS,
      gasUnitPrice: 0n,
      gasCurrencyCode: "XUS",
      expirationTimestampSecs: time + EXPIRES_AFTER_SECONDS,
      chainId: chain.chainId,
    };
    const submission = chain.submit(signRawTransaction(raw, seed));
    chain.produceBlock();
    const version = chain.store.transactionOf(sender, raw.sequenceNumber);
    if (version === undefined)
      throw new Error(`the network did not execute a transaction of ${toHex(sender)}: ${JSON.stringify(submission)}`);
    return { version, status: chain.store.infoAt(version).status };
  };
  const call = (sender: AccountAddress, value: ScriptFunction): Executed =>
    execute(sender, { type: "scriptFunction", value });
  const compliance = (name: string, account: AccountAddress): Executed =>
    call(TREASURY_COMPLIANCE, coreFunction("TreasuryComplianceScripts", name, [], [NO_NONCE, account]));
  const administration = (name: string, validator: AccountAddress): Executed =>
    call(
      DIEM_ROOT,
      coreFunction(
        "ValidatorAdministrationScripts",
        name,
        [],
        [NO_NONCE, encode(bytes(), utf8("validator")), validator],
      ),
    );
  const setGasConstants = (changes: Partial<GasConstants>): Executed => {
    const args = Object.values({ ...gasConstants(), ...changes }).map((value: bigint) => encode(u64, value).slice());
    return call(DIEM_ROOT, coreFunction("SystemAdministrationScripts", "set_gas_constants", [], [NO_NONCE, ...args]));
  };
  return {
    createParentVasp: ({ address, authenticationKeyPrefix, humanName, currency, allCurrencies }) =>
      call(
        TREASURY_COMPLIANCE,
        coreFunction(
          "AccountCreationScripts",
          "create_parent_vasp_account",
          [currencyType(currency)],
          [
            NO_NONCE,
            encode(accountAddress, address),
            encode(bytes(), authenticationKeyPrefix),
            encode(bytes(), utf8(humanName)),
            encode(bool, allCurrencies),
          ],
        ),
      ),
    mint: (payee, currency, amount) =>
      execute(DESIGNATED_DEALER, peerToPeer({ currency, payee, amount, metadata: EMPTY, metadataSignature: EMPTY })),
    freeze: (account) => compliance("freeze_account", account),
    unfreeze: (account) => compliance("unfreeze_account", account),
    setDualAttestationLimit: (limit) =>
      call(
        TREASURY_COMPLIANCE,
        coreFunction(
          "TreasuryComplianceScripts",
          "update_dual_attestation_limit",
          [],
          [NO_NONCE, encode(u64, limit).slice()],
        ),
      ),
    setGasConstants,
    nextEpoch: () => setGasConstants({}),
    addValidator: (address) => administration("add_validator_and_reconfigure", address),
    removeValidator: (address) => administration("remove_validator_and_reconfigure", address),
  };
};
