import { createHash } from "node:crypto";
import { toHex } from "@pdiem/light-client/bytes";
import { expect, it } from "vitest";
import { reportDataOf } from "./activation.js";

it("binds bridge, custody key, hand-over key and challenge, in this order", () => {
  const part = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
  const text = `${Buffer.from("pdiem/enclave/v1").toString("hex")}${"01".repeat(32)}${"02".repeat(32)}${"03".repeat(32)}${"04".repeat(32)}`;
  const expected = createHash("sha256").update(Buffer.from(text, "hex")).digest("hex");
  const subject = { bridgeId: part(1), custodyKey: part(2), handoverKey: part(3), challenge: part(4) };
  expect(toHex(reportDataOf(subject))).toBe(expected);
});
