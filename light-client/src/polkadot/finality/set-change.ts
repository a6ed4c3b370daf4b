/**
 * Changes of GRANDPA's authority set, as announced in headers. Source:
 * sp_consensus_grandpa::ConsensusLog.
 */
import { type Codec, type Decoded, decode, struct, u32, u64 } from "../../codec/scale.js";
import { DecodeError, ProofError } from "../../error.js";
import { authorityList } from "./authority-set.js";
import { consensusItems } from "./digest.js";
import type { Header } from "./header.js";

const scheduledChange = struct({
  nextAuthorities: authorityList,
  /**
   * Blocks after the one that announces the change: the block at their end is the old set's last.
   */
  delay: u32,
});
export type ScheduledChange = Decoded<typeof scheduledChange>;

/**
 * Like a scheduled change, but in force without the old set's finality: for chains on which that
 * set has failed.
 */
export interface ForcedChange extends ScheduledChange {
  readonly medianLastFinalized: number;
}

export type SetChange =
  | { readonly type: "scheduled"; readonly change: ScheduledChange }
  | { readonly type: "forced"; readonly change: ForcedChange };

type ConsensusLog =
  | SetChange
  | { readonly type: "onDisabled"; readonly authorityIndex: bigint }
  | { readonly type: "pause" | "resume"; readonly delay: number };

/** A log of GRANDPA: the payload of a `FRNK` consensus item. */
export const consensusLog: Codec<ConsensusLog> = {
  write: (writer, log) => {
    switch (log.type) {
      case "scheduled":
        writer.u8(1);
        return scheduledChange.write(writer, log.change);
      case "forced":
        writer.u8(2);
        writer.u32(log.change.medianLastFinalized);
        return scheduledChange.write(writer, log.change);
      case "onDisabled":
        writer.u8(3);
        return writer.u64(log.authorityIndex);
      default:
        writer.u8(log.type === "pause" ? 4 : 5);
        return writer.u32(log.delay);
    }
  },
  read: (reader) => {
    const kind = reader.u8();
    switch (kind) {
      case 1:
        return { type: "scheduled", change: scheduledChange.read(reader) };
      case 2: {
        const medianLastFinalized = reader.u32();
        return { type: "forced", change: { medianLastFinalized, ...scheduledChange.read(reader) } };
      }
      case 3:
        return { type: "onDisabled", authorityIndex: u64.read(reader) };
      case 4:
      case 5:
        return { type: kind === 4 ? "pause" : "resume", delay: reader.u32() };
      default:
        throw new DecodeError("decode/grandpa-log", `expected a GRANDPA log of kind 1 to 5, got ${kind}`);
    }
  },
};

/**
 * Finds the change that a header announces. It may stand among other logs of GRANDPA, which change
 * nothing.
 * @throws DecodeError for a log that can't be read; ProofError `proof/set-changes` for more than
 *   one change, which no runtime makes
 */
export const setChange = (header: Header): SetChange | undefined => {
  const changes = consensusItems(header.digest, "FRNK")
    .map((item) => decode(consensusLog, item))
    .filter((log) => log.type === "scheduled" || log.type === "forced");
  if (changes.length > 1)
    throw new ProofError(
      "proof/set-changes",
      `expected at most one set change in block ${header.number}, got ${changes.length}`,
    );
  return changes[0];
};
