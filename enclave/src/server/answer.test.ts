import { RefusedError } from "@pdiem/bridge/error";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import { DecodeError, ProofError } from "@pdiem/light-client/error";
import { expect, it } from "vitest";
import { RequestError, SealedStoreError, TeeError } from "../error.js";
import { errorAnswer } from "./answer.js";

it.each([
  [new RequestError(413, "request/too-large", "m"), 413],
  [new DecodeError("decode/json", "m"), 400],
  [new ProofError("proof/quorum", "m"), 422],
  [new EvidenceRefusal("policy", "debug", "m"), 422],
  [new RefusedError("refused/skew", "m", "later"), 409],
  [new SealedStoreError("sealed/other-configuration", "m"), 409],
  [new SealedStoreError("sealed/other-machine", "m"), 500],
  [new TeeError("tee/sealing-key", "m", "backoff"), 500],
])("tells a typed error as it is: %o", (error, status) => {
  const { code, message, retry } = error;
  expect(errorAnswer(error)).toEqual({ status, error: { code, message, retry } });
});

it.each([new RangeError("detail"), "detail", undefined])("tells nothing of a defect: %s", (error) => {
  const answer = errorAnswer(error);
  expect(answer).toMatchObject({ status: 500, error: { code: "internal" } });
  expect(JSON.stringify(answer)).not.toContain("detail");
});
