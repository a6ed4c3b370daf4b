import { RefusedError } from "@pdiem/bridge/error";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { expect, it } from "vitest";
import { expectOwnPayments } from "./own-payments.js";

const settlingWith = (...codes: readonly string[]): string =>
  outcome(() =>
    expectOwnPayments({ refused: { fold: codes.map((code) => ({ item: 1, error: new RefusedError(code, "no") })) } }),
  );

it("ends where custody has paid somebody whom nobody owes, or more than is owed", () => {
  for (const code of ["refused/unknown-payment", "refused/owed"]) expect(settlingWith(code)).toBe(code);
});

it("goes on where releases can't be folded yet", () => {
  expect(settlingWith()).toBe("accepted");
  expect(settlingWith("refused/diem-behind", "proof/not-shown")).toBe("accepted");
});
