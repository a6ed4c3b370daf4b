/** A batch that takes up a chain profile may be encoded with that very profile, which nobody who reads it knows yet. */
import { equal } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { compactU32, encode } from "@pdiem/light-client/codec/scale";
import { isPdiemError } from "@pdiem/light-client/error";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { step as stepCodec } from "@pdiem/bridge/ledger/journal-entry";

/** The last argument of an extrinsic's last call, if it is bytes behind their length. All places where such may begin. */
const trailingBytes = (extrinsic: Uint8Array): readonly Uint8Array[] => {
  const found: Uint8Array[] = [];
  for (let start = 1; start < extrinsic.length; start++) {
    const length = encode(compactU32, extrinsic.length - start);
    if (length.length <= start && equal(extrinsic.subarray(start - length.length, start), length))
      found.push(extrinsic.subarray(start));
  }
  return found;
};

const profilesIn = (data: Uint8Array): readonly ChainProfile[] => {
  try {
    return decode(stepCodec, data).decisions.flatMap(({ decision: { action } }) =>
      action.type === "profile" ? [action.value] : [],
    );
  } catch (error) {
    if (isPdiemError(error)) return [];
    throw error;
  }
};

/**
 * The chain profiles that an extrinsic brings if it ends with a step's remark, whatever its calls are encoded with. Nothing
 * vouches for them: try to read the extrinsic with each.
 */
export const toldProfiles = (extrinsic: Uint8Array): readonly ChainProfile[] =>
  trailingBytes(extrinsic).flatMap(profilesIn);
