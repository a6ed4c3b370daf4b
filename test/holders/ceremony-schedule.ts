/**
 * Ceremonies whose carrier has k − 1 slots: it tells each process what it likes, repeats what was
 * said before, mixes ceremonies, and restarts processes at every step.
 */
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { batchToSign } from "@pdiem/bridge/custody/signing";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { rollReportData } from "@pdiem/bridge/holders/report-data";
import { type Part, rollOf } from "@pdiem/bridge/holders/roll";
import { messageHash, type NonceCommitments } from "@pdiem/bridge/holders/session";
import { settleGenesis } from "@pdiem/bridge/settlement/genesis";
import { heldBy } from "@pdiem/bridge/testing/holders";
import type { RequestOf, ResponseOf, RouteName } from "@pdiem/enclave/routes";
import { initialSets } from "@pdiem/enclave/state/kept";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { handoverConfig } from "../enclave/handover-actors.js";
import { EARLY, genesisWorld } from "../enclave/held.js";
import { prove } from "../enclave/proofs.js";
import { ENCODING } from "../enclave/requests.js";
import { onceIn, pick, type Random } from "../model/choose.js";
import { demand, violated } from "../model/violation.js";
import { boxOf, evidenceOf, type Member, makePart, type OwnPart } from "./adversary.js";
import { createCeremonyOracle } from "./ceremony-oracle.js";
import { type ParticipantProcess, startProcess } from "./participant-process.js";

const CONFIGS: readonly BridgeConfig[] = [
  heldBy(["a", "b", "c"], 2, handoverConfig),
  heldBy(["a", "b", "c"], 2, handoverConfig),
  heldBy(["a", "b", "c", "d"], 3, handoverConfig),
];

/** A box on its way, as its carrier knows it. */
interface Carried {
  readonly roll: string;
  readonly from: number;
  readonly to: number;
  readonly box: Uint8Array;
}

/** After these a process has no part in a ceremony any more. */
const ENDS: readonly string[] = ["refused/ceremony-box", "refused/ceremony-share", "refused/ceremony-parts"];

/** Once in so many choices, it isn't the right one. */
const ODD = 14;

