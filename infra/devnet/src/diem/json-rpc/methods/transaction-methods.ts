/** Methods about transactions. Source: diem/diem json-rpc/src/methods.rs. */

import { accumulatorRangeProof } from "@pdiem/chain-formats/diem/proofs/accumulator-range";
import { transactionWithProof } from "@pdiem/chain-formats/diem/proofs/transaction-proof";
import { toHex } from "@pdiem/light-client/bytes";
import { encode, vector } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { transactionInfo } from "@pdiem/light-client/diem/proofs/transaction-info";
import { contractEvent } from "@pdiem/light-client/diem/state/event";
import type { Json } from "../json-writer.js";
import { addressParam, boolParam, optional, transactionParam, u64Param } from "../params.js";
import { mempoolError, vmError } from "../rpc-error.js";
import { knownVersion, page, pageSize, type Snapshot } from "../snapshot.js";
import { transactionView } from "../views/transaction-view.js";
import { type Method, method } from "./method.js";

const PAGE = { start_version: u64Param, limit: u64Param, include_events: boolParam };
const ACCOUNT_PAGE = { account: addressParam, start: u64Param, limit: u64Param, include_events: boolParam };

/** The version of the account's transaction, unless that is beyond a version of the ledger. */
const versionOf = (
  { store }: Snapshot,
  account: AccountAddress,
  sequenceNumber: bigint,
  ledgerVersion: number,
): number | undefined => {
  const version = store.transactionOf(account, sequenceNumber);
  return version !== undefined && version <= ledgerVersion ? version : undefined;
};

const accountPage = (
  snapshot: Snapshot,
  { account, start, limit }: { readonly account: AccountAddress; readonly start: bigint; readonly limit: bigint },
  ledgerVersion: number,
): readonly number[] => {
  const size = pageSize(limit);
  const versions: number[] = [];
  while (versions.length < size) {
    const version = versionOf(snapshot, account, start + BigInt(versions.length), ledgerVersion);
    if (version === undefined) break;
    versions.push(version);
  }
  return versions;
};

const listWithProofs = (snapshot: Snapshot, versions: readonly number[], includeEvents: boolean): Json => {
  const { store } = snapshot;
  const [first] = versions;
  if (first === undefined) return null;
  const range = store.accumulator.range(first, versions.length, snapshot.version + 1);
  return {
    serialized_transactions: versions.map((version) => toHex(store.transactionBytesAt(version))),
    serialized_events: includeEvents
      ? toHex(encode(vector(vector(contractEvent)), versions.map(store.eventsAt)))
      : undefined,
    proofs: {
      ledger_info_to_transaction_infos_proof: toHex(encode(accumulatorRangeProof, range)),
      transaction_infos: toHex(encode(vector(transactionInfo), versions.map(store.infoAt))),
    },
  };
};

const withProof = ({ store }: Snapshot, version: number, includeEvents: boolean, ledgerVersion: number): string =>
  toHex(
    encode(transactionWithProof, {
      version: BigInt(version),
      transaction: store.transactionAt(version),
      events: includeEvents ? store.eventsAt(version) : undefined,
      proof: {
        ledgerInfoToTransactionInfoProof: { siblings: store.accumulator.inclusion(version, ledgerVersion + 1) },
        transactionInfo: store.infoAt(version),
      },
    }),
  );

export const transactionMethods: readonly (readonly [string, Method])[] = [
  method("get_transactions", PAGE, (snapshot, params) =>
    page(params.start_version, pageSize(params.limit), snapshot.version + 1).map((version) =>
      transactionView(snapshot.store, version, params.include_events),
    ),
  ),
  method("get_transactions_with_proofs", PAGE, (snapshot, params) => {
    const versions = page(params.start_version, pageSize(params.limit), snapshot.version + 1);
    return listWithProofs(snapshot, versions, params.include_events);
  }),
  method(
    "get_account_transaction",
    { account: addressParam, sequence_number: u64Param, include_events: boolParam },
    (snapshot, params) => {
      const version = versionOf(snapshot, params.account, params.sequence_number, snapshot.version);
      return version === undefined ? null : transactionView(snapshot.store, version, params.include_events);
    },
  ),
  method("get_account_transactions", ACCOUNT_PAGE, (snapshot, params) =>
    accountPage(snapshot, params, snapshot.version).map((version) =>
      transactionView(snapshot.store, version, params.include_events),
    ),
  ),
  method(
    "get_account_transactions_with_proofs",
    { ...ACCOUNT_PAGE, ledger_version: optional(u64Param) },
    (snapshot, params) => {
      const ledgerVersion = knownVersion(snapshot, "ledger_version", params.ledger_version);
      const versions = accountPage(snapshot, params, ledgerVersion);
      return {
        serialized_txns_with_proofs: versions.map((version) =>
          withProof(snapshot, version, params.include_events, ledgerVersion),
        ),
      };
    },
  ),
  method("submit", { data: transactionParam }, ({ chain }, { data }) => {
    const submission = chain.submit(data);
    if (submission.type === "refused") throw vmError(submission.status);
    if (submission.type !== "accepted") throw mempoolError(submission.type, submission.message);
    return null;
  }),
];
