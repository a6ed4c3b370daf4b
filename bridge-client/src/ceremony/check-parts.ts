/**
 * Whose part makes a ceremony impossible: enclaves refuse all of a roll then, and answer for one
 * only.
 */
import type { Holders } from "@pdiem/bridge/config/holders";
import type { Part } from "@pdiem/bridge/holders/roll";
import { toHex } from "@pdiem/light-client/bytes";
import { blindedFrost } from "@pdiem/light-client/crypto/blinded-frost";
import { PdiemError } from "@pdiem/light-client/error";

// Nothing here is secret.
const frost = blindedFrost((length) => new Uint8Array(length));

const nameOf = (slot: number): string => frost.Identifier.fromNumber(slot);

const packageOf = ({ commitments, proof }: Part, i: number) => ({
  identifier: nameOf(i + 1),
  commitment: [...commitments],
  proofOfKnowledge: proof,
});

/** Finds what is wrong with a part by itself: as another slot of its ceremony would. */
const faultOf = ({ threshold }: Holders, part: Part, i: number): string | undefined => {
  if (part.commitments.length !== threshold) return `expected ${threshold} commitments, got ${part.commitments.length}`;
  const signers = { min: threshold, max: threshold };
  const others = Array.from({ length: threshold }, (_, at) => at + 1).filter((slot) => slot !== i + 1);
  const [own = 0, ...rest] = others.length === threshold ? others.slice(1) : others;
  try {
    const drafted = rest.map((slot) => frost.DKG.round1(nameOf(slot), signers).public);
    frost.DKG.round2(frost.DKG.round1(nameOf(own), signers).secret, [packageOf(part, i), ...drafted]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/**
 * Checks parts before they are shown to anyone.
 * @throws PdiemError `ceremony/part`, which names the slot whose part it is
 */
export const checkParts = (holders: Holders, parts: readonly Part[]): void => {
  const seen = new Map<string, number>();
  for (const [i, part] of parts.entries()) {
    const key = toHex(part.handoverKey);
    const twin = seen.get(key);
    seen.set(key, i + 1);
    const fault = twin === undefined ? faultOf(holders, part, i) : `it has slot ${twin}'s hand-over key`;
    if (fault !== undefined)
      throw new PdiemError("ceremony/part", `slot ${i + 1}'s part can't be of a key: ${fault}. Ask for it again`);
  }
};
