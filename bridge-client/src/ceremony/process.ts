/** Whether a slot's process is the one that the ceremony's record tells of. */

import { rollOf } from "@pdiem/bridge/holders/roll";
import type { EnclaveStatus } from "@pdiem/enclave/wire/identity";
import { equal } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { type CeremonyRecord, partsIn, slotIn } from "./record.js";

/**
 * What a slot's process is: one that has shown nothing that counts, takes part, or holds its share.
 */
export type Stage = "new" | "participant" | "holder";

const refuse = (code: string, message: string): never => {
  throw new PdiemError(`ceremony/${code}`, message);
};

/** How to begin anew, once a process has answered for a roll that can't be gone on with. */
export const ANEW =
  "the ceremony begins anew: restart every slot's enclave, those that have sealed a share with an empty data folder, and take a new file";

/**
 * A process that is gone: its part can be made again, unless others have answered for it already.
 */
const gone = ({ slots }: CeremonyRecord, slot: number): Stage =>
  slots.some(({ enrolled }) => enrolled !== undefined)
    ? refuse(
        "restarted",
        `slot ${slot}'s process has forgotten what it showed, by a restart or as it refused what it was given: ${ANEW}`,
      )
    : "new";

type RoleOf<T> = Extract<EnclaveStatus["role"], { readonly type: T }>["value"];

const participantStage = (record: CeremonyRecord, slot: number, now: RoleOf<"participant">): Stage => {
  if (now.slot !== slot)
    refuse("other-slot", `expected slot ${slot}'s enclave, this one takes part as slot ${now.slot}: put them in order`);
  const { part } = slotIn(record, slot);
  if (part === undefined) return "new";
  if (!equal(part.handoverKey, now.handoverKey)) return gone(record, slot);
  const parts = partsIn(record);
  if (now.roll !== undefined && parts !== undefined && !equal(now.roll, rollOf(now.bridgeId, parts)))
    refuse("other-roll", `slot ${slot}'s process has answered for other parts than these, and answers once: ${ANEW}`);
  return "participant";
};

const holderStage = (record: CeremonyRecord, slot: number, { share, bridgeId }: RoleOf<"holder">): Stage => {
  if (share === undefined || share.slot !== slot)
    return refuse(
      "other-slot",
      `expected slot ${slot}'s enclave, this one holds ${share === undefined ? "a whole key" : `slot ${share.slot}'s share`}: put them in order`,
    );
  const parts = partsIn(record);
  if (parts !== undefined && !equal(share.publicPackage.roll, rollOf(bridgeId, parts)))
    refuse("other-key", `slot ${slot}'s enclave holds a share that another ceremony made: ${ANEW}`);
  return "holder";
};

/**
 * Finds how far a slot's process is.
 * @throws PdiemError `ceremony/restarted` where the ceremony has to begin anew;
 * `ceremony/other-slot`, `ceremony/other-bridge`, `ceremony/other-roll`, `ceremony/other-key`,
 * `ceremony/receiver`
 */
export const stageOf = (record: CeremonyRecord, slot: number, { role }: Pick<EnclaveStatus, "role">): Stage => {
  if (role.type === "empty") return slotIn(record, slot).part === undefined ? "new" : gone(record, slot);
  if (!equal(role.value.bridgeId, record.bridgeId))
    refuse("other-bridge", `slot ${slot}'s enclave is another bridge's: all need the very same configuration`);
  if (role.type === "participant") return participantStage(record, slot, role.value);
  if (role.type === "holder") return holderStage(record, slot, role.value);
  return refuse("receiver", `slot ${slot}'s enclave awaits a key of a hand-over: start another one`);
};
