import { inspect } from "node:util";
import { fromHex } from "@pdiem/light-client/bytes";
import { describe, expect, it } from "vitest";
import { handoverEndOf, makeHandoverEnd } from "./handover-end.js";

describe("an end of hand-overs", () => {
  it("has the public key of RFC 7748, 6.1", () => {
    const key = fromHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    expect(handoverEndOf({ key, challenges: new Uint8Array(32) }).publicKey).toEqual(
      fromHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
    );
  });

  it("is the same made of its own secrets again, its challenges with it", () => {
    const made = makeHandoverEnd();
    const again = made.withSecrets(({ key, challenges }) =>
      handoverEndOf({ key: key.slice(), challenges: challenges.slice() }),
    );
    expect(again.publicKey).toEqual(made.publicKey);
    const subject = new Uint8Array(32);
    expect(again.challenges.isOwn("challenge", subject, made.challenges.make("challenge", subject))).toBe(true);
  });

  it("is another one every time, and shows its secrets in no inspection", () => {
    expect(makeHandoverEnd().publicKey).not.toEqual(makeHandoverEnd().publicKey);
    const end = handoverEndOf({ key: new Uint8Array(32).fill(0xab), challenges: new Uint8Array(32).fill(0xab) });
    for (const text of [JSON.stringify(end), inspect(end, { depth: 10, showHidden: true })])
      expect(text).not.toMatch(/abab|171,\s*171/i);
  });
});
