import { expect, it } from "vitest";
import { retryAfterMs } from "./http.js";

const DATE = "Wed, 21 Oct 2015 07:28:00 GMT";

it("reads seconds, or a date by the answer's own, a day at most, and nothing else", () => {
  expect(
    [
      ["120", DATE],
      [" 0.5 ", undefined],
      ["0", undefined],
      ["99999999999", undefined],
      ["Wed, 21 Oct 2015 07:28:30 GMT", DATE],
      ["Wed, 21 Oct 2015 07:27:00 GMT", DATE],
      ["-5", DATE],
      ["soon", DATE],
      ["", DATE],
      [undefined, DATE],
      [["1", "2"], DATE],
    ].map(([header, date]) => retryAfterMs(header, date)),
  ).toEqual([
    120_000,
    500,
    0,
    86_400_000,
    30_000,
    0,
    expect.toSatisfy((ms) => ms === undefined || ms === 0),
    ...Array(4).fill(undefined),
  ]);
});
