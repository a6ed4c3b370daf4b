import { fromHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, test } from "vitest";
import { RpcError } from "../../error.js";
import { getEventsWithProofs, getStateProof } from "./calls.js";
import { checkEnvelope, formatBatch, type JsonRpcCall, parseBatch, parseResponse, resultOf } from "./json-rpc.js";
import { NodeError } from "./json-rpc-error.js";
import type { Json } from "./lossless.js";
import { parseStreamMessage } from "./stream-message.js";
import { getAccount, getCurrencies, getMetadata } from "./views.js";

const anything: JsonRpcCall<Json> = { method: "get_network_status", params: [], read: (result) => result };
const head = '"diem_chain_id":4,"diem_ledger_version":7,"diem_ledger_timestampusec":1600000000000000,"jsonrpc":"2.0"';
const answer = (id: string, rest = '"result":0', start = head) => `{${start},"id":${id},${rest}}`;

describe("a batch", () => {
  test("is written with its calls' places as ids, and numbers whole", () => {
    expect(formatBatch([getStateProof(2n ** 63n), getEventsWithProofs(new Uint8Array(24), 5n, 100)])).toBe(
      `[{"jsonrpc":"2.0","method":"get_state_proof","params":[9223372036854775808],"id":0},` +
        `{"jsonrpc":"2.0","method":"get_events_with_proofs","params":["${"00".repeat(24)}",5,100],"id":1}]`,
    );
  });

  test("is answered by id, in whatever order, at one head", () => {
    const { envelope, answers } = parseBatch([anything, anything], `[${answer("1", '"result":5')},${answer("0")}]`);
    expect(envelope).toEqual({ chainId: 4, version: 7n, timestampUsecs: 1_600_000_000_000_000n });
    expect(answers.map(resultOf)).toEqual([0n, 5n]);
  });

  test("is answered in part by errors, which are answers", () => {
    const error = '"error":{"code":-32601,"message":"Method not found","data":null}';
    const { answers } = parseBatch([anything, anything], `[${answer("0", error)},${answer("1")}]`);
    expect(answers.map(({ ok }) => ok)).toEqual([false, true]);
    expect(outcome(() => resultOf(answers[0]))).toBe("rpc/method-not-found");
  });

  test("refused as a whole throws the node's error", () => {
    const error = '"error":{"code":-32600,"message":"Invalid Request: batch size = 21, exceed limit 20","data":null}';
    expect(() => parseBatch([anything], answer("null", error))).toThrow(NodeError);
    expect(outcome(() => parseBatch([anything], answer("null", error)))).toBe("rpc/invalid-request");
  });

  test.each([
    ["an answer missing", `[${answer("0")}]`],
    ["an answer too many", `[${answer("0")},${answer("1")},${answer("2")}]`],
    ["an id twice", `[${answer("0")},${answer("0")}]`],
    ["an id as text", `[${answer('"0"')},${answer("1")}]`],
    ["another head", `[${answer("0")},${answer("1", '"result":0', head.replace(":7,", ":8,"))}]`],
    ["another time", `[${answer("0")},${answer("1", '"result":0', head.replace("0000,", "0001,"))}]`],
    ["another chain", `[${answer("0")},${answer("1", '"result":0', head.replace(":4,", ":2,"))}]`],
    ["neither result nor error", `[${answer("0")},${answer("1", '"x":0')}]`],
    ["a single result", answer("0")],
    ["no JSON", "<html>"],
    ["a chain id of 0", `[${answer("0", '"result":0', head.replace(":4,", ":0,"))},${answer("1")}]`],
    ["another protocol", `[${answer("0", '"result":0', head.replace("2.0", "1.0"))},${answer("1")}]`],
    ["an error that says nothing", `[${answer("0", '"error":null')},${answer("1")}]`],
  ])("with %s is malformed, and another node is asked", (_, body) => {
    const run = () => parseBatch([anything, anything], body);
    expect(outcome(run)).toBe("rpc/malformed");
    expect(run).toThrow(expect.objectContaining({ retry: "backoff" }));
  });

  test("with a result that isn't of its method's shape is malformed", () => {
    for (const result of ["0", "null", '{"ledger_info_with_signatures":"00","epoch_change_proof":"zz"}', "[]"])
      expect(outcome(() => parseResponse(getStateProof(0n), answer("0", `"result":${result}`)))).toBe("rpc/malformed");
  });
});

