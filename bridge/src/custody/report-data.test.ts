import { createHash } from "node:crypto";
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { expect, it } from "vitest";
import { filled } from "../testing/config.js";
import { holderReportData, receiverReportData } from "./report-data.js";

const subject = {
  bridgeId: filled(32, 1),
  custodyKey: filled(32, 2),
  handoverKey: filled(32, 3),
  challenge: filled(32, 4),
};
const expected = (tag: string): string =>
  createHash("sha256")
    .update(
      Buffer.from(`${toHex(utf8(tag))}${"01".repeat(32)}${"02".repeat(32)}${"03".repeat(32)}${"04".repeat(32)}`, "hex"),
    )
    .digest("hex");

it("binds bridge, custody key, hand-over key and challenge, in this order, for a holder and for a receiver", () => {
  expect(toHex(holderReportData(subject))).toBe(expected("pdiem/enclave/v1"));
  expect(toHex(receiverReportData(subject))).toBe(expected("pdiem/handover/v1"));
});
