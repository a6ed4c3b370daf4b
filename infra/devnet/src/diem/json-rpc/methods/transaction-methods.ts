/** Methods about transactions. Source: diem/diem json-rpc/src/methods.rs. */
import { toHex } from "@pdiem/light-client/bytes";
import { encode, vector } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/account-address";
import { accumulatorRangeProof } from "@pdiem/light-client/diem/accumulator-range";
import { contractEvent } from "@pdiem/light-client/diem/event";
import { transactionInfo } from "@pdiem/light-client/diem/transaction-info";
import { transactionWithProof } from "@pdiem/light-client/diem/transaction-proof";
import type { Json } from "../json-writer.js";
import { addressParam, boolParam, optional, transactionParam, u64Param } from "../params.js";
import { mempoolError, vmError } from "../rpc-error.js";
import { knownVersion, page, pageSize, type Snapshot } from "../snapshot.js";
import { transactionView } from "../views/transaction-view.js";
import { type Method, method } from "./method.js";

const PAGE = { start_version: u64Param, limit: u64Param, include_events: boolParam };
const ACCOUNT_PAGE = { account: addressParam, start: u64Param, limit: u64Param, include_events: boolParam };

/** Versions of the account's transactions up to a version of the ledger, by sequence number. */
const versionsOf = ({ store }: Snapshot, account: AccountAddress, ledgerVersion: number): readonly number[] =>
  store.transactionsOf(account).filter((version) => version <= ledgerVersion);

const accountPage = (
  snapshot: Snapshot,
  { account, start, limit }: { readonly account: AccountAddress; readonly start: bigint; readonly limit: bigint },
  ledgerVersion: number,
): readonly number[] => {
  const size = pageSize(limit);
  const versions = versionsOf(snapshot, account, ledgerVersion);
  return page(start, size, versions.length).flatMap((i) => versions[i] ?? []);
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
      const versions = versionsOf(snapshot, params.account, snapshot.version);
      const version = versions[Number(params.sequence_number)];
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
