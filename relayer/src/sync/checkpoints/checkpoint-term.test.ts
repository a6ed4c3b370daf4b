import { TERM } from "@pdiem/bridge/checkpoint/check-checkpoint";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { describe, expect, it } from "vitest";
import { checkpointTerm, describeTerm, type TermSources } from "./checkpoint-term.js";

const { rootsTime, maxSkew } = exampleConfig;
const DAY = 86_400_000n;
const HOUR = 3_600_000n;

const checkpoint = {
  diem: { epoch: 1n, hash: filled(32, 1) },
  relay: { setId: 1n, hash: filled(32, 2) },
  time: rootsTime + 10n * DAY,
  nonces: undefined,
  specVersions: [900],
  signers: [],
};

const at = (
  kept: ReturnType<TermSources["kept"]>,
  { parachain, diem }: { readonly parachain?: bigint; readonly diem?: bigint },
) => checkpointTerm({ config: exampleConfig, kept: () => kept, parachainTime: () => parachain, diemTime: () => diem });

describe("a checkpoint's term", () => {
  it("isn't known before the enclave and the parachain have been asked", () => {
    expect(at(undefined, { parachain: rootsTime })).toBeUndefined();
    expect(at("none", { diem: rootsTime })).toBeUndefined();
  });

  it("runs from the configuration's roots, or from the checkpoint that the enclave goes by", () => {
    const lapsesAt = rootsTime + TERM - maxSkew;
    expect(at("none", { parachain: rootsTime })).toEqual({
      lapsesAt,
      remaining: Number(TERM - maxSkew),
      state: "running",
    });
    const signed = { checkpoint, signatures: [] };
    expect(at(signed, { parachain: rootsTime })?.lapsesAt).toBe(lapsesAt + 10n * DAY);
  });

  it("is about to end 3 days before, and over by whichever chain's clock is ahead", () => {
    const end = rootsTime + TERM - maxSkew;
    expect(at("none", { parachain: end - 3n * DAY })?.state).toBe("running");
    expect(at("none", { parachain: end - 3n * DAY + 1n })?.state).toBe("soon");
    expect(at("none", { parachain: end })?.state).toBe("soon");
    expect(at("none", { parachain: end - 1n, diem: end + 1n })).toMatchObject({ state: "lapsed", remaining: -1 });
    expect(at("none", { parachain: end + 1n, diem: 0n })?.state).toBe("lapsed");
  });

  it("is told in whole days, hours or minutes", () => {
    const told = (remaining: bigint, state: "running" | "soon" | "lapsed") =>
      describeTerm({ remaining: Number(remaining), state });
    expect(told(10n * DAY - 1n, "running")).toBe("lapses in 9 days");
    expect(told(47n * HOUR, "soon")).toBe("lapses in 47 hours: guardians have to sign another one before");
    expect(told(7_199_999n, "soon")).toContain("lapses in 119 minutes:");
    expect(told(-5n * HOUR, "lapsed")).toBe(
      "lapsed 5 hours ago: nothing is signed until guardians have signed a checkpoint",
    );
  });
});
