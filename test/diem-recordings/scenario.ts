/**
 * The recorded network's history, block by block: what is known is taken as it was. Nobody recorded
 * how accounts were made and funded, nor transactions that only left their number. These are put
 * where there is room, so that versions are the same.
 */

import { childOf, createChildVaspAccountCall } from "@pdiem/chain-formats/diem/transactions/account-calls";
import type { BlockMetadata } from "@pdiem/chain-formats/diem/transactions/block-metadata";
import { scriptFunctionPayload } from "@pdiem/chain-formats/diem/transactions/framework-call";
import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import type { SignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { TransactionPayload } from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { GENESIS_GAS_CONSTANTS } from "@pdiem/devnet/diem/vm/vm-config";
import { DESIGNATED_DEALER, DIEM_ROOT, TREASURY_COMPLIANCE } from "@pdiem/devnet/diem/well-known-addresses";
import { utf8 } from "@pdiem/light-client/bytes";
import { bool, bytes, encode, u64 } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { type AccountAddress, parseAccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { BlockInfo } from "@pdiem/light-client/diem/epochs/ledger-info";
import {
  authenticationKeyPrefix,
  ed25519AuthenticationKey,
} from "@pdiem/light-client/diem/transactions/authentication-key";
import { coreFunction } from "@pdiem/light-client/diem/transactions/script-function";
import { currencyType } from "@pdiem/light-client/diem/transactions/type-tag";
import type { RecordedLedger } from "./recorded-values.js";
import type { Manifest } from "./recording.js";

/** What somebody sends: recorded as it was, to be signed, or submitted before. */
export type Sent =
  | { readonly type: "pending" }
  | { readonly type: "recorded"; readonly transaction: SignedTransaction }
  | { readonly type: "made"; readonly sender: AccountAddress; readonly payload: TransactionPayload };

/** A block, as far as it is known. */
export interface ScenarioBlock {
  readonly metadata: BlockMetadata | undefined;
  readonly commitInfo: BlockInfo | undefined;
  readonly timestampUsecs: bigint | undefined;
  readonly sent: readonly Sent[];
}

/** The block that starts at a version. */
export type Scenario = (version: number) => ScenarioBlock;

/** Seed of an account's key, by its name in the manifest. */
export const accountSeed = (name: string): Uint8Array => sha3_256(utf8(`recording ${name}`));

const NO_NONCE = encode(u64, 0n);
const EMPTY = new Uint8Array();

const made = (sender: AccountAddress, payload: TransactionPayload): Sent => ({ type: "made", sender, payload });

const call = (module: string, name: string, args: readonly Uint8Array[], currency?: string): TransactionPayload => ({
  type: "scriptFunction",
  value: coreFunction(module, name, currency === undefined ? [] : [currencyType(currency)], args),
});

const parentVasp = (name: string, humanName: string, allCurrencies: boolean): Sent => {
  const key = ed25519AuthenticationKey(publicKeyOf(accountSeed(name)));
  const args = [
    NO_NONCE,
    key.subarray(16),
    encode(bytes(), authenticationKeyPrefix(key)),
    encode(bytes(), utf8(humanName)),
    encode(bool, allCurrencies),
  ];
  return made(TREASURY_COMPLIANCE, call("AccountCreationScripts", "create_parent_vasp_account", args, "XUS"));
};

const payment = (payer: AccountAddress, payee: AccountAddress, currency: string, amount: bigint): Sent =>
  made(payer, peerToPeer({ currency, payee, amount, metadata: EMPTY, metadataSignature: EMPTY }));

/**
 * Made and funded before the first recorded payment; amounts follow from the balances recorded
 * later.
 */
const setUp = (address: (name: string) => AccountAddress): readonly Sent[] => [
  parentVasp("user2", "User Two", true),
  parentVasp("user3", "User Three", true),
  parentVasp("frozen", "Frozen", true),
  parentVasp("xus-only", "XUS only", false),
  payment(DESIGNATED_DEALER, address("user1"), "XUS", 5_000_000_000n),
  payment(DESIGNATED_DEALER, address("user2"), "XUS", 900_000_000n),
  payment(DESIGNATED_DEALER, address("user3"), "XUS", 900_000_000n),
  payment(DESIGNATED_DEALER, address("user1"), "XDX", 1n),
  made(
    address("user1"),
    scriptFunctionPayload(
      createChildVaspAccountCall({
        currency: "XUS",
        ...childOf(ed25519AuthenticationKey(publicKeyOf(accountSeed("user1-child")))),
        addAllCurrencies: false,
        childInitialBalance: 50_000_000n,
      }),
    ),
  ),
];

const FIRST_SET_UP = 32;
const SET_UP_STEP = 6;

/**
 * The recording's epochs ended by settings of gas, each with a larger transaction allowed than the
 * last.
 */
const gasConstants = (index: number): TransactionPayload => {
  const constants = { ...GENESIS_GAS_CONSTANTS, maxTransactionSizeInBytes: 4096n + BigInt(index) };
  const args = Object.values(constants).map((value: bigint) => encode(u64, value).slice());
  return call("SystemAdministrationScripts", "set_gas_constants", [NO_NONCE, ...args]);
};

const validatorChange = (name: string, validator: AccountAddress): TransactionPayload =>
  call("ValidatorAdministrationScripts", `${name}_validator_and_reconfigure`, [
    NO_NONCE,
    encode(bytes(), utf8("validator")),
    validator,
  ]);

const epochChanges = (manifest: Manifest, validator: AccountAddress): ReadonlyMap<number, Sent> => {
  let settings = 0;
  const payloadAt = (version: number): TransactionPayload => {
    if (version === manifest.validator_left_in_epoch_after_version) return validatorChange("remove", validator);
    if (version === manifest.validator_back_after_version) return validatorChange("add", validator);
    return gasConstants(settings++);
  };
  return new Map(manifest.epoch_change_versions.map((version) => [version, made(DIEM_ROOT, payloadAt(version))]));
};

/**
 * Admitted by the recorded network though it can't pay for a payment; it takes the first version
 * after that.
 */
const UNDERPAID = 336;

/** @param validator that left and came back */
export const scenario = (manifest: Manifest, ledger: RecordedLedger, validator: AccountAddress): Scenario => {
  const address = (name: string): AccountAddress => parseAccountAddress(manifest.accounts[name]?.address ?? "");
  const sent = new Map<number, Sent>(
    setUp(address).map((transaction, i) => [FIRST_SET_UP + SET_UP_STEP * i, transaction]),
  );
  sent.set(UNDERPAID, { type: "pending" });
  for (const [version, change] of epochChanges(manifest, validator)) sent.set(version, change);
  for (const [version, { payer, payee, currency, amount, metadata }] of ledger.payments)
    sent.set(version, made(payer, peerToPeer({ currency, payee, amount, metadata, metadataSignature: EMPTY })));
  for (const [version, transaction] of ledger.transactions)
    if (transaction.type === "user") sent.set(version, { type: "recorded", transaction: transaction.value });
  return (version) => {
    const recorded = ledger.transactions.get(version);
    const inBlock: Sent[] = [];
    for (let next = sent.get(version + 1); next !== undefined; next = sent.get(version + 1 + inBlock.length))
      inBlock.push(next);
    const end = version + inBlock.length;
    const commitInfo = ledger.ledgerInfos.get(end)?.ledgerInfo.commitInfo;
    return {
      metadata: recorded?.type === "blockMetadata" ? recorded.value : undefined,
      commitInfo,
      timestampUsecs: ledger.times.get(end) ?? commitInfo?.timestampUsecs,
      sent: inBlock,
    };
  };
};