describe("a node's error", () => {
  const errorOf = (code: number, message = "m", data = "null"): NodeError => {
    const body = answer("1", `"error":{"code":${code},"message":"${message}","data":${data}}`);
    const { answer: read } = parseResponse(anything, body);
    if (read.ok) throw new RangeError("expected an error");
    return read.error;
  };

  test("says whether to try again", () => {
    const retried = [-32000, -32003, -32005, -32006, -32008, -32009, -32012];
    const final = [-32600, -32601, -32602, -32604, -32001, -32002, -32004, -32007, -32010, -32011];
    expect(retried.map((code) => errorOf(code).retry)).toEqual(retried.map(() => "backoff"));
    expect(final.map((code) => errorOf(code).retry)).toEqual(final.map(() => "never"));
    expect(new Set([...retried, ...final].map((code) => errorOf(code).code)).size).toBe(17);
  });

  test("of a node that is behind means to ask again, or another", () => {
    const stale = errorOf(-32602, "Invalid param version should be <= known latest version 10");
    expect([stale.code, stale.retry]).toEqual(["rpc/invalid-params", "backoff"]);
  });

  test("carries the VM's status", () => {
    const old = errorOf(-32001, "Server error: VM Validation error: SEQUENCE_NUMBER_TOO_OLD", '{"StatusCode":3}');
    expect([old.code, old.rpcCode, old.statusCode]).toEqual(["rpc/vm-validation", -32001n, 3n]);
    expect(errorOf(-32001, "m", '{"StatusCode":"3"}').statusCode).toBeUndefined();
  });

  test("of a kind that isn't known is an error all the same", () => {
    expect(errorOf(-1)).toBeInstanceOf(RpcError);
    expect(errorOf(-1).code).toBe("rpc/other-error");
  });
});

describe("the head of an answer", () => {
  const claimed = { chainId: 4, version: 7n, timestampUsecs: 9n };

  test("must be that of the ledger info in it, on the network that is meant", () => {
    expect(outcome(() => checkEnvelope(claimed, claimed, 4))).toBe("accepted");
    expect(outcome(() => checkEnvelope(claimed, { ...claimed, version: 8n }))).toBe("proof/envelope");
    expect(outcome(() => checkEnvelope(claimed, { ...claimed, timestampUsecs: 8n }))).toBe("proof/envelope");
    expect(outcome(() => checkEnvelope(claimed, claimed, 2))).toBe("proof/envelope");
  });
});

describe("a view", () => {
  const account = {
    balances: [{ amount: 5n, currency: "XUS" }],
    sequence_number: 1n,
    authentication_key: "00",
    sent_events_key: "00",
    received_events_key: "00",
    delegated_key_rotation_capability: false,
    delegated_withdrawal_capability: false,
    is_frozen: false,
  };

  test("keeps a type that isn't known as it came", () => {
    const read = getAccount(fromHex("00".repeat(16))).read({ ...account, role: { type: "regent", since: 3n } });
    expect(read?.role).toEqual({ type: "regent", since: 3n });
  });

  test("of an account that isn't there is undefined", () => {
    expect(getAccount(new Uint8Array(16)).read(null)).toBeUndefined();
  });

  test("of an older version comes without the chain's settings", () => {
    const metadata = { version: 1n, accumulator_root_hash: "00", timestamp: 2n, chain_id: 4n };
    expect(getMetadata(1n).read({ ...metadata, diem_version: null })).toEqual({ ...metadata, diem_version: null });
    expect(getMetadata(1n).params).toEqual([1n]);
  });

  test("with a field of another type is malformed", () => {
    expect(outcome(() => getAccount(new Uint8Array(16)).read({ ...account, role: { type: 3n } }))).toBe(
      "rpc/malformed",
    );
    expect(outcome(() => getCurrencies().read([{ code: "XUS" }]))).toBe("rpc/malformed");
  });
});

describe("a message of the stream", () => {
  test.each([
    [
      '{"jsonrpc":"2.0","id":"my-id","result":{"status":"OK","transaction_version":77}}',
      { kind: "subscribe", transactionVersion: 77n },
    ],
    ['{"jsonrpc":"2.0","id":"my-id","result":{"unsubscribe":"OK"}}', { kind: "unsubscribe" }],
    ['{"jsonrpc":"2.0","id":"my-id","result":{"version":3}}', { kind: "item", item: { version: 3n } }],
  ])("%s", (text, message) => {
    expect(parseStreamMessage(text)).toEqual({ id: "my-id", message });
  });

  test("may be an error", () => {
    const { message } = parseStreamMessage(
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"m","data":null}}',
    );
    expect(message.kind === "error" && message.error.code).toBe("rpc/invalid-params");
  });

  test("is malformed without either", () => {
    for (const text of ['{"jsonrpc":"2.0","id":1}', "[]", "3", '{"jsonrpc":"2.0","error":7}'])
      expect(outcome(() => parseStreamMessage(text))).toBe("rpc/malformed");
  });
});
