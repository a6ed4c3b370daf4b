/** What a bridge's configuration says of the runtime of a local Asset Hub. */
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { pinnedProfile } from "@pdiem/light-client/polkadot/extrinsics/pinned-profile";
import type { AssetHub } from "../asset-hub/asset-hub.js";
import type { HubRuntime } from "../asset-hub/hub-runtime.js";
import { hasMetadataHash, profileOf } from "../asset-hub/runtime-profile.js";

/** What is configured of the parachain's runtime. */
export interface ParachainJson {
  readonly assetsPallet: string;
  readonly specVersion: number;
  readonly mortalPeriod: number;
  readonly maxConsumers: number;
  /** Name or hex of the profile that encodes calls at that spec version. */
  readonly profile?: string | undefined;
}

export const STATEMINE_900: ParachainJson = {
  assetsPallet: "Assets",
  specVersion: 900,
  mortalPeriod: 64,
  maxConsumers: 15,
  profile: "statemine-900",
};

/** The fewest that any runtime seen allows. */
const MAX_CONSUMERS = 14;

const readRuntime = async (runtime: HubRuntime, wsUrl: string): Promise<ParachainJson> => {
  const { specVersion } = runtime;
  if (specVersion === STATEMINE_900.specVersion) return STATEMINE_900;
  const { assetsPallet, mortalPeriod } = STATEMINE_900;
  const profile = await profileOf(wsUrl, assetsPallet);
  const isProven = await hasMetadataHash(runtime, profile);
  return {
    assetsPallet,
    specVersion,
    mortalPeriod,
    maxConsumers: MAX_CONSUMERS,
    profile: isProven ? undefined : `0x${toHex(encode(pinnedProfile, profile))}`,
  };
};

const known = new WeakMap<HubRuntime, Promise<ParachainJson>>();

/**
 * Tells what is to be configured for the runtime that a chain starts with. Where that checks no
 * metadata hash, a profile is pinned, made of its own metadata.
 * @throws DecodeError `decode/runtime-profile`
 */
export const parachainJson = ({ runtime, wsUrl }: Pick<AssetHub, "runtime" | "wsUrl">): Promise<ParachainJson> => {
  const found = known.get(runtime) ?? readRuntime(runtime, wsUrl);
  known.set(runtime, found);
  return found;
};
