import { PdiemError } from "@pdiem/light-client/error";
import { describe, expect, it } from "vitest";
import { tooFew } from "./too-few.js";

const away = new PdiemError("enclave/unreachable", "nobody there", "backoff");
const early = new PdiemError("refused/too-early", "wait", "later");
const paused = new PdiemError("refused/paused", "paused", "later");

describe("too few that sign", () => {
  it("are told by slots, for another try", () => {
    expect(
      tooFew(
        2,
        3,
        new Map([
          [3, away],
          [1, away],
        ]),
      ),
    ).toMatchObject({
      code: "holders/too-few",
      retry: "backoff",
      message:
        "expected 2 of 3 holders to sign: slot 1: enclave/unreachable: nobody there; slot 3: enclave/unreachable: nobody there",
    });
  });

  it("are no matter of holders where all that answer refuse it alike", () => {
    expect(
      tooFew(
        2,
        3,
        new Map([
          [1, early],
          [2, early],
        ]),
      ),
    ).toMatchObject({ code: "refused/too-early", retry: "later" });
    expect(
      tooFew(
        2,
        3,
        new Map([
          [1, early],
          [2, away],
        ]),
      ),
    ).toMatchObject({ code: "refused/too-early" });
    expect(
      tooFew(
        2,
        3,
        new Map([
          [1, early],
          [2, paused],
        ]),
      ),
    ).toMatchObject({ code: "holders/too-few" });
  });
});
