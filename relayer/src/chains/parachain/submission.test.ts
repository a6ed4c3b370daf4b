import { expect, it } from "vitest";
import { RpcError } from "../../error.js";
import { answerOf, isTooLargeForNode } from "./submission.js";

it.each([
  ["1010: Invalid Transaction: Transaction would exhaust the block limits", true],
  ["InvalidTransaction::ExhaustsResources", true],
  ["-32007: Request body is too big: exceeded max limit of 15728640", true],
  ["-32701: oversized request", true],
  ["HTTP 413 Payload Too Large", true],
  ["1016: Immediately Dropped: The transaction couldn't enter the pool", false],
  ["1014: Priority is too low", false],
  ["1010: Invalid Transaction: Transaction is outdated", false],
])("follows a node that refuses a batch for its size: %s", (reason, isSize) => {
  expect(isTooLargeForNode(reason)).toBe(isSize);
});

it("a server that takes no request as large refuses a batch for its size", () => {
  const status = (text: string) => answerOf(new RpcError("rpc/status", `expected status 200, ${text}`, "backoff")).type;
  expect([status("got 413: Payload Too Large"), status("got 500: 413")]).toEqual(["tooLarge", "refused"]);
});
