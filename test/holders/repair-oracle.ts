/** What must hold of all that honest holders give in hand-overs and repairs (PROTOCOL 7a). */
import { type Grant, grant as grantCodec } from "@pdiem/bridge/handover/grant";
import { challengeOf, type RepairSides } from "@pdiem/bridge/handover/repair";
import type { Party } from "@pdiem/bridge/handover/transcript";
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import { frost } from "@pdiem/enclave/signer/frost";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { areOfSplit } from "@pdiem/light-client/crypto/frost-repair";
import { demand, violated } from "../model/violation.js";
import { type ParticipantProcess, sealedShare } from "./participant-process.js";
import type { SharedKey } from "./shared-key.js";

/** One that guardians may decide. */
export interface Proposed {
  /** The transcript's hash, and how the governance state names it. */
  readonly hash: Uint8Array;
  readonly name: Uint8Array;
  readonly grant: Grant;
  /** What guardians decide of it, which may be another grant. */
  readonly decided: Grant | undefined;
  readonly receiver: Party;
  /** Whoever gives: a hand-over's giver alone. */
  readonly helpers: RepairSides["helpers"];
  readonly isRepair: boolean;
}

export interface RepairOracle {
  /** An honest process has that hand-over key, and holds or awaits that slot's share. */
  readonly knows: (handoverKey: Uint8Array, slot: number, role: "holder" | "receiver") => void;
  /** It has shown evidence that answers this. */
  readonly showed: (evidence: Uint8Array, challenge: Uint8Array) => void;
  readonly drew: (process: ParticipantProcess, hash: Uint8Array, nonce: Uint8Array) => void;
  /** Guardians' word: names in force, and the nonces of the newest checkpoint. */
  readonly vouched: (names: readonly Uint8Array[], nonces: readonly Uint8Array[]) => void;
  /** Something of its share has left it. */
  readonly gave: (process: ParticipantProcess, handoverKey: Uint8Array, about: Proposed) => void;
  readonly split: (slot: number, hash: Uint8Array, points: readonly Uint8Array[]) => void;
  readonly summed: (process: ParticipantProcess, about: Proposed, rows: readonly (readonly Uint8Array[])[]) => void;
  readonly accepted: (process: ParticipantProcess, made: PublicPackage | undefined) => void;
  readonly blamed: (slot: number) => void;
}

/** @param bad slots of the adversary's */
export const createRepairOracle = (key: SharedKey, bad: readonly number[]): RepairOracle => {
  const { holders, publicPackage } = key;
  const known = new Map<string, { readonly slot: number; readonly role: string }>();
  const answered = new Map<string, string>();
  const drawn: { readonly process: ParticipantProcess; readonly hash: string; readonly nonce: string }[] = [];
  const points = new Map<string, string>();
  let inForce: ReadonlySet<string> = new Set();
  let nonces: ReadonlySet<string> = new Set();

  const isHonest = (slot: number): boolean => slot >= 1 && slot <= holders.slots.length && !bad.includes(slot);
  const isProcess = (party: Party, slot: number, role: string, challenge: Uint8Array): boolean => {
    const found = known.get(toHex(party.handoverKey));
    const isOwn = found?.slot === slot && found.role === role;
    return !isHonest(slot) || (isOwn && answered.get(toHex(party.evidence)) === toHex(challenge));
  };

  const gave: RepairOracle["gave"] = ({ slot, ...process }, handoverKey, about) => {
    const { hash, name, grant, decided, receiver, helpers, isRepair } = about;
    const what = `slot ${slot} gave in ${isRepair ? "a repair" : "a hand-over"} of slot ${grant.slot}'s share`;
    const isDecided = decided !== undefined && equal(encode(grantCodec, decided), encode(grantCodec, grant));
    demand(isDecided && inForce.has(toHex(name)), () => `${what} that isn't in force`);
    demand(
      drawn.some((one) => one.process.ask === process.ask && one.hash === toHex(hash) && nonces.has(one.nonce)),
      () => `${what} without a nonce of its own in the checkpoint`,
    );
    const challenge = isRepair ? challengeOf({ receiver, helpers }) : receiver.challenge;
    demand(isProcess(receiver, grant.slot, "receiver", challenge), () => `${what} to a stranger`);
    const slots = helpers.map((one) => one.slot);
    demand(
      helpers.some((one) => one.slot === slot && equal(one.party.handoverKey, handoverKey)),
      () => `${what} that it isn't in`,
    );
    if (!isRepair) return demand(grant.slot === slot, () => `${what}, which it doesn't hold`);
    demand(
      slots.length === holders.threshold &&
        slots.every((one, i) => one > (slots[i - 1] ?? 0) && one <= holders.slots.length && one !== grant.slot),
      () => `${what} with slots ${slots.join(", ")}`,
    );
    // Its own evidence it needn't look at: the other helpers do.
    for (const one of helpers.filter((helper) => helper.slot !== slot))
      demand(isProcess(one.party, one.slot, "holder", challenge), () => `${what} with a stranger as slot ${one.slot}`);
  };

  const split: RepairOracle["split"] = (slot, hash, given) => {
    const [place, now] = [`${toHex(hash)} ${slot}`, given.map(toHex).join()];
    demand((points.get(place) ?? now) === now, () => `slot ${slot} split in two ways for one transcript`);
    const isNew = ![...points].some(([at, one]) => at !== place && one === now);
    demand(isNew, () => `slot ${slot} split as for another transcript`);
    points.set(place, now);
  };

  const summed: RepairOracle["summed"] = ({ slot }, { hash, grant, helpers }, rows) => {
    for (const [i, helper] of helpers.entries()) {
      const row = rows[i] ?? [];
      const part = { lost: grant.slot, helpers: helpers.map((one) => one.slot), slot: helper.slot };
      const verifyingShare = publicPackage.slots[helper.slot - 1]?.verifyingShare ?? new Uint8Array();
      const isGenuine = isHonest(helper.slot)
        ? points.get(`${toHex(hash)} ${helper.slot}`) === row.map(toHex).join()
        : areOfSplit(frost, part, row, verifyingShare);
      demand(isGenuine, () => `slot ${slot} added up with points that aren't slot ${helper.slot}'s`);
    }
  };

  const accepted: RepairOracle["accepted"] = (process, made) => {
    if (made === undefined) violated(`slot ${process.slot}'s receiver took a whole key`);
    const share = sealedShare(process);
    demand(
      share !== undefined && equal(share, key.shareOf(process.slot)),
      () => `slot ${process.slot}'s receiver sealed another share`,
    );
  };

  return {
    ...{ gave, split, summed, accepted },
    knows: (handoverKey, slot, role) => void known.set(toHex(handoverKey), { slot, role }),
    showed: (evidence, challenge) => void answered.set(toHex(evidence), toHex(challenge)),
    drew: (process, hash, nonce) => void drawn.push({ process, hash: toHex(hash), nonce: toHex(nonce) }),
    vouched: (names, list) => {
      inForce = new Set(names.map(toHex));
      nonces = new Set(list.map(toHex));
    },
    blamed: (slot) => demand(bad.includes(slot), () => `honest slot ${slot} was said to be at fault`),
  };
};
