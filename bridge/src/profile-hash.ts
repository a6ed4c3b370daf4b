import { utf8 } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { type ChainProfile, chainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";

const TAG = utf8("pdiem/profile/v1");

/** 32 bytes that name a chain profile by its content. */
export const profileHash = (profile: ChainProfile): Uint8Array => blake2b256(TAG, encode(chainProfile, profile));
