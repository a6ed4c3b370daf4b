import type { SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { filled } from "@pdiem/bridge/testing/config";
import { describe, expect, it } from "vitest";
import { asManyAs } from "./as-many-as.js";
import { keptByMany } from "./checkpoint-watch.js";

const at = (time: bigint): SignedCheckpoint => ({
  checkpoint: {
    diem: { epoch: 1n, hash: filled(32, 1) },
    relay: { setId: 1n, hash: filled(32, 2) },
    time,
    nonces: undefined,
    specVersions: [900],
    signers: [],
  },
  signatures: [],
});

describe("what as many as sign go by", () => {
  it("is the oldest that so many have passed: one that lags, or is ahead, changes nothing", () => {
    expect(keptByMany(2, [at(3n), at(1n), at(2n)])).toEqual(at(2n));
    expect(keptByMany(2, [at(9n), "none", at(2n)])).toEqual(at(2n));
    expect(keptByMany(2, ["none", at(2n), undefined])).toBe("none");
    expect(keptByMany(2, [at(2n), undefined, undefined])).toBeUndefined();
    expect(keptByMany(1, [at(2n)])).toEqual(at(2n));
  });

  it("is waited for until so many have it, or too few are left", async () => {
    const never = new Promise<void>(() => undefined);
    const away = (): Promise<void> => Promise.reject(new Error("away"));
    await asManyAs(2, [Promise.resolve(), never, Promise.resolve()]);
    await asManyAs(1, [away(), Promise.resolve()]);
    await expect(asManyAs(2, [away(), never, away()])).rejects.toThrow("away");
  });
});
