/** What all parties to the repair of a lost share have shown each other (PROTOCOL 7a). */
import { utf8 } from "@pdiem/light-client/bytes";
import { type Decoded, encode, fixedBytes, struct, u8, vector } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { type Holders, MAX_SLOTS } from "../config/holders.js";
import { RefusedError } from "../error.js";
import { grant, platformId } from "./grant.js";
import { hashedParty, hashParty, party } from "./transcript.js";

/** A party's challenge is the one that it drew itself; its evidence answers the hash of all. */
const helper = struct({ slot: u8, platform: platformId, party });
const hashedHelper = struct({ slot: u8, platform: platformId, party: hashedParty });

const subject = { custodyKey: fixedBytes(32), grant };

/** All parties to a repair; `repairHash` gives what guardians decide. */
export const repairSides = struct({
  ...subject,
  receiver: party,
  /** Holders of other slots than the lost one: as many as sign, by rising slots. */
  helpers: vector(helper, MAX_SLOTS),
});
export type RepairSides = Decoded<typeof repairSides>;
export type RepairHelper = RepairSides["helpers"][number];

const hashedTranscript = struct({
  bridgeId: fixedBytes(32),
  ...subject,
  receiver: hashedParty,
  helpers: vector(hashedHelper, MAX_SLOTS),
});
const TAG = utf8("pdiem/repair-transcript/v1");

/** Computes the transcript's hash, 32 bytes: evidence stands in it by its SHA-256. */
export const repairHash = (bridgeId: Uint8Array, { receiver, helpers, ...rest }: RepairSides): Uint8Array =>
  blake2b256(
    TAG,
    encode(hashedTranscript, {
      ...rest,
      bridgeId,
      receiver: hashParty(receiver),
      helpers: helpers.map((one) => ({ ...one, party: hashParty(one.party) })),
    }),
  );

const CHALLENGES = utf8("pdiem/repair-challenges/v1");
const challenges = vector(fixedBytes(32), MAX_SLOTS + 1);

/**
 * Computes what all evidence answers, 32 bytes.
 * @param drawn by the receiver, then by each helper
 */
export const repairChallenge = (drawn: readonly Uint8Array[]): Uint8Array =>
  blake2b256(CHALLENGES, encode(challenges, drawn));

/** Computes the same of a transcript. */
export const challengeOf = ({ receiver, helpers }: Pick<RepairSides, "receiver" | "helpers">): Uint8Array =>
  repairChallenge([receiver.challenge, ...helpers.map(({ party: { challenge } }) => challenge)]);

/**
 * Checks that as many distinct slots help as sign, and that none of them is the lost one.
 * @throws RefusedError `refused/repair-helpers`
 */
export const checkHelpers = (
  { threshold, slots }: Pick<Holders, "threshold" | "slots">,
  { grant: { slot: lost }, helpers }: Pick<RepairSides, "grant" | "helpers">,
): void => {
  const isRising = helpers.every(({ slot }, i) => slot > (helpers[i - 1]?.slot ?? 0) && slot <= slots.length);
  if (helpers.length === threshold && isRising && helpers.every(({ slot }) => slot !== lost)) return;
  throw new RefusedError(
    "refused/repair-helpers",
    `expected ${threshold} helpers of rising slots from 1 to ${slots.length} without ${lost}, got ${helpers.map(({ slot }) => slot).join(", ")}`,
  );
};
