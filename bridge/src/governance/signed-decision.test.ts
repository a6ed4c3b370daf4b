import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exampleConfig, filled } from "../testing/config.js";
import { decided, EXAMPLE_ID, GUARDIAN_SEEDS, PAUSE, sign, THAW, UNGOVERNED } from "../testing/guardians.js";
import type { Decision } from "./decision.js";
import { type GuardianSignature, mergeSignatures, verifySomeSigners } from "./guardian-signature.js";
import { signDecision, signedDecision, verifyDecision } from "./signed-decision.js";

const decision = decided(UNGOVERNED, PAUSE);
const STRANGER = filled(32, 0x55);
const { guardians } = exampleConfig;
const by = (seed: Uint8Array, what: Decision = decision, id = EXAMPLE_ID) => signDecision(seed, id, what);
const all = GUARDIAN_SEEDS.map((seed) => by(seed));
const two = all.slice(0, 2);
const check = (signatures: readonly GuardianSignature[], what = decision, sets = [guardians]) =>
  outcome(() => verifyDecision(sets, EXAMPLE_ID, what, signatures));

describe("PROTOCOL 6: guardians' signatures", () => {
  it("decide from the threshold on, in any order", () => {
    for (const enough of [two, two.toReversed(), all]) expect(check(enough)).toBe("accepted");
    expect(check(all.slice(0, 1))).toBe("proof/guardian-threshold");
    expect(check([])).toBe("proof/guardian-threshold");
  });

  it("count once each, also where a key is named twice", () => {
    expect(check([...all.slice(0, 1), ...all.slice(0, 1)])).toBe("proof/guardian-twice");
    const [key = filled(32, 1)] = guardians.keys;
    const doubled = { ...guardians, keys: [key, key] };
    expect(check(all.slice(0, 1), decision, [doubled])).toBe("proof/guardian-threshold");
  });

  it("never decide by a threshold of 0", () => {
    expect(check([], decision, [{ ...guardians, threshold: 0 }])).toBe("proof/guardian-threshold");
    expect(outcome(() => verifySomeSigners([], new Uint8Array(), []))).toBe("proof/guardian-threshold");
  });

  it("are nobody else's, of no other decision and of no other bridge", () => {
    const other = decided(UNGOVERNED, THAW);
    const [first = by(STRANGER)] = all;
    const [, second = STRANGER] = GUARDIAN_SEEDS;
    expect(check([...two, by(STRANGER)])).toBe("proof/unknown-guardian");
    expect(check([first, by(second, other)])).toBe("proof/guardian-signature");
    expect(check([first, by(second, decision, filled(32, 1))])).toBe("proof/guardian-signature");
    expect(check([first, { guardian: publicKeyOf(second), signature: first.signature }])).toBe(
      "proof/guardian-signature",
    );
    for (const field of [
      { governance: filled(32, 3) },
      { until: decision.until + 1n },
      { actions: [PAUSE, THAW] },
    ] satisfies readonly Partial<Decision>[])
      expect(check(two, { ...decision, ...field })).toBe("proof/guardian-signature");
  });

  it("of two sets must reach both thresholds, and may be of either", () => {
    const seeds = [filled(32, 20), filled(32, 21)];
    const others = { keys: seeds.map(publicKeyOf), threshold: 2, freezer: filled(32, 1) };
    const theirs = seeds.map((seed) => by(seed));
    const sets = [guardians, others];
    expect(check([...two, ...theirs], decision, sets)).toBe("accepted");
    expect(check([...two, ...theirs.slice(1)], decision, sets)).toBe("proof/guardian-threshold");
    expect(check([...all, ...theirs.slice(1)], decision, sets)).toBe("proof/guardian-threshold");
    expect(check([...all.slice(1, 2), ...theirs], decision, sets)).toBe("proof/guardian-threshold");
  });

  it("merge to one a guardian", () => {
    expect(mergeSignatures([...two, ...all.toReversed()])).toHaveLength(3);
    expect(check(mergeSignatures([...two, ...two]))).toBe("accepted");
  });

  it("don't survive any changed bit of decision or signature", () => {
    const encoded = encode(signedDecision, sign(decision));
    fc.assert(
      fc.property(fc.nat(8 * encoded.length - 1), (bit) => {
        const changed = encoded.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const code = outcome(() => {
          const { decision: what, warrant } = decode(signedDecision, changed);
          verifyDecision([guardians], EXAMPLE_ID, what, warrant.type === "signatures" ? warrant.value : []);
        });
        expect(code).toMatch(/^(proof|decode)\//);
      }),
    );
  });
});
