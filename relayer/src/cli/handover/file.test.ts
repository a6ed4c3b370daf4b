import { isPdiemError } from "@pdiem/light-client/error";
import { describe, expect, it } from "vitest";
import { formatHandover, type HandoverFile, parseHandover } from "./file.js";

const bytes = (count: number, value: number): `0x${string}` => `0x${value.toString(16).padStart(2, "0").repeat(count)}`;

const party = (value: number) => ({
  tee: "simulated",
  handoverKey: bytes(32, value),
  challenge: bytes(32, value + 1),
  evidence: bytes(200, value + 2),
});

const file: HandoverFile = {
  bridgeId: bytes(32, 1),
  transcript: { custodyKey: bytes(32, 2), giver: party(3), receiver: party(6) },
  collateral: {
    giver: { kind: "none" },
    receiver: { kind: "sev-snp", vcek: new Uint8Array([1]), chain: "PEM", crl: new Uint8Array([2]) },
  },
};

const code = (value: unknown): string => {
  try {
    parseHandover(value);
    return "taken";
  } catch (error) {
    if (isPdiemError(error)) return error.code;
    throw error;
  }
};

const withGiver = (change: object) => ({
  ...(formatHandover(file) as object),
  transcript: { ...file.transcript, giver: { ...party(3), ...change } },
});

describe("a hand-over's file", () => {
  it("is read as it was written, before and after the release", () => {
    const released = { ...file, released: { box: bytes(80, 9), receiptChallenge: bytes(32, 10) } };
    for (const one of [file, released])
      expect(parseHandover(JSON.parse(JSON.stringify(formatHandover(one))))).toEqual(one);
  });

  it("holds nothing of another length or size than it must be", () => {
    expect(code(withGiver({}))).toBe("taken");
    expect(code(withGiver({ handoverKey: bytes(31, 3) }))).toBe("config/handover");
    expect(code(withGiver({ challenge: "0xzz" }))).toBe("config/handover");
    expect(code(withGiver({ evidence: "0x" }))).toBe("config/handover");
    expect(code(withGiver({ evidence: bytes(64 * 1024 + 1, 1) }))).toBe("config/handover");
    expect(code(withGiver({ tee: "\u001b[2J" }))).toBe("config/handover");
    expect(code(withGiver({ more: 1 }))).toBe("config/handover");
  });

  it("holds collateral of a known kind", () => {
    const formatted = formatHandover(file) as object;
    expect(code({ ...formatted, collateral: { giver: { kind: "none" }, receiver: { kind: "x" } } })).toBe(
      "decode/collateral",
    );
    expect(code("file")).toBe("config/handover");
    expect(code(undefined)).toBe("config/handover");
  });
});
