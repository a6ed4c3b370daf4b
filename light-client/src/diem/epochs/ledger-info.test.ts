import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { hashOfText, ledgerInfoAt } from "../testing/ledger.js";
import { epochStateOf, signLedgerInfo, validators } from "../testing/validators.js";
import { epochState } from "./epoch-state.js";
import { type LedgerInfoWithSignatures, ledgerInfoWithSignatures, nextBlockEpoch } from "./ledger-info.js";

const set = validators(4);
const info = ledgerInfoAt(5, hashOfText("root"), 1n, epochStateOf(2n, set));
const signed = signLedgerInfo(info, set);
const encoded = encode(ledgerInfoWithSignatures, signed).slice();
const decoding = (value: LedgerInfoWithSignatures) =>
  outcome(() => decode(ledgerInfoWithSignatures, encode(ledgerInfoWithSignatures, value)));

describe("a signed ledger info", () => {
  test("decodes to what was encoded", () => {
    expect(decode(ledgerInfoWithSignatures, encoded)).toEqual(signed);
    expect([nextBlockEpoch(info), nextBlockEpoch(ledgerInfoAt(5, hashOfText("root")))]).toEqual([2n, 1n]);
  });

  test("doesn't decode with a validator's key that is no point, or of small order", () => {
    const withKey = (publicKey: Uint8Array) => {
      const [[address, consensus] = []] = epochStateOf(2n, set).verifier.validators;
      if (address === undefined || consensus === undefined) throw new RangeError("expected a validator");
      const verifier = {
        ...epochStateOf(2n, set).verifier,
        validators: [[address, { ...consensus, publicKey }]] as const,
      };
      return outcome(() => decode(epochState, encode(epochState, { epoch: 2n, verifier })));
    };
    const one = Uint8Array.of(1, ...new Uint8Array(31));
    const noPoint = Uint8Array.of(2, ...new Uint8Array(31));
    expect([withKey(one), withKey(noPoint)]).toEqual(["decode/public-key", "decode/public-key"]);
    expect(withKey(set[0]?.publicKey ?? one)).toBe("accepted");
  });

  test("doesn't decode with more validators than Diem admits: none of their keys is looked at", () => {
    // Epoch 2, and a count of 257: no key follows.
    const encodedSet = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x81, 0x02, ...new Uint8Array(257));
    expect(outcome(() => decode(epochState, encodedSet))).toBe("decode/length");
  });

  test("doesn't decode with a signature whose S isn't below the group's order", () => {
    const [[author, signature] = []] = signed.signatures;
    if (author === undefined || signature === undefined) throw new RangeError("expected a signature");
    const high = signature.slice().fill(0xff, 32);
    expect(decoding({ ...signed, signatures: [[author, high]] })).toBe("decode/signature");
    expect(decoding({ ...signed, signatures: [[author, signature]] })).toBe("accepted");
  });

  test("cut short anywhere, or followed by anything, doesn't decode", () => {
    for (let length = 0; length < encoded.length; length++)
      expect(outcome(() => decode(ledgerInfoWithSignatures, encoded.subarray(0, length)))).toMatch(/^decode\//);
    expect(outcome(() => decode(ledgerInfoWithSignatures, Uint8Array.of(...encoded, 0)))).toBe("decode/trailing");
  });

  test("never makes the decoder fail in another way, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(encoded.length), (garbage, at) => {
        const spliced = Uint8Array.of(...encoded.subarray(0, at), ...garbage);
        expect(outcome(() => decode(ledgerInfoWithSignatures, spliced))).toMatch(/^(decode\/|accepted)/);
      }),
    );
  });
});
