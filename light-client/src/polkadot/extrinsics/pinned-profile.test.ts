import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { expect, test } from "vitest";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { PINNED_EXTENSIONS, type PinnedProfile, pinnedProfile } from "./pinned-profile.js";

const all: PinnedProfile = { ...STATEMINE_900, extensions: PINNED_EXTENSIONS };

test.each([["statemine 900", STATEMINE_900] as const, ["one of all extensions", all] as const])(
  "%s is read back from its bytes",
  (_, profile) => {
    expect(decode(pinnedProfile, encode(pinnedProfile, profile))).toEqual(profile);
  },
);

test("a profile that no extrinsic could be written from is refused", () => {
  const verdict = (changed: Partial<PinnedProfile>) =>
    outcome(() => decode(pinnedProfile, encode(pinnedProfile, { ...STATEMINE_900, ...changed })));
  expect(verdict({})).toBe("accepted");
  expect(verdict({ extensions: [] })).toBe("decode/profile");
  expect(verdict({ extensions: [...STATEMINE_900.extensions, "CheckNonce"] })).toBe("decode/profile");
  for (const needed of ["CheckSpecVersion", "CheckTxVersion", "CheckGenesis", "CheckMortality", "CheckNonce"])
    expect(verdict({ extensions: all.extensions.filter((one) => one !== needed) })).toBe("decode/profile");
  expect(verdict({ calls: { ...STATEMINE_900.calls, mint: STATEMINE_900.calls.burn } })).toBe("decode/profile");
});

test("an unknown extension is refused", () => {
  const written = encode(pinnedProfile, STATEMINE_900);
  written[4 + 4 + 1] = PINNED_EXTENSIONS.length;
  expect(outcome(() => decode(pinnedProfile, written))).toBe("decode/profile");
});
