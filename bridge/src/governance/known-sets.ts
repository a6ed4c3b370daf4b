/** The sets whose signatures count as evidence, as requests and files carry them. */
import { type Codec, decode, encode, struct, vector } from "@pdiem/light-client/codec/bcs";
import { type EpochState, epochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import { as, hex, type Json } from "@pdiem/bridge-client/json/json";
import { authoritySet } from "../facts/set-hash.js";
import type { KnownSets } from "./misbehaviour.js";

/** Of each chain. Evidence needs two at most. */
const MAX_SETS = 8;
/** Eight authority sets of a thousand take 320 kB. */
const MAX_SET_BYTES = 1024 * 1024;

export const knownSetsCodec: Codec<KnownSets> = struct<KnownSets>({
  diem: vector<EpochState>(epochState, MAX_SETS),
  relay: vector(authoritySet, MAX_SETS),
});

/** `0x`-hex of their BCS. */
export const knownSetsJson: Json<KnownSets> = as(
  hex(MAX_SET_BYTES),
  (bytes) => decode(knownSetsCodec, bytes),
  (value) => encode(knownSetsCodec, value),
);
