import { expect, test } from "vitest";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../testing/outcome.js";
import { type ChainProfile, chainProfile } from "./chain-profile.js";
import { ASSET_HUB, STATEMINE_900 } from "./shipped-profiles.js";

test.each([STATEMINE_900, ASSET_HUB])("profile $name is read back from its bytes", (profile) => {
  expect(decode(chainProfile, encode(chainProfile, profile))).toEqual(profile);
});

test("a profile that no extrinsic could be written from is refused", () => {
  const verdict = (changed: Partial<ChainProfile>) =>
    outcome(() => decode(chainProfile, encode(chainProfile, { ...ASSET_HUB, ...changed })));
  expect(verdict({})).toBe("accepted");
  for (const mortalPeriod of [0, 2, 63, 8192]) expect(verdict({ mortalPeriod })).toBe("decode/profile");
  expect(verdict({ name: "" })).toBe("decode/profile");
  expect(verdict({ name: "n".repeat(65) })).toBe("decode/profile");
  expect(verdict({ extensions: [] })).toBe("decode/profile");
  expect(verdict({ extensions: [...ASSET_HUB.extensions, "CheckNonce"] })).toBe("decode/profile");
  expect(verdict({ calls: { ...ASSET_HUB.calls, mint: ASSET_HUB.calls.burn } })).toBe("decode/profile");
});
