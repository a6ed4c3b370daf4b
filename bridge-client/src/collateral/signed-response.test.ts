import {
  createDcapPlatform,
  dcapCollateral,
  dcapQuote,
  dcapVerification,
  signWith,
} from "@pdiem/enclave-verifier/testing/dcap-platform";
import { tcbInfo } from "@pdiem/enclave-verifier/testing/dcap-statements";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { expect, test } from "vitest";
import { parseSignedResponse } from "./signed-response.js";

test("what is signed comes out of a response as it was, odd spaces and order of keys included", async () => {
  const platform = await createDcapPlatform();
  const text = JSON.stringify(tcbInfo("sgx"), null, 3).replace('"SGX"', '"S\\u0047X"');
  const signature = signWith(platform.tcbSigner, utf8(text));
  const parsed = parseSignedResponse("tcbInfo", `{"tcbInfo": ${text} ,\n"signature":"${toHex(signature)}"}\n`);
  expect(parsed).toEqual({ text, signature });
  const collateral = {
    ...dcapCollateral(platform, "sgx"),
    tcbInfo: parsed.text,
    tcbInfoSignature: parsed.signature,
  };
  const quote = dcapQuote(platform, "sgx");
  const verification = dcapVerification(platform, "sgx", { collateral });
  expect(outcome(() => verifyEvidence({ kind: "sgx", quote }, verification))).toBe("accepted");
});

test.each([
  ["another statement", `{"enclaveIdentity":{},"signature":"${"00".repeat(64)}"}`],
  ["no signature", '{"tcbInfo":{}}'],
  ["a short signature", `{"tcbInfo":{},"signature":"${"00".repeat(63)}"}`],
  ["more than the two", `{"tcbInfo":{},"signature":"${"00".repeat(64)}","more":0}`],
  ["megabytes", `{"tcbInfo":{${" ".repeat(1 << 20)}},"signature":"${"00".repeat(64)}"}`],
  ["no JSON", "<html>"],
])("a response of %s is refused", (_, response) => {
  expect(() => parseSignedResponse("tcbInfo", response)).toThrow(
    expect.objectContaining({ code: "decode/pcs-response" }),
  );
});
