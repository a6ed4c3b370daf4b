import { fromHex } from "@pdiem/light-client/bytes";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeAccountIdentifier } from "./account-identifier.js";
import { formatIntent, parseIntent } from "./intent.js";

const address = fromHex("f72589b71ff4f8d139674a3f7369c69b");
const id = encodeAccountIdentifier("dm", address);
const refusal = (uri: string) => outcome(() => parseIntent("dm", uri));

describe("an intent", () => {
  test("is read with its parameters in any order, or none", () => {
    const none = { address, subaddress: undefined, currency: undefined, amount: undefined };
    expect(parseIntent("dm", `diem://${id}`)).toEqual(none);
    expect(parseIntent("dm", `diem://${id}?am=5&c=XUS`)).toEqual({ ...none, currency: "XUS", amount: 5n });
    expect(parseIntent("dm", `DIEM://${id.toUpperCase()}?c=XUS&am=0`)).toEqual({
      ...none,
      currency: "XUS",
      amount: 0n,
    });
    expect(parseIntent("dm", `diem://${id}?memo=hello&c=XDX`)).toEqual({ ...none, currency: "XDX" });
  });

  test.each([
    "",
    "diem:",
    "diem://",
    `hello://${id}`,
    `diem:/${id}`,
    `diem://${id}/path`,
    `diem://${id}?am=-1`,
    `diem://${id}?am=1.5`,
    `diem://${id}?am=1e3`,
    `diem://${id}?am=`,
    `diem://${id}?am=0x10`,
    `diem://${id}?am=18446744073709551616`,
    `diem://${id}?am=1&am=1`,
    `diem://${id}?c=XUS&c=XDX`,
    `diem://${id}?c=xus`,
    `diem://${id}?c=1US`,
    `diem://${id}?c=`,
    `diem://${id}#fragment`,
  ])("%j isn't one", (uri) => {
    expect(refusal(uri)).toBe("decode/intent");
  });

  test("for an identifier that isn't one, or of another network, is refused", () => {
    expect(refusal(`diem://t${id}`)).toBe("decode/account-identifier");
    expect(outcome(() => parseIntent("tdm", `diem://${id}`))).toBe("decode/account-identifier");
  });

  test("comes back from its text", () => {
    const amounts = fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { nil: undefined });
    const currencies = fc.constantFrom("XUS", "XDX", undefined);
    fc.assert(
      fc.property(amounts, currencies, (amount, currency) => {
        const intent = { address, subaddress: fromHex("0000000000000001"), currency, amount };
        expect(parseIntent("tdm", formatIntent("tdm", intent))).toEqual(intent);
      }),
    );
  });
});
