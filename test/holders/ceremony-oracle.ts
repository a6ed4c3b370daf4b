/** What must hold of a ceremony, whoever carries what its processes say (PROTOCOL 7a). */
import { ed25519 } from "@noble/curves/ed25519.js";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import { type Part, rollOf } from "@pdiem/bridge/holders/roll";
import { openFrom } from "@pdiem/enclave/ceremony/box";
import type { HandoverEnd } from "@pdiem/enclave/handover/handover-end";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { demand, violated } from "../model/violation.js";
import { type ParticipantProcess, sealedShare } from "./participant-process.js";

const { Point } = ed25519;

/** What a process of an honest slot has done. */
interface Done {
  part: Part | undefined;
  roll: readonly Part[] | undefined;
  made: PublicPackage | undefined;
}

export interface CeremonyOracle {
  readonly began: (process: ParticipantProcess, part: Part) => void;
  /** It has forgotten its part. */
  readonly ended: (process: ParticipantProcess) => void;
  readonly answeredRoll: (process: ParticipantProcess, parts: readonly Part[]) => void;
  /** @param ends all that the adversary has */
  readonly gaveBox: (process: ParticipantProcess, to: number, box: Uint8Array, ends: readonly HandoverEnd[]) => void;
  readonly finished: (process: ParticipantProcess, made: PublicPackage) => void;
  /** Its process takes receipts, or signs genesis. */
  readonly relied: (process: ParticipantProcess) => void;
  readonly rollOf: (process: ParticipantProcess) => readonly Part[] | undefined;
  readonly madeOf: (process: ParticipantProcess) => PublicPackage | undefined;
}

/** @param honest slots that aren't the adversary's */
export const createCeremonyOracle = (config: BridgeConfig, honest: readonly number[]): CeremonyOracle => {
  const all: { readonly process: ParticipantProcess; readonly done: Done }[] = [];
  const beginAnew = (process: ParticipantProcess): Done => {
    const done: Done = { part: undefined, roll: undefined, made: undefined };
    all.push({ process, done });
    return done;
  };
  const doneBy = (process: ParticipantProcess): Done =>
    all.findLast((one) => one.process === process)?.done ?? beginAnew(process);
  const hashOf = (parts: readonly Part[]): string => toHex(rollOf(bridgeId(config), parts));

  /** The process of an honest slot that a roll names, if there is one. */
  const named = (parts: readonly Part[], slot: number): Done | undefined =>
    all.find(
      ({ process, done: { part } }) =>
        process.slot === slot &&
        part !== undefined &&
        equal(part.handoverKey, parts[slot - 1]?.handoverKey ?? new Uint8Array()),
    )?.done;

  const began = (process: ParticipantProcess, part: Part): void => {
    const done = doneBy(process);
    demand(done.part === undefined || equal(done.part.handoverKey, part.handoverKey), () => "a process has two parts");
    done.part = part;
  };

  const answeredRoll = (process: ParticipantProcess, parts: readonly Part[]): void => {
    const done = doneBy(process);
    const hash = hashOf(parts);
    demand(done.roll === undefined || hashOf(done.roll) === hash, () => `slot ${process.slot} answered for two rolls`);
    demand(
      named(parts, process.slot) === done &&
        equal(parts[process.slot - 1]?.proof ?? new Uint8Array(), done.part?.proof ?? new Uint8Array()),
      () => `slot ${process.slot} answered for a roll without its part`,
    );
    const keys = new Set(parts.map(({ handoverKey }) => toHex(handoverKey)));
    demand(keys.size === parts.length, () => `slot ${process.slot} answered for a roll with one hand-over key twice`);
    const threshold = config.holders?.threshold;
    demand(
      parts.every(({ commitments }) => commitments.length === threshold),
      () => `slot ${process.slot} answered for a part with commitments of another number`,
    );
    done.roll = parts;
  };

  const gaveBox: CeremonyOracle["gaveBox"] = (process, to, box, ends) => {
    const parts = doneBy(process).roll;
    if (parts === undefined) violated(`slot ${process.slot} gave without a roll`);
    for (const slot of honest) {
      const roll = named(parts, slot)?.roll;
      demand(
        roll !== undefined && hashOf(roll) === hashOf(parts),
        () => `slot ${process.slot} gave where slot ${slot} hadn't answered for the roll`,
      );
    }
    if (!honest.includes(to)) return;
    const roll = { hash: rollOf(bridgeId(config), parts), parts };
    for (const end of ends)
      for (const slot of parts.keys()) {
        try {
          openFrom({ end, slot: slot + 1, roll }, process.slot, box);
        } catch (error) {
          if (!isPdiemError(error)) throw error;
          continue;
        }
        violated(`the adversary opened slot ${process.slot}'s box for slot ${to}`);
      }
  };

  const finished = (process: ParticipantProcess, made: PublicPackage): void => {
    const done = doneBy(process);
    const { roll = [] } = done;
    const { slot } = process;
    const sum = roll.reduce(
      (so, { commitments: [first] }) => so.add(Point.fromBytes(first ?? new Uint8Array())),
      Point.ZERO,
    );
    demand(
      !sum.is0() && equal(sum.toBytes(), made.groupKey),
      () => `slot ${slot} made another key than the roll gives`,
    );
    demand(toHex(made.roll) === hashOf(roll), () => `slot ${slot} made a key of another roll`);
    const kept = sealedShare(process);
    const share = kept === undefined ? 0n : Point.Fn.fromBytes(kept);
    demand(
      share !== 0n &&
        equal(Point.BASE.multiply(share).toBytes(), made.slots[slot - 1]?.verifyingShare ?? new Uint8Array()),
      () => `slot ${slot} sealed a share that its verifying share doesn't verify`,
    );
    for (const {
      done: { roll: theirs, made: other },
    } of all)
      demand(
        other === undefined ||
          theirs === undefined ||
          hashOf(theirs) !== hashOf(roll) ||
          equal(publicPackageHash(other), publicPackageHash(made)),
        () => `slot ${slot} and another made two public packages of one roll`,
      );
    done.made = made;
  };

  const relied = (process: ParticipantProcess): void => {
    const { made, roll } = doneBy(process);
    if (made === undefined || roll === undefined)
      violated(`slot ${process.slot} relies on a key that this process didn't make`);
    for (const slot of honest) {
      const theirs = named(roll, slot)?.made;
      demand(
        theirs !== undefined && equal(publicPackageHash(theirs), publicPackageHash(made)),
        () => `slot ${process.slot} relies on a key that slot ${slot} doesn't hold`,
      );
    }
  };

  return {
    ...{ began, answeredRoll, gaveBox, finished, relied },
    ended: beginAnew,
    rollOf: (process) => doneBy(process).roll,
    madeOf: (process) => doneBy(process).made,
  };
};
