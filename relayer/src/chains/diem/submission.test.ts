import { describe, expect, it } from "vitest";
import { submissionOf } from "./submission.js";

describe("a refused submission", () => {
  it.each([
    ["the mempool's room for one account is used up", -32009n, undefined, "full"],
    ["other bytes for the number are there", -32010n, undefined, "other-bytes"],
    ["it has expired", -32001n, 6n, "expired"],
    ["the number is used", -32001n, 3n, "used"],
    ["the number is too old for the mempool", -32007n, undefined, "used"],
    ["the mempool is full altogether", -32008n, undefined, "refused"],
    ["the VM refuses it otherwise", -32001n, 5n, "refused"],
  ] as const)("tells that %s", (_, rpcCode, statusCode, type) => {
    expect(submissionOf({ rpcCode, statusCode })).toBe(type);
  });
});
