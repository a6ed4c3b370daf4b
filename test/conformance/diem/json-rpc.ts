/** Vectors of JSON-RPC: what a node answers, and what a client makes of it. */

import { statusCategory } from "@pdiem/chain-formats/diem/transactions/status-code";
import { ratchet } from "@pdiem/light-client/diem/epochs/trusted-state";
import { getStateProof } from "@pdiem/relayer/chains/diem/calls";
import { checkEnvelope, type JsonRpcCall, parseResponse, resultOf } from "@pdiem/relayer/chains/diem/json-rpc";
import { formatLossless, type Json, parseLossless } from "@pdiem/relayer/chains/diem/lossless";
import { parseStreamMessage } from "@pdiem/relayer/chains/diem/stream-message";
import { getAccount } from "@pdiem/relayer/chains/diem/views";
import { ratchetResults, trustedStateIn } from "./ledger.js";
import { answerAt } from "./local-node.js";
import { isObject } from "./recording.js";
import { type Fields, fieldsOf, type Handler, type Results, UnreadableVector } from "./vector.js";

const anything: JsonRpcCall<Json> = { method: "any", params: [], read: (result) => result };

const isStreamMessage = (text: string): boolean => !fieldsOf(parseLossless(text)).has("diem_chain_id");

const streamMessage = (text: string): Results => {
  const { message } = parseStreamMessage(text);
  if (message.kind !== "subscribe") return { kind: message.kind };
  return { kind: message.kind, transaction_version: message.transactionVersion };
};

const plainResults = (text: string): Results => {
  const { envelope, answer } = parseResponse(anything, text);
  if (answer.ok) {
    const { result } = answer;
    return { ...envelope, ...(isObject(result) ? result : {}), result };
  }
  const { rpcCode, statusCode } = answer.error;
  return {
    code: rpcCode,
    status_code: statusCode,
    category: statusCode === undefined ? undefined : statusCategory(Number(statusCode)),
  };
};

/** The fields of an account view, those of its role among them. */
const accountResults = (text: string): Results => {
  const { answer } = parseResponse(getAccount(new Uint8Array(16)), text);
  const account = resultOf(answer);
  return account === undefined ? { result: null } : { ...account.role, ...account };
};

const response = (text: string): Results => {
  if (isStreamMessage(text)) return streamMessage(text);
  const fields = fieldsOf(parseLossless(text));
  if (fields.has("error") || !fields.has("result")) return plainResults(text);
  const result = fields.json("result");
  const isAccount = typeof result === "object" && result !== null && "authentication_key" in result;
  return isAccount ? accountResults(text) : plainResults(text);
};

const stateProof = (input: Fields): Results => {
  const request = input.object("request");
  if (request.text("method") !== "get_state_proof") throw new UnreadableVector(`method ${request.text("method")}`);
  const version = request.list("params")[0];
  if (typeof version !== "bigint") throw new UnreadableVector("expected a version");
  const { envelope, answer } = parseResponse(getStateProof(version), formatLossless(input.json("response")));
  const proof = resultOf(answer);
  checkEnvelope(envelope, proof.latest.ledgerInfo.commitInfo);
  return ratchetResults(ratchet(trustedStateIn(input.object("trusted_state")), proof));
};

/** What a node answers to a faulty request, at the version that the case names: "(ledger 10)". */
const refusal = (input: Fields): Results => {
  const [, version] = /\(ledger (\d+)\)/.exec(input.has("case") ? input.text("case") : "") ?? [];
  const answer = fieldsOf(answerAt(Number(version ?? 0), input.json("request")), "an answer");
  return { error: answer.json("error"), id: answer.json("id") };
};

const jsonRpc: Handler = (input) => {
  if (input.has("response_text")) return response(input.text("response_text"));
  if (input.has("response")) return stateProof(input);
  if (input.has("request")) return refusal(input);
  throw new UnreadableVector("expected a request or a response");
};

export const jsonRpcHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([["json-rpc", jsonRpc]]);
