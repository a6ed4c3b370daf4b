/**
 * Decides which signatures count as votes.
 *
 * The network decides finality with ed25519-zebra, that is by ZIP 215. It is cofactored, and takes
 * points that the stricter rules of RFC 8032 refuse. A light client with stricter rules could be
 * stopped for ever by one authority. It signs so that only the network counts its vote. The one
 * justification that nodes keep of a set change then falls short here.
 *
 * Only a key's owner can make what ZIP 215 takes beyond the strict rules. For a registered key of
 * small order anybody can. No honest authority's vote can be forged or changed. Source:
 * sp_core::ed25519; https://zips.z.cash/zip-0215.
 */
import { createWriter } from "../../codec/writer.js";
import type { Vote } from "./justification.js";

/** Kind 1 of a GRANDPA message. Prevotes (0) and proposals (2) finalize nothing. */
const PRECOMMIT = 1;

/** Tells what an authority signs to precommit to a block. */
export const voteMessage = (vote: Vote, round: bigint, setId: bigint): Uint8Array => {
  const writer = createWriter(53);
  writer.u8(PRECOMMIT);
  writer.bytes(vote.targetHash);
  writer.u32(vote.targetNumber);
  writer.u64(round);
  writer.u64(setId);
  return writer.finish();
};
