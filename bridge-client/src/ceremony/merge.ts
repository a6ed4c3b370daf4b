/** One ceremony from the files of several operators. */
import { rollOf } from "@pdiem/bridge/holders/roll";
import { equal } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { type CeremonyRecord, partsIn, type SlotRecord } from "./record.js";

const merged = (slot: number, ours: SlotRecord, theirs: SlotRecord): SlotRecord => {
  if (ours.part !== undefined && theirs.part !== undefined && !equal(ours.part.challenge, theirs.part.challenge))
    throw new PdiemError(
      "ceremony/conflict",
      `expected files of one ceremony, they have two parts of slot ${slot}: leave out those from before its process was restarted`,
    );
  return { ...theirs, ...ours };
};

const checkPackage = ({ bridgeId, slots }: CeremonyRecord, parts: ReturnType<typeof partsIn>): void => {
  if (parts === undefined) return;
  const roll = rollOf(bridgeId, parts);
  for (const [i, { holder }] of slots.entries())
    if (holder !== undefined && !equal(holder.publicPackage.roll, roll))
      throw new PdiemError("ceremony/conflict", `slot ${i + 1} holds a share that another ceremony made`);
};

/**
 * Puts together what several files have of one ceremony. What the first has of a slot counts.
 * @throws PdiemError `ceremony/other-bridge`; `ceremony/conflict`, which names the slot
 */
export const mergeRecords = (first: CeremonyRecord, others: readonly CeremonyRecord[]): CeremonyRecord => {
  for (const { bridgeId, slots } of others)
    if (!equal(first.bridgeId, bridgeId) || first.slots.length !== slots.length)
      throw new PdiemError("ceremony/other-bridge", "expected files of one bridge's ceremony");
  const slots = first.slots.map((own, i) =>
    others.reduce((ours, theirs) => merged(i + 1, ours, theirs.slots[i] ?? {}), own),
  );
  const together = { ...first, slots };
  checkPackage(together, partsIn(together));
  return together;
};
