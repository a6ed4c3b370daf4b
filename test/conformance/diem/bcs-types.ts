/**
 * Codecs by the names that Rust gives their types: `vec<u8>`, `TransactionArgument::U64`,
 * `RawTransaction`.
 */

import { accumulatorRangeProof } from "@pdiem/chain-formats/diem/proofs/accumulator-range";
import { transactionListWithProof } from "@pdiem/chain-formats/diem/proofs/transaction-list";
import { transactionWithProof } from "@pdiem/chain-formats/diem/proofs/transaction-proof";
import { accountAuthenticator, transactionAuthenticator } from "@pdiem/chain-formats/diem/transactions/authenticator";
import { blockMetadata } from "@pdiem/chain-formats/diem/transactions/block-metadata";
import { multiAgentTransaction, rawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { signedTransaction, transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { transactionPayload } from "@pdiem/chain-formats/diem/transactions/transaction-payload";
import { changeSet, writeOp, writeSetPayload } from "@pdiem/chain-formats/diem/transactions/write-set";
import {
  bool,
  bytes,
  type Codec,
  map,
  option,
  string,
  u8,
  u16,
  u32,
  u64,
  u128,
  vector,
} from "@pdiem/light-client/codec/bcs";
import { accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { epochState, validatorVerifier } from "@pdiem/light-client/diem/epochs/epoch-state";
import { blockInfo, ledgerInfo, ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { waypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { hashValue } from "@pdiem/light-client/diem/hash-value";
import { accountStateWithProof } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { accumulatorProof } from "@pdiem/light-client/diem/proofs/accumulator";
import { accumulatorConsistencyProof } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import { sparseMerkleProof } from "@pdiem/light-client/diem/proofs/sparse-merkle";
import { keptVMStatus, transactionInfo } from "@pdiem/light-client/diem/proofs/transaction-info";
import { accessPath } from "@pdiem/light-client/diem/state/access-path";
import { accountState } from "@pdiem/light-client/diem/state/account-state";
import { contractEvent, eventHandle, eventKey } from "@pdiem/light-client/diem/state/event";
import { ed25519PublicKey, ed25519Signature } from "@pdiem/light-client/diem/transactions/ed25519";
import { metadata } from "@pdiem/light-client/diem/transactions/metadata";
import { multiEd25519PublicKey, multiEd25519Signature } from "@pdiem/light-client/diem/transactions/multi-ed25519";
import { script, transactionArgument } from "@pdiem/light-client/diem/transactions/script";
import { scriptFunction } from "@pdiem/light-client/diem/transactions/script-function";
import { moduleId, structTag, typeTag } from "@pdiem/light-client/diem/transactions/type-tag";

// A codec writes what it has read itself, so its type needn't be known to go there and back.
const erased = <T>(codec: Codec<T>): Codec<unknown> => ({
  read: codec.read,
  write: (writer, value) => codec.write(writer, value as T),
});

const NAMED: ReadonlyMap<string, Codec<unknown>> = new Map<string, Codec<unknown>>([
  ["u8", erased(u8)],
  ["u16", erased(u16)],
  ["u32", erased(u32)],
  ["u64", erased(u64)],
  ["u128", erased(u128)],
  ["bool", erased(bool)],
  ["string", erased(string)],
  ["bytes", erased(bytes())],
  ["AccessPath", erased(accessPath)],
  ["AccountAddress", erased(accountAddress)],
  ["AccountAuthenticator", erased(accountAuthenticator)],
  ["AccountState", erased(accountState)],
  ["AccountStateWithProof", erased(accountStateWithProof)],
  ["AccumulatorConsistencyProof", erased(accumulatorConsistencyProof)],
  ["AccumulatorProof", erased(accumulatorProof)],
  ["AccumulatorRangeProof", erased(accumulatorRangeProof)],
  ["BlockInfo", erased(blockInfo)],
  ["BlockMetadata", erased(blockMetadata)],
  ["ChangeSet", erased(changeSet)],
  ["ContractEvent", erased(contractEvent)],
  ["Ed25519PublicKey", erased(ed25519PublicKey)],
  ["Ed25519Signature", erased(ed25519Signature)],
  ["EpochChangeProof", erased(epochChangeProof)],
  ["EpochState", erased(epochState)],
  ["EventHandle", erased(eventHandle)],
  ["EventKey", erased(eventKey)],
  ["EventWithProof", erased(eventWithProof)],
  ["HashValue", erased(hashValue)],
  ["KeptVMStatus", erased(keptVMStatus)],
  ["LedgerInfo", erased(ledgerInfo)],
  ["LedgerInfoWithSignatures", erased(ledgerInfoWithSignatures)],
  ["Metadata", erased(metadata)],
  ["ModuleId", erased(moduleId)],
  ["MultiEd25519PublicKey", erased(multiEd25519PublicKey)],
  ["MultiEd25519Signature", erased(multiEd25519Signature)],
  ["RawTransaction", erased(rawTransaction)],
  ["RawTransactionWithData", erased(multiAgentTransaction)],
  ["Script", erased(script)],
  ["ScriptFunction", erased(scriptFunction)],
  ["SignedTransaction", erased(signedTransaction)],
  ["SparseMerkleProof", erased(sparseMerkleProof)],
  ["StructTag", erased(structTag)],
  ["Transaction", erased(transaction)],
  ["TransactionArgument", erased(transactionArgument)],
  ["TransactionAuthenticator", erased(transactionAuthenticator)],
  ["TransactionInfo", erased(transactionInfo)],
  ["TransactionListWithProof", erased(transactionListWithProof)],
  ["TransactionPayload", erased(transactionPayload)],
  ["TransactionWithProof", erased(transactionWithProof)],
  ["TypeTag", erased(typeTag)],
  ["ValidatorVerifier", erased(validatorVerifier)],
  ["Waypoint", erased(waypoint)],
  ["WriteOp", erased(writeOp)],
  ["WriteSetPayload", erased(writeSetPayload)],
]);

const splitAtComma = (text: string): readonly [string, string] | undefined => {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "<") depth += 1;
    else if (text[i] === ">") depth -= 1;
    else if (text[i] === "," && depth === 0) return [text.slice(0, i), text.slice(i + 1)];
  }
  return undefined;
};

const mapCodec = (inner: string): Codec<unknown> | undefined => {
  const [keyName, valueName] = splitAtComma(inner) ?? [];
  const key = keyName === undefined ? undefined : bcsType(keyName);
  const value = valueName === undefined ? undefined : bcsType(valueName);
  return key === undefined || value === undefined ? undefined : erased(map(key, value));
};

/**
 * The codec of a type by its Rust name, a variant standing for its enum. It is undefined for names
 * not known here.
 */
export const bcsType = (name: string): Codec<unknown> | undefined => {
  const trimmed = name.trim();
  const [, outer, inner] = /^(\w+)<(.*)>$/.exec(trimmed) ?? [];
  if (outer === undefined || inner === undefined) return NAMED.get(trimmed.split("::")[0] ?? trimmed);
  if (outer.toLowerCase() === "map" || outer === "BTreeMap") return mapCodec(inner);
  const item = bcsType(inner);
  if (item === undefined) return undefined;
  if (outer.toLowerCase() === "vec") return erased(vector(item));
  return ["opt", "option"].includes(outer.toLowerCase()) ? erased(option(item)) : undefined;
};