/** Runs one, and gives how often what came about. @throws Violation */
export const runCeremony = async (random: Random): Promise<ReadonlyMap<string, number>> => {
  const config = pick(random, CONFIGS);
  if (config?.holders === undefined) throw new RangeError("expected a configuration with holders");
  const { threshold, slots: names } = config.holders;
  const slots = names.map((_, i) => i + 1);
  const first = random.below(slots.length);
  const bad = slots.map((_, i) => slots[(first + i) % slots.length] ?? 1).slice(0, threshold - 1);
  const honest = slots.filter((slot) => !bad.includes(slot));
  const oracle = createCeremonyOracle(config, honest);
  const counts = new Map<string, number>();
  const note = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const hashOf = (parts: readonly Part[]): Uint8Array => rollOf(bridgeId(config), parts);

  const running = new Map(honest.map((slot) => [slot, startProcess(config, slot)]));
  const parts: { readonly slot: number; readonly part: Part }[] = [];
  const own: OwnPart[] = [];
  const rolls: (readonly Part[])[] = [];
  const evidence: { readonly slot: number; readonly roll: string; readonly member: Member }[] = [];
  const receipts: { readonly slot: number; readonly roll: string; readonly member: Member }[] = [];
  const carried: Carried[] = [];
  const said: { readonly slot: number; readonly again: (process: ParticipantProcess) => Promise<void> }[] = [];
  let oddity = ODD;
  const odd = (): boolean => oddity > 0 && onceIn(random, oddity);

  /** Another process in a slot's place, on the same machine or another. */
  const restart = (slot: number, isSameMachine: boolean): void => {
    const before = running.get(slot);
    if (before === undefined) return;
    running.set(slot, startProcess(config, slot, isSameMachine ? before.disk : undefined));
    note(isSameMachine ? "restart" : "another machine");
  };

  const disturb = async (): Promise<void> => {
    if (!odd()) return;
    const one = pick(random, said);
    if (onceIn(random, 2) || one === undefined) return restart(pick(random, honest) ?? 1, onceIn(random, 2));
    const process = running.get(onceIn(random, 3) ? (pick(random, honest) ?? one.slot) : one.slot);
    note("replay");
    if (process !== undefined) await one.again(process);
  };

  /** Says something to whoever runs in a slot, and remembers it, to say it again. */
  const say = async <R extends RouteName>(
    slot: number,
    route: R,
    request: RequestOf<R>,
    heed: (process: ParticipantProcess, response: ResponseOf<R>) => Promise<void> | void,
  ): Promise<boolean> => {
    const to = async (process: ParticipantProcess): Promise<boolean> => {
      let response: ResponseOf<R>;
      try {
        response = await process.ask(route, request);
      } catch (error) {
        if (!isPdiemError(error)) throw error;
        note(`${route} ${error.code}`);
        checkBlame(error);
        if (route === "ceremonyFinish" && ENDS.includes(error.code)) oracle.ended(process);
        return false;
      }
      note(route);
      await heed(process, response);
      return true;
    };
    await disturb();
    said.push({ slot, again: async (process) => void (await to(process)) });
    const process = running.get(slot);
    return process !== undefined && to(process);
  };

  const checkBlame = ({ code, message }: PdiemError): void => {
    const [, named] = /slot (\d+) is at fault/.exec(message) ?? [];
    if (code === "refused/ceremony-share")
      demand(bad.includes(Number(named)), () => `honest slot ${named} was said to be at fault`);
  };

  const newest = (slot: number): Part | undefined => parts.findLast((one) => one.slot === slot)?.part;
  const partOf = (slot: number): Part | undefined =>
    odd() ? pick(random, odd() ? parts : parts.filter((one) => one.slot === slot))?.part : newest(slot);

  const beginAll = async (): Promise<void> => {
    for (const slot of honest)
      await say(slot, "ceremonyBegin", { config, slot }, (process, { part }) => {
        oracle.began(process, part);
        parts.push({ slot, part });
      });
    for (const slot of bad) {
      const others = honest.flatMap((one) => newest(one) ?? []);
      const made = makePart(random, config, slot, others, oddity === 0);
      own.push(made);
      parts.push({ slot, part: made.part });
    }
  };

  const showRolls = async (): Promise<void> => {
    const whole = slots.flatMap((slot) => partOf(slot) ?? []);
    for (const slot of honest) {
      const shown = odd() ? slots.flatMap((one) => partOf(one) ?? []) : whole;
      rolls.push(shown);
      await say(slot, "ceremonyRoll", { parts: shown }, (process, { attestation: { tee, evidence: bytes } }) => {
        oracle.answeredRoll(process, shown);
        const member: Member = { tee, evidence: bytes, collateral: { kind: "none" } };
        evidence.push({ slot: process.slot, roll: toHex(hashOf(shown)), member });
      });
    }
  };

  const memberOf = async (slot: number, roll: Uint8Array): Promise<readonly Member[]> => {
    const wanted = odd() ? hashOf(pick(random, rolls) ?? []) : roll;
    if (bad.includes(slot)) return [await evidenceOf(config, slot, rollReportData(bridgeId(config), slot, wanted))];
    const right = evidence.findLast((one) => one.slot === slot && one.roll === toHex(wanted));
    const shown = right === undefined || odd() ? pick(random, evidence) : right;
    return shown === undefined ? [] : [shown.member];
  };

  const askForBoxes = async (): Promise<void> => {
    for (const slot of honest) {
      const process = running.get(slot);
      const roll = process === undefined ? undefined : oracle.rollOf(process);
      const hash = hashOf(roll ?? rolls.at(-1) ?? []);
      const members = (await Promise.all(slots.map((one) => memberOf(one, hash)))).flat();
      await say(slot, "ceremonyBoxes", { members, proofs: EARLY }, (asked, { boxes }) => {
        for (const { slot: to, box } of boxes) {
          oracle.gaveBox(
            asked,
            to,
            box,
            own.map(({ end }) => end),
          );
          carried.push({ roll: toHex(hashOf(oracle.rollOf(asked) ?? [])), from: asked.slot, to, box });
        }
      });
    }
  };

  const boxFor = (to: number, from: number, roll: readonly Part[]): readonly Uint8Array[] => {
    const mine =
      own.findLast(({ part, slot }) => slot === from && roll.includes(part)) ??
      own.findLast(({ slot }) => slot === from);
    if (mine !== undefined && roll.length === slots.length && !odd())
      return [boxOf(mine, config, roll, to, oddity === 0 || !onceIn(random, 6))];
    const right = carried.findLast((one) => one.from === from && one.to === to && one.roll === toHex(hashOf(roll)));
    const shown = right === undefined || odd() ? pick(random, carried) : right;
    return shown === undefined ? [] : [shown.box];
  };

  const finishAll = async (): Promise<void> => {
    for (const slot of honest) {
      const process = running.get(slot);
      const roll = (process === undefined ? undefined : oracle.rollOf(process)) ?? [];
      const boxes = slots
        .filter((from) => from !== slot)
        .flatMap((from) => boxFor(slot, from, roll).map((box) => ({ slot: from, box })));
      await say(slot, "ceremonyFinish", { boxes }, (asked, { share }) => {
        if (share === undefined) violated("a ceremony made a whole key");
        if (oracle.madeOf(asked) === undefined) oracle.finished(asked, share.publicPackage);
      });
    }
  };

  const activateAll = async (roll: Uint8Array): Promise<void> => {
    for (const slot of honest) {
      const challenge = odd() ? hashOf(pick(random, rolls) ?? []) : roll;
      await say(slot, "activate", { config, challenge }, (asked, { attestation: { tee, evidence: bytes } }) => {
        receipts.push({
          slot: asked.slot,
          roll: toHex(challenge),
          member: { tee, evidence: bytes, collateral: { kind: "none" } },
        });
      });
    }
  };

  const receiptOf = async (slot: number, process: ParticipantProcess): Promise<readonly Member[]> => {
    const publicPackage = oracle.madeOf(process);
    const roll = publicPackage?.roll ?? new Uint8Array(32);
    if (bad.includes(slot) && publicPackage !== undefined) {
      const handoverKey = oracle.rollOf(process)?.[slot - 1]?.handoverKey ?? new Uint8Array(32);
      const about = { bridgeId: bridgeId(config), custodyKey: publicPackage.groupKey, handoverKey, challenge: roll };
      return [await evidenceOf(config, slot, holderReportData({ ...about, share: { slot, publicPackage } }))];
    }
    const right = receipts.findLast((one) => one.slot === slot && one.roll === toHex(roll));
    const shown = right === undefined || odd() ? pick(random, odd() ? evidence : receipts) : right;
    return shown === undefined ? [] : [shown.member];
  };

  /** Receipts of all, and genesis after them or without them: how many answered. */
  const beginBridge = async (): Promise<number> => {
    const holder = running.get(pick(random, honest) ?? 1);
    const made = holder === undefined ? undefined : oracle.madeOf(holder);
    if (made === undefined) return 0;
    await activateAll(made.roll);
    const { groupKey } = made;
    const proofs = prove(genesisWorld(groupKey), 6);
    let signed = 0;
    for (const slot of honest) {
      const process = running.get(slot);
      if (process === undefined) continue;
      const members = (await Promise.all(slots.map((one) => receiptOf(one, process)))).flat();
      if (!odd()) await say(slot, "ceremonyReceipts", { members, proofs }, (asked) => oracle.relied(asked));
      const given: NonceCommitments[] = [];
      const handles: Uint8Array[] = [];
      await say(slot, "commit", { count: threshold }, (_, { commitments }) => {
        for (const { handle, nonces } of commitments) {
          given.push(nonces);
          handles.push(handle);
        }
      });
      const [handle] = handles;
      if (handle === undefined) continue;
      const signers = [slot, ...slots.filter((one) => one !== slot)].slice(0, threshold).sort((a, b) => a - b);
      // Whose commitments the others' are is nothing that a holder can tell.
      const [mine, ...others] = given;
      const commitments = signers.flatMap((one) => {
        const nonces = one === slot ? mine : others.shift();
        return nonces === undefined ? [] : [{ slot: one, nonces }];
      });
      const { facts } = verifyFacts(config, initialSets(config), proofs);
      const { message } = batchToSign(
        config,
        groupKey,
        ENCODING,
        facts.parachain,
        settleGenesis(config, groupKey, facts),
      );
      const session = { handle, commitments, message: messageHash(message) };
      await say(slot, "genesis", { encoding: ENCODING, proofs, sessions: [session] }, (asked, { share }) => {
        demand(share !== undefined, () => "genesis was signed without a share");
        oracle.relied(asked);
        signed += 1;
      });
    }
    return signed;
  };

  const attempt = async (): Promise<number> => {
    await beginAll();
    await showRolls();
    await askForBoxes();
    await finishAll();
    return beginBridge();
  };

  for (let times = 1 + random.below(2); times > 0; times--) {
    await attempt();
    for (const slot of honest) if (onceIn(random, 2)) restart(slot, onceIn(random, 4));
  }
  if (!onceIn(random, 4)) return counts;
  // Whoever carries can only stop it: where all goes right, on machines of its own, it is made.
  oddity = 0;
  for (const slot of honest) restart(slot, false);
  demand((await attempt()) === honest.length, () => "an undisturbed ceremony made no key");
  note("undisturbed");
  return counts;
};
