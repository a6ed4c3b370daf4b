/**
 * What an account holds, or that there is none. Source: diem/diem types/src/account_state_blob.rs.
 */
import { bytes, type Codec, decode, option, struct, u64 } from "../../codec/bcs.js";
import { ProofError } from "../../error.js";
import { type AccountAddress, accountAddressHash } from "../address/account-address.js";
import type { VerifiedLedgerInfo } from "../epochs/verified-ledger-info.js";
import type { HashValue } from "../hash-value.js";
import { hasher } from "../hashing.js";
import { type AccountState, accountState } from "../state/account-state.js";
import { type SparseMerkleProof, sparseMerkleProof, verifySparseMerkle } from "./sparse-merkle.js";
import {
  type TransactionInfoWithProof,
  transactionInfoWithProof,
  verifyTransactionInfo,
} from "./transaction-info-proof.js";

export interface AccountStateProof {
  readonly transactionInfoWithProof: TransactionInfoWithProof;
  readonly transactionInfoToAccountProof: SparseMerkleProof;
}

/**
 * `blob` is the encoded `AccountState` after the transaction at `version`; undefined where there
 * is no such account.
 */
export interface AccountStateWithProof {
  readonly version: bigint;
  readonly blob: Uint8Array | undefined;
  readonly proof: AccountStateProof;
}

export const accountStateProof: Codec<AccountStateProof> = struct<AccountStateProof>({
  transactionInfoWithProof,
  transactionInfoToAccountProof: sparseMerkleProof,
});

export const accountStateWithProof: Codec<AccountStateWithProof> = struct<AccountStateWithProof>({
  version: u64,
  blob: option(bytes()),
  proof: accountStateProof,
});

/** Hash of an encoded `AccountState`: the value's hash in the state tree. */
export const accountStateBlobHash: (blob: Uint8Array) => HashValue = hasher("AccountStateBlob");

/**
 * Proves the account's state at a version; undefined if it is proven to have none.
 * @param version that the caller asked for. It is that of the ledger info unless said otherwise, so
 * that no older state passes for the present one.
 * @throws ProofError `proof/version`, or of `verifyTransactionInfo` and `verifySparseMerkle`;
 * DecodeError where the proven blob isn't an account state
 */
export const verifyAccountState = (
  verified: VerifiedLedgerInfo,
  address: AccountAddress,
  { version: actual, blob, proof }: AccountStateWithProof,
  version: bigint = verified.ledgerInfo.commitInfo.version,
): AccountState | undefined => {
  if (actual !== version)
    throw new ProofError("proof/version", `expected the account's state at version ${version}, got ${actual}`);
  const { stateRootHash } = verifyTransactionInfo(verified, version, proof.transactionInfoWithProof);
  const valueHash = blob === undefined ? undefined : accountStateBlobHash(blob);
  verifySparseMerkle(stateRootHash, accountAddressHash(address), valueHash, proof.transactionInfoToAccountProof);
  return blob === undefined ? undefined : decode(accountState, blob);
};
