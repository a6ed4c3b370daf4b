import { filled } from "@pdiem/bridge/testing/config";
import { BOX_LENGTH } from "@pdiem/enclave/wire/handover";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { formatHandover, type HandoverFile, parseHandover } from "./file.js";

const party = (value: number) => ({
  tee: "simulated",
  handoverKey: filled(32, value),
  challenge: filled(32, value + 1),
  evidence: filled(200, value + 2),
});

const file: HandoverFile = {
  bridgeId: filled(32, 1),
  transcript: { custodyKey: filled(32, 2), grant: undefined, giver: party(3), receiver: party(6) },
  publicPackage: undefined,
  collateral: {
    giver: { kind: "none" },
    receiver: { kind: "sev-snp", vcek: filled(1, 1), chain: "PEM", crl: filled(2, 1) },
  },
  nonce: undefined,
  released: undefined,
};

const code = (value: unknown): string => outcome(() => parseHandover(value));

const formatted = formatHandover(file) as { readonly transcript: { readonly giver: object } };

const withGiver = (change: object) => ({
  ...formatted,
  transcript: { ...formatted.transcript, giver: { ...formatted.transcript.giver, ...change } },
});

const hex = (length: number): string => `0x${"03".repeat(length)}`;

describe("a hand-over's file", () => {
  it("is read as it was written: before and after the nonce, and the release", () => {
    const drawn = { ...file, nonce: filled(32, 8) };
    const released = { ...drawn, released: { box: filled(BOX_LENGTH, 9), receiptChallenge: filled(32, 10) } };
    for (const one of [drawn, released])
      expect(parseHandover(JSON.parse(JSON.stringify(formatHandover(one))))).toEqual(one);
    expect(parseHandover(JSON.parse(JSON.stringify(formatted))).nonce).toBeUndefined();
  });

  it("holds nothing of another length or size than it must be", () => {
    expect(code(withGiver({}))).toBe("accepted");
    expect(code(withGiver({ handoverKey: hex(31) }))).toBe("config/handover");
    expect(code(withGiver({ challenge: "0xzz" }))).toBe("config/handover");
    expect(code(withGiver({ evidence: hex(64 * 1024 + 1) }))).toBe("config/handover");
    expect(code(withGiver({ tee: "\u001b[2J" }))).toBe("config/handover");
    expect(code(withGiver({ more: 1 }))).toBe("config/handover");
    expect(code({ ...formatted, nonce: hex(31) })).toBe("config/handover");
  });

  it("holds collateral of a known kind", () => {
    expect(code({ ...formatted, collateral: { giver: { kind: "none" }, receiver: { kind: "x" } } })).toBe(
      "config/handover",
    );
    expect(code("file")).toBe("config/handover");
    expect(code(undefined)).toBe("config/handover");
  });
});
