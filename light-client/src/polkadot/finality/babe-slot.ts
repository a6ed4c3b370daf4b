/**
 * When a relay chain's block was made, by its author's claim of a slot. Source:
 * sp_consensus_babe::digests::PreDigest.
 */
import { equal, utf8 } from "../../bytes.js";
import { type Codec, decode, struct, u8, u32, u64 } from "../../codec/scale.js";
import { ProofError } from "../../error.js";
import type { Header } from "./header.js";

/** Length of a slot on Polkadot, Kusama and their test chains: slots are counted from 1970 on. */
const SLOT_MS = 6_000n;

const ENGINE = utf8("BABE");

/** What the claims of all kinds begin with; those with a VRF go on with its output. */
interface SlotClaim {
  readonly kind: number;
  readonly authorityIndex: number;
  readonly slot: bigint;
}

const slotClaim: Codec<SlotClaim> = struct<SlotClaim>({ kind: u8, authorityIndex: u32, slot: u64 });
const CLAIM_BYTES = 13;

/**
 * Gives the start of the slot that a header claims, ms since 1970. The header being final, a quorum
 * of validators has found the claim in order. So it isn't in the future by their clocks.
 * @throws ProofError `proof/no-slot` where there is none, as in a chain's first block; DecodeError
 * where it is too short
 */
export const slotTime = ({ number, digest }: Header): bigint => {
  const claim = digest.find((item) => item.type === "preRuntime" && equal(item.engine, ENGINE));
  if (claim?.type !== "preRuntime")
    throw new ProofError("proof/no-slot", `expected block ${number} to claim a slot of BABE`);
  return decode(slotClaim, claim.data.subarray(0, CLAIM_BYTES)).slot * SLOT_MS;
};
