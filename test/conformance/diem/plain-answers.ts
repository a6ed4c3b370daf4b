/** Answers without proofs: errors, views, submissions. */

import { verifySignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { statusCategory, statusCode, statusName } from "@pdiem/chain-formats/diem/transactions/status-code";
import { signedTransaction, transaction, transactionHash } from "@pdiem/chain-formats/diem/transactions/transaction";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { ProofError } from "@pdiem/light-client/error";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { type JsonRpcCall, parseResponse } from "@pdiem/relayer/chains/diem/json-rpc";
import { formatLossless, type Json } from "@pdiem/relayer/chains/diem/lossless";
import {
  getAccount,
  getAccountTransaction,
  getAccountTransactions,
  getCurrencies,
  getEvents,
  getMetadata,
  getTransactions,
  type TransactionView,
} from "@pdiem/relayer/chains/diem/views";
import { type Exchange, isObject, resultIn } from "./recording.js";
import { textOf } from "./vector.js";

export const anything: JsonRpcCall<Json> = { method: "any", params: [], read: (result) => result };

/** What a client makes of an answer that is an error, as text; of any other, "no error". */
export const errorOf = ({ response }: Exchange): string => {
  const { answer } = parseResponse(anything, formatLossless(response));
  if (answer.ok) return "no error";
  const { rpcCode, statusCode: status, message } = answer.error;
  if (status === undefined) return `${rpcCode}, ${message}`;
  const name = statusName(Number(status)) ?? status;
  return `${rpcCode}, ${message}, ${statusCategory(Number(status))} ${name}`;
};

/** The same text, from the recorded JSON by itself. */
export const recordedError = ({ response }: Exchange): string => {
  const error = isObject(response) ? response.error : undefined;
  if (!isObject(error)) return "no error";
  const start = `${error.code}, the node answers ${error.code}: ${error.message}`;
  const [, category, name] = /^Server error: VM (.+) error: (\w+)$/.exec(textOf(error.message)) ?? [];
  return category === undefined ? start : `${start}, ${category} ${name}`;
};

const INVALID_PARAMS = -32602n;

const decodes = (text: string): boolean => outcome(() => decode(signedTransaction, fromHex(text))) === "accepted";

const isSigned = (text: string): boolean =>
  outcome(() => verifySignedTransaction(decode(signedTransaction, fromHex(text)))) === "accepted";

/**
 * What a node found in a submitted transaction as far as a client can tell beforehand: its form
 * and signature.
 */
export const submissionExpected = ({ response }: Exchange): string => {
  const error = isObject(response) ? response.error : undefined;
  if (!isObject(error)) return "well signed";
  if (error.code === INVALID_PARAMS) return "not a transaction";
  const data = isObject(error.data) ? error.data.StatusCode : undefined;
  return data === BigInt(statusCode("INVALID_SIGNATURE")) ? "badly signed" : "well signed";
};

export const submissionFound = ({ params }: Exchange): string => {
  const [data] = params;
  if (typeof data !== "string" || !decodes(data)) return "not a transaction";
  return isSigned(data) ? "well signed" : "badly signed";
};

const checkTransactionView = (view: TransactionView): void => {
  const hash = transactionHash(decode(transaction, fromHex(view.bytes)));
  if (!equal(hash, fromHex(view.hash)))
    throw new ProofError("proof/transaction-hash", `the bytes hash to ${toHex(hash)}, the view says ${view.hash}`);
};

const ANY_ADDRESS = new Uint8Array(16);
const ANY_KEY = new Uint8Array(24);
const MOST = 1000;

const READERS: ReadonlyMap<string, (result: Json) => void> = new Map<string, (result: Json) => void>([
  ["get_metadata", (result) => void getMetadata().read(result)],
  ["get_account", (result) => void getAccount(ANY_ADDRESS).read(result)],
  ["get_currencies", (result) => void getCurrencies().read(result)],
  ["get_events", (result) => void getEvents(ANY_KEY, 0n, MOST).read(result)],
  [
    "get_account_transaction",
    (result) => {
      const view = getAccountTransaction(ANY_ADDRESS, 0n, true).read(result);
      if (view !== undefined) checkTransactionView(view);
    },
  ],
  [
    "get_account_transactions",
    (result) => getAccountTransactions(ANY_ADDRESS, 0n, MOST, true).read(result).forEach(checkTransactionView),
  ],
  ["get_transactions", (result) => getTransactions(0n, MOST, true).read(result).forEach(checkTransactionView)],
]);

/** Reads a view as a client does; methods without one only need their frame to be right. */
export const readView = (exchange: Exchange): void => {
  const result = resultIn(exchange);
  parseResponse(anything, formatLossless(exchange.response));
  if (result !== undefined) READERS.get(exchange.method)?.(result);
};
