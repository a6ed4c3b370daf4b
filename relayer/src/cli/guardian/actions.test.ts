import { initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { handoverFileIn, PHRASES, parseAction } from "./actions.js";

const start = initialGovernance(exampleConfig);
const [xus, xdx] = start.limits.currencies;
if (xus === undefined || xdx === undefined) throw new Error("expected two currencies");
/** Windows that guardians have lowered before. */
const inForce = { ...start, limits: { ...start.limits, currencies: [{ ...xus, mint: 14_000n }, xdx] } };
const parse = (phrase: string) => parseAction({ config: exampleConfig, inForce }, phrase);

const KEYS = [toHex(filled(32, 1)), toHex(filled(32, 2))];
const ACCOUNT = toHex(filled(32, 0x21));

const refusal = (phrase: string): string => outcome(() => parse(phrase));

describe("an action in a guardian's words", () => {
  it.each([
    ["pause", { type: "pause", value: undefined }],
    [" resume ", { type: "resume", value: undefined }],
    ["thaw", { type: "thaw", value: undefined }],
    ["amnesty on", { type: "amnesty", value: true }],
    ["amnesty off", { type: "amnesty", value: false }],
    [`freezer 0x${ACCOUNT}`, { type: "freezer", value: filled(32, 0x21) }],
    ["batch calls=900", { type: "batch", value: { calls: 900, bytes: 2_000_000 } }],
    [
      "measurement retire simulated 0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
      { type: "measurement", value: { measurement: { tee: "simulated", value: filled(32, 10) }, isAllowed: false } },
    ],
    [
      `guardians threshold=2 freezer=${ACCOUNT} ${KEYS.join(" ")}`,
      {
        type: "guardians",
        value: { keys: [filled(32, 1), filled(32, 2)], threshold: 2, freezer: filled(32, 0x21) },
      },
    ],
  ])("is read from '%s'", (phrase, action) => {
    expect(parse(phrase)).toEqual(action);
  });

  it("leaves what it doesn't name as it is in force", () => {
    expect(parse("windows XUS release=9000")).toEqual({
      type: "windows",
      value: { currency: "XUS", mint: 14_000n, release: 9_000n, refund: 12_000n },
    });
    expect(parse("bounds XDX maximum=500 minimum=200")).toEqual({
      type: "bounds",
      value: { currency: "XDX", minimum: 200n, maximum: 500n },
    });
  });

  it.each([
    "",
    "stop",
    "pause now",
    "amnesty",
    "windows",
    "windows ABC release=1",
    "windows XUS minimum=1",
    "windows XUS release=1 release=2",
    "windows XUS release=-1",
    "windows XUS release",
    "batch calls=1e9",
    "measurement allow sgx",
    `guardians threshold=1 ${KEYS[0]}`,
    `guardians threshold=1 freezer=${ACCOUNT}`,
  ])("isn't guessed from '%s'", (phrase) => {
    expect(refusal(phrase)).toBe("config/action");
  });

  it("names accounts, keys and measurements exactly", () => {
    expect(refusal("freezer 5Grwva")).toBe("decode/account-id");
    expect(refusal(`guardians threshold=1 freezer=${ACCOUNT} 0x12`)).toBe("decode/hex");
    expect(refusal("measurement allow sgx 0x12")).toBe("refused/config-measurements");
  });

  it("is a hand-over where it names a file, whatever the file is called", () => {
    expect(handoverFileIn("handover ./my file.json ")).toBe("./my file.json");
    for (const phrase of ["handover", "handover ", "pause", "handovers x"])
      expect(handoverFileIn(phrase)).toBeUndefined();
  });

  it("is one of those that are listed", () => {
    const types = PHRASES.map(([phrase]) => phrase.split(" ")[0]).sort();
    expect(types).toEqual([
      "amnesty",
      "batch",
      "bounds",
      "freezer",
      "guardians",
      "handover",
      "measurement",
      "pause",
      "repair",
      "resume",
      "thaw",
      "windows",
    ]);
  });
});
