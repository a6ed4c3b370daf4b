import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/codec";
import { type ChainProfile, chainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { ASSET_HUB, STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { as, type Json, text } from "./json.js";

/** Profiles that go by their name alone. */
export const SHIPPED_PROFILES: readonly ChainProfile[] = [STATEMINE_900, ASSET_HUB];

/** The shipped profile of that name. */
export const shippedProfile = (name: string): ChainProfile | undefined =>
  SHIPPED_PROFILES.find((profile) => profile.name === name);

const MAX_TEXT = 65_536;

/** A shipped profile's name, or `0x`-hex of its encoding for any other, whatever it is called. */
export const formatProfile = (profile: ChainProfile): string => {
  const encoded = encode(chainProfile, profile);
  const shipped = shippedProfile(profile.name);
  return shipped !== undefined && equal(encode(chainProfile, shipped), encoded) ? profile.name : `0x${toHex(encoded)}`;
};

/** As `formatProfile` writes it. */
export const profileJson: Json<ChainProfile> = as(
  text(MAX_TEXT, /^[0-9A-Za-z-]+$/),
  (given) => shippedProfile(given) ?? decode(chainProfile, fromHex(given)),
  formatProfile,
);
