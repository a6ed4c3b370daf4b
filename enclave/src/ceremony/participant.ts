/** A process that takes part in the making of a key, step by step (PROTOCOL 7a). */
import { RefusedError } from "@pdiem/bridge/error";
import { type Part, parts as partsCodec, rollOf } from "@pdiem/bridge/holders/roll";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { Enrolled, Participant } from "../state/enclave-state.js";

const demand = (holds: boolean, code: string, message: string): void => {
  if (!holds) throw new RefusedError(`refused/ceremony-${code}`, message);
};

const checkParts = ({ holders, slot, part: own }: Participant, parts: readonly Part[]): void => {
  const { length } = holders.slots;
  demand(parts.length === length, "parts", `expected the parts of ${length} slots, got ${parts.length}`);
  for (const [i, { commitments }] of parts.entries())
    demand(
      commitments.length === holders.threshold,
      "parts",
      `expected ${holders.threshold} commitments of slot ${i + 1}, got ${commitments.length}`,
    );
  demand(
    new Set(parts.map(({ handoverKey }) => toHex(handoverKey))).size === length,
    "parts",
    "expected every slot to have a hand-over key of its own",
  );
  const mine = parts.slice(slot - 1, slot);
  demand(
    equal(encode(partsCodec, mine), encode(partsCodec, [own])),
    "parts",
    `expected slot ${slot}'s part as this process made it: a restart makes another, begin anew`,
  );
};

/**
 * Has a participant answer for a roll: for one alone, so that all who do have seen the same parts.
 * @throws RefusedError `refused/ceremony-parts`, `refused/ceremony-other-roll`
 */
export const enrol = (participant: Participant, parts: readonly Part[]): Enrolled => {
  checkParts(participant, parts);
  const hash = rollOf(participant.bridgeId, parts);
  const { roll = { hash, parts } } = participant;
  demand(
    equal(roll.hash, hash),
    "other-roll",
    "expected the roll that this process has answered for: it answers for one only, begin anew",
  );
  return { ...participant, roll };
};

/** Narrows to one that has. @throws RefusedError `refused/ceremony-no-roll` */
export const enrolled = (participant: Participant): Enrolled => {
  const { roll } = participant;
  if (roll === undefined)
    throw new RefusedError("refused/ceremony-no-roll", "expected to be shown all slots' parts first", "later");
  return { ...participant, roll };
};
