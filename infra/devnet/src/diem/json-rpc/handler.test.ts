import { toHex } from "@pdiem/light-client/bytes";
import { beforeAll, describe, expect, test } from "vitest";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../test-network.js";
import { handleRequest } from "./handler.js";

let network: TestNetwork;
let alice: TestAccount;
beforeAll(() => {
  network = createTestNetwork();
  alice = network.fund("alice", 5n);
});

const ask = (body: unknown): unknown => JSON.parse(handleRequest(network.chain, JSON.stringify(body)).body);
const call = (method: string, params?: unknown): unknown => ask({ jsonrpc: "2.0", id: 1, method, params });
const error = (code: number, message: string) => ({ error: { code, message, data: null } });

describe("requests", () => {
  test.each([
    [{}, -32604, "Invalid request format", null],
    [{ id: -1 }, -32604, "Invalid request format", null],
    [{ id: 1 }, -32600, "Invalid Request", 1],
    [{ id: "a", jsonrpc: "2.0" }, -32601, "Method not found", "a"],
    [{ id: 1, jsonrpc: "2.0", method: "get_account" }, -32602, "Invalid params for method 'get_account'", 1],
  ])("%j is refused", (request, code, message, id) => {
    expect(ask(request)).toMatchObject({ id, ...error(code, message) });
  });

  test("a batch is answered in order at one version, faults in their places", () => {
    const [first, second] = ask([
      { jsonrpc: "2.0", id: 1, method: "nope", params: [] },
      { jsonrpc: "2.0", id: "b", method: "get_network_status" },
    ]) as [Record<string, unknown>, Record<string, unknown>];
    expect(first).toMatchObject({ id: 1, error: { code: -32601 } });
    expect(second).toMatchObject({ id: "b", result: 0 });
    expect(first.diem_ledger_version).toBe(second.diem_ledger_version);
  });

  test("parameters come by place or by name, addresses in either case", () => {
    const address = toHex(alice.address);
    const result = { address, sequence_number: 0 };
    for (const params of [[address], [address.toUpperCase(), null], { account: address, other: 1 }])
      expect(call("get_account", params)).toMatchObject({ result });
  });
});

describe("pages and versions", () => {
  const key = "00".repeat(24);
  const address = "ab".repeat(16);
  const future = 1_000_000;
  test.each([
    ["get_events", [key, 0, 1001], -32600, "Invalid Request: page size = 1001, exceed limit 1000"],
    ["get_events", [key, 0, 0], -32000, "Server error: limit should > 0, got 0"],
    ["get_transactions", [0, 1001, true], -32600, "Invalid Request: page size = 1001, exceed limit 1000"],
    [
      "get_account_state_with_proof",
      [address, 3, 2],
      -32600,
      "Invalid Request: version(3) should <= ledger version(2)",
    ],
    [
      "get_accumulator_consistency_proof",
      [3, 2],
      -32600,
      "Invalid Request: client_known_version(3) should be <= ledger_version(2)",
    ],
  ])("%s of %j is refused", (method, params, code, message) => {
    expect(call(method, params)).toMatchObject(error(code, message));
  });

  test.each(["get_state_proof", "get_metadata"])("%s of a version that isn't there says which is", (method) => {
    const latest = network.chain.store.version();
    const message = `Invalid param version should be <= known latest version ${latest}`;
    expect(call(method, [future])).toMatchObject(error(-32602, message));
  });

  test.each([
    ["get_transactions", [future, 5, false], []],
    ["get_transactions", [0, 0, false], []],
    ["get_transactions_with_proofs", [future, 1, true], null],
    ["get_transactions_with_proofs", [0, 0, true], null],
    ["get_events_with_proofs", [key, 0, 10], []],
    ["get_account_transaction", [address, 0, true], null],
    ["get_account_transactions", [address, 0, 5, true], []],
    ["get_account", [address], null],
  ])("%s of %j finds nothing", (method, params, result) => {
    expect(call(method, params)).toMatchObject({ result });
  });
});
