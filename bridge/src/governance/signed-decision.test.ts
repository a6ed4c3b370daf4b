import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exampleConfig, filled } from "../testing/config.js";
import { decided, EXAMPLE_ID, GUARDIAN_SEEDS, PAUSE, sign, THAW, UNGOVERNED } from "../testing/guardians.js";
import { refusal } from "../testing/refusal.js";
import type { Decision } from "./decision.js";
import { type GuardianSignature, signDecision, signedDecision, verifySignatures } from "./signed-decision.js";

const [decision] = decided(UNGOVERNED, PAUSE);
if (decision === undefined) throw new Error("expected a decision");
const STRANGER = filled(32, 0x55);
const { guardians } = exampleConfig;
const by = (seed: Uint8Array, what: Decision = decision, id = EXAMPLE_ID) => signDecision(seed, id, what);
const both = GUARDIAN_SEEDS.map((seed) => by(seed));
const check = (signatures: readonly GuardianSignature[], what = decision, set = guardians) =>
  refusal(() => verifySignatures(set, EXAMPLE_ID, what, signatures));

describe("guardians' signatures", () => {
  it("decide from the threshold on, in any order", () => {
    expect(check(both)).toBeUndefined();
    expect(check(both.toReversed())).toBeUndefined();
    expect(check(both.slice(0, 1), decision, { ...guardians, threshold: 1 })).toBeUndefined();
    expect(check(both.slice(0, 1))).toBe("proof/guardian-threshold");
    expect(check([])).toBe("proof/guardian-threshold");
  });

  it("count once each", () => {
    expect(check([...both.slice(0, 1), ...both.slice(0, 1)])).toBe("proof/guardian-twice");
  });

  it("are nobody else's, of no other decision and of no other bridge", () => {
    const [first] = both;
    const [other] = decided(UNGOVERNED, THAW);
    if (first === undefined || other === undefined) throw new Error("expected one of each");
    const [, second] = GUARDIAN_SEEDS;
    if (second === undefined) throw new Error("expected two guardians");
    expect(check([first, by(STRANGER)])).toBe("proof/unknown-guardian");
    expect(check([...both, by(STRANGER)])).toBe("proof/unknown-guardian");
    expect(check([first, by(second, other)])).toBe("proof/guardian-signature");
    expect(check([first, by(second, decision, filled(32, 1))])).toBe("proof/guardian-signature");
    expect(check([first, { guardian: publicKeyOf(second), signature: first.signature }])).toBe(
      "proof/guardian-signature",
    );
    for (const field of [
      { number: 1n },
      { previous: filled(32, 3) },
      { until: decision.until + 1n },
    ] satisfies readonly Partial<Decision>[])
      expect(check(both, { ...decision, ...field })).toBe("proof/guardian-signature");
  });

  it("don't survive any changed bit of decision or signature", () => {
    const encoded = encode(signedDecision, sign(decision));
    fc.assert(
      fc.property(fc.nat(8 * encoded.length - 1), (bit) => {
        const changed = encoded.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const code = refusal(() => {
          const { decision: what, warrant } = decode(signedDecision, changed);
          verifySignatures(guardians, EXAMPLE_ID, what, warrant.type === "signatures" ? warrant.value : []);
        });
        expect(code).toMatch(/^(proof|decode)\//);
      }),
    );
  });
});
