/** A pinned profile in JSON: the name of the one that ships, or its encoding. */

import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/codec";
import { DecodeError } from "@pdiem/light-client/error";
import { type PinnedProfile, pinnedProfile } from "@pdiem/light-client/polkadot/extrinsics/pinned-profile";
import { as, type Json, text } from "../json.js";

const MAX_TEXT = 4_096;

/** Profiles that go by a name: the devnet's. */
export const NAMED_PROFILES: ReadonlyMap<string, PinnedProfile> = new Map([["statemine-900", STATEMINE_900]]);

/** Writes a profile's name, or `0x`-hex of its BCS where it has none. */
export const formatProfile = (profile: PinnedProfile): string => {
  const encoded = encode(pinnedProfile, profile);
  for (const [name, named] of NAMED_PROFILES) if (equal(encode(pinnedProfile, named), encoded)) return name;
  return `0x${toHex(encoded)}`;
};

const decodeProfile = (given: string): PinnedProfile => {
  if (!/^0x(?:[0-9a-fA-F]{2})+$/.test(given))
    throw new DecodeError(
      "decode/profile",
      `expected the name of a pinned profile (${[...NAMED_PROFILES.keys()].join(", ")}) or 0x-hex of one, got "${given.slice(0, 40)}". Leave the profile out where the runtime checks a metadata hash`,
    );
  return decode(pinnedProfile, fromHex(given));
};

/** Reads what `formatProfile` writes. */
export const pinnedProfileJson: Json<PinnedProfile> = as(
  text(MAX_TEXT, /^[0-9A-Za-z-]+$/),
  (given) => NAMED_PROFILES.get(given) ?? decodeProfile(given),
  formatProfile,
);
