import { expect, test } from "vitest";
import {
  ACCOUNT_FROZEN_ABORT,
  abortCode,
  DIEM_ACCOUNT_ABORTS,
  DUAL_ATTESTATION_ABORTS,
  readAbortCode,
} from "./abort-code.js";
import { statusCategory, statusCode, statusName } from "./status-code.js";

test("abort codes are a category and a reason", () => {
  expect(abortCode("limitExceeded", DIEM_ACCOUNT_ABORTS.insufficientBalance)).toBe(1288n);
  expect(abortCode("notPublished", DIEM_ACCOUNT_ABORTS.payeeDoesNotExist)).toBe(4357n);
  expect(abortCode("invalidArgument", DUAL_ATTESTATION_ABORTS.malformedSignature)).toBe(775n);
  expect(abortCode("invalidState", ACCOUNT_FROZEN_ABORT)).toBe(1281n);
  expect(readAbortCode(1288n)).toEqual({ category: "limitExceeded", reason: 5n });
  expect(readAbortCode(2n ** 64n - 1n)).toEqual({ category: "custom", reason: 2n ** 56n - 1n });
  expect(readAbortCode(9n)).toEqual({ category: undefined, reason: 0n });
});

test("validation statuses have names, others only a category", () => {
  expect(statusName(3)).toBe("SEQUENCE_NUMBER_TOO_OLD");
  expect(statusCode("SIGNERS_CONTAIN_DUPLICATES")).toBe(28);
  expect(statusName(1000)).toBeUndefined();
  expect([0, 999, 1000, 2000, 3000, 4999, 5000].map(statusCategory)).toEqual([
    "Validation",
    "Validation",
    "Verification",
    "Invariant violation",
    "Deserialization",
    "Execution",
    "Unknown",
  ]);
});
