/**
 * Hand-overs and repairs of shares whose carrier has k − 1 slots. It shows each process what it
 * likes, changes and mixes what was said, and restarts processes at every step.
 */
import { nonceListHash } from "@pdiem/bridge/checkpoint/checkpoint";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { holderReportData, receiverReportData } from "@pdiem/bridge/custody/report-data";
import { type Grant, handoverName } from "@pdiem/bridge/handover/grant";
import { type RepairSides, repairChallenge, repairHash } from "@pdiem/bridge/handover/repair";
import { type Party, transcriptHash } from "@pdiem/bridge/handover/transcript";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import { ENCLAVE_SEED } from "@pdiem/bridge/testing/config";
import { QUORUM_SEEDS } from "@pdiem/bridge/testing/guardians";
import { heldBy } from "@pdiem/bridge/testing/holders";
import { sealBox } from "@pdiem/enclave/handover/box";
import { makeHandoverEnd } from "@pdiem/enclave/handover/handover-end";
import { addendsOf, sumAndWipe } from "@pdiem/enclave/repair/arithmetic";
import { channelOf } from "@pdiem/enclave/repair/box";
import type { RequestOf, ResponseOf, RouteName } from "@pdiem/enclave/routes";
import { encodeSealed } from "@pdiem/enclave/sealing/sealed-content";
import { initialKept } from "@pdiem/enclave/state/kept";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { checkpointOn, stepOf, vouchFor } from "../enclave/checkpoint-requests.js";
import { CHALLENGE, governedBy, handoverConfig, NOW, worldOf } from "../enclave/handover-actors.js";
import { FIRST_LINE, prove } from "../enclave/proofs.js";
import { onceIn, pick, type Random, weighted } from "../model/choose.js";
import { demand } from "../model/violation.js";
import { evidenceOf } from "./adversary.js";
import { type ParticipantProcess, startProcess } from "./participant-process.js";
import { createRepairOracle, type Proposed } from "./repair-oracle.js";
import { type SharedKey, splitKey } from "./shared-key.js";

const KEYS: readonly (readonly [SharedKey, BridgeConfig])[] = [
  [["a", "b", "c"], 2] as const,
  [["a", "b", "c", "d", "e"], 3] as const,
].map(([names, threshold]) => [splitKey(names, threshold, ENCLAVE_SEED), heldBy(names, threshold, handoverConfig)]);

/** Once in so many choices, it isn't the right one. */
const ODD = 40;
const STEPS = 24;
const NONE = { kind: "none" } as const;

interface Row {
  readonly hash: string;
  readonly slot: number;
  readonly points: readonly Uint8Array[];
  readonly boxes: readonly Uint8Array[];
}

/** Runs one, and gives how often what came about. @throws Violation */
export const runRepair = async (random: Random): Promise<ReadonlyMap<string, number>> => {
  const [key, config] = pick(random, KEYS) ?? KEYS[0] ?? [];
  if (key === undefined || config === undefined) throw new RangeError("expected a key");
  const { publicPackage, shareOf } = key;
  const id = bridgeId(config);
  const slots = key.holders.slots.map((_, i) => i + 1);
  const first = random.below(slots.length);
  const bad = slots.map((_, i) => slots[(first + i) % slots.length] ?? 1).slice(0, key.holders.threshold - 1);
  const honest = slots.filter((slot) => !bad.includes(slot));
  const oracle = createRepairOracle(key, bad);
  const counts = new Map<string, number>();
  const note = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  let oddity = ODD;
  const odd = (): boolean => oddity > 0 && onceIn(random, oddity);
  /** Is it a party of the host's in an honest one's place? */
  const poses = (): boolean => oddity > 0 && onceIn(random, 12);

  const custodyKey = publicPackage.groupKey;
  const lost = (onceIn(random, 4) ? pick(random, bad) : pick(random, honest)) ?? 1;
  const given = honest.find((slot) => slot !== lost) ?? 1;
  const own = new Map(bad.map((slot) => [slot, makeHandoverEnd()]));
  const running = new Map<string, ParticipantProcess>();
  const slotOf = (name: string): number => Number(name.split(" ")[1]);
  const keyOf = new Map<string, Uint8Array>();

  const sealed = (slot: number): Uint8Array =>
    makeHandoverEnd().withSecrets((end) =>
      encodeSealed({
        ...{ role: "holder", seed: shareOf(slot), share: { slot, publicPackage } },
        rest: { end, kept: initialKept(config) },
      }),
    );

  const call = async <R extends RouteName>(
    name: string,
    route: R,
    request: RequestOf<R>,
  ): Promise<ResponseOf<R> | undefined> => {
    const process = running.get(name);
    if (process === undefined) return undefined;
    try {
      const response = await process.ask(route, request);
      note(route);
      return response;
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      note(`${route} ${error.code}`);
      const [, slot] = /slot (\d+) is at fault/.exec(error.message) ?? [];
      if (slot !== undefined) oracle.blamed(Number(slot));
      return undefined;
    }
  };

  const awaited = (name: string, challenge: Uint8Array) =>
    call(name, "handoverReceive", {
      ...{ config, custodyKey, challenge },
      share: { slot: slotOf(name), publicPackage },
    });

  /** Starts a holder or a receiver of a slot, or another process on the same machine. */
  const start = async (name: string, disk = running.get(name)?.disk): Promise<void> => {
    const slot = slotOf(name);
    const isHolder = name.startsWith("holder");
    running.set(name, startProcess(config, slot, disk ?? { content: isHolder ? sealed(slot) : undefined }));
    const shown = isHolder
      ? (await call(name, "activate", { config, challenge: CHALLENGE }))?.holder
      : (await awaited(name, CHALLENGE))?.receiver;
    if (shown === undefined) return;
    keyOf.set(name, shown.handoverKey);
    oracle.knows(shown.handoverKey, slot, isHolder ? "holder" : "receiver");
  };

  const partyOf = async (name: string, challenge: Uint8Array, drawn: Uint8Array): Promise<Party | undefined> => {
    const shown = name.startsWith("holder")
      ? (await call(name, "activate", { config, challenge }))?.attestation
      : (await awaited(name, challenge))?.attestation;
    const handoverKey = keyOf.get(name);
    if (shown === undefined || handoverKey === undefined) return undefined;
    oracle.showed(shown.evidence, challenge);
    return { tee: shown.tee, handoverKey, challenge: drawn, evidence: shown.evidence };
  };

  /** What the host has a TEE of its own say in anybody's place. */
  const posing = async (slot: number, challenge: Uint8Array, isHolder: boolean): Promise<Party> => {
    const by = bad.includes(slot) ? slot : (pick(random, bad) ?? 1);
    const handoverKey = own.get(by)?.publicKey ?? CHALLENGE;
    const subject = { bridgeId: id, custodyKey, handoverKey, challenge, share: { slot, publicPackage } };
    const { tee, evidence } = await evidenceOf(config, by, (isHolder ? holderReportData : receiverReportData)(subject));
    return { tee, handoverKey, challenge: random.bytes(32), evidence };
  };

  const grantOf = (slot: number): Grant => ({
    slot: odd() ? (pick(random, slots) ?? slot) : slot,
    publicPackage: odd() ? random.bytes(32) : publicPackageHash(publicPackage),
    platform: undefined,
  });

  const drawOf = async (name: string): Promise<Uint8Array> => {
    const drawn = name.startsWith("holder")
      ? await call(name, "handoverChallenge", undefined)
      : await awaited(name, CHALLENGE);
    return drawn?.challenge ?? random.bytes(32);
  };

  const proposed: (Proposed & { readonly asked: RepairSides })[] = [];

  const proposeRepair = async (): Promise<void> => {
    const others = slots.filter((slot) => slot !== lost || odd()).sort(() => random.below(3) - 1);
    const count = key.holders.threshold + (odd() ? random.below(3) - 1 : 0);
    const chosen = others.slice(0, count).sort((a, b) => (odd() ? 1 : a - b));
    const helping = odd() ? chosen.map((slot, i) => (i === 0 ? slot : (chosen[i - 1] ?? slot))) : chosen;
    const isStranger = helping.map((slot) => bad.includes(slot) || poses());
    const drawn = await Promise.all(
      helping.map((slot, i) => (isStranger[i] ? random.bytes(32) : drawOf(`holder ${slot}`))),
    );
    const isPosing = poses() || bad.includes(lost);
    const ownDraw = isPosing ? random.bytes(32) : await drawOf(`receiver ${lost}`);
    const answer = odd() ? random.bytes(32) : repairChallenge([ownDraw, ...drawn]);
    const receiver = isPosing
      ? { ...(await posing(lost, answer, false)), challenge: ownDraw }
      : await partyOf(`receiver ${lost}`, answer, ownDraw);
    const helpers = await Promise.all(
      helping.map(async (slot, i) => {
        const draw = drawn[i] ?? CHALLENGE;
        const party = isStranger[i]
          ? { ...(await posing(slot, answer, true)), challenge: draw }
          : await partyOf(`holder ${slot}`, odd() ? random.bytes(32) : answer, draw);
        return party === undefined ? [] : [{ slot, platform: undefined, party }];
      }),
    );
    if (receiver === undefined) return;
    const grant = grantOf(lost);
    const asked: RepairSides = { custodyKey, grant, receiver, helpers: helpers.flat() };
    const decided = odd() ? grantOf(given) : grant;
    const hash = repairHash(id, asked);
    proposed.push({ ...asked, hash, decided, name: handoverName(hash, decided), isRepair: true, asked });
  };

  const proposeHandover = async (): Promise<void> => {
    const [mine, theirs] = [await drawOf(`holder ${given}`), await drawOf(`receiver ${given}`)];
    const isPosing = poses();
    const receiver = isPosing
      ? { ...(await posing(given, mine, false)), challenge: mine }
      : await partyOf(`receiver ${given}`, odd() ? random.bytes(32) : mine, mine);
    const giver = await partyOf(`holder ${given}`, theirs, theirs);
    if (receiver === undefined || giver === undefined) return;
    const grant = grantOf(given);
    const decided = odd() ? undefined : grant;
    const hash = transcriptHash({ bridgeId: id, custodyKey, grant, giver, receiver });
    const helpers = [{ slot: given, platform: undefined, party: giver }];
    const asked = { custodyKey, grant, receiver, helpers };
    proposed.push({ ...asked, hash, decided, name: handoverName(hash, decided), isRepair: false, asked });
  };

  let nonces: Uint8Array[] = [];
  let vouchings = 0n;
  let governed = governedBy(config, {});
  let proofs = prove(worldOf(config, governed), 5);
  let height = 5;

  /** Guardians decide and vouch for what they are shown, mostly. */
  const vouch = async (): Promise<void> => {
    nonces = [];
    for (const { hash, helpers } of proposed.slice(-4))
      for (const { slot } of helpers) {
        const name = `holder ${slot}`;
        const drawn = bad.includes(slot) || odd() ? undefined : await call(name, "handoverNonce", { transcript: hash });
        const process = running.get(name);
        if (drawn === undefined || process === undefined || nonces.length >= 32) continue;
        oracle.drew(process, hash, drawn.nonce);
        nonces.push(drawn.nonce);
      }
    const names = proposed.slice(-4).flatMap(({ name }) => (odd() ? [] : [name]));
    const isPaused = odd();
    height += 1;
    vouchings += 1n;
    governed = governedBy(config, { handovers: isPaused ? [] : names, paused: isPaused });
    proofs = prove(worldOf(config, governed), height);
    const time = NOW - 1_000n + vouchings;
    const signed = vouchFor(checkpointOn(FIRST_LINE, time, { nonces: nonceListHash(nonces) }), QUORUM_SEEDS, id);
    oracle.vouched(isPaused ? [] : names, nonces);
    for (const name of running.keys())
      await call(name, "checkpoint", { checkpoints: [stepOf(signed)], proofs, governed });
  };

  const rows: Row[] = [];
  const rowOf = (about: Proposed, slot: number): Row | undefined => {
    const mine = rows.findLast((one) => one.slot === slot && one.hash === toHex(about.hash));
    return odd() ? pick(random, rows) : mine;
  };

  /** Splits a share as a helper would, where the transcript has it at all. */
  const splitAs = (about: Proposed, slot: number, share: Uint8Array): ReturnType<typeof addendsOf> => {
    try {
      return addendsOf(about, slot, share, about.hash);
    } catch {
      return [];
    }
  };

  /** What the host's own helpers split, or say that they did. */
  const splitOwn = (about: Proposed & { readonly asked: RepairSides }, slot: number): void => {
    const end = own.get(slot);
    if (end === undefined) return;
    const kind = oddity === 0 ? "right" : weighted(random, { right: 6, share: 1, turned: 1, scalar: 1 });
    const addends = splitAs(about, slot, shareOf(kind === "share" ? given : slot));
    const points = addends.map(({ point }) => point);
    if (kind === "turned") points.reverse();
    const boxes = about.helpers.map((helper, i) => {
      const channel = { end, theirs: helper.party.handoverKey, transcript: about.hash, from: slot, to: helper.slot };
      const scalar = addends[kind === "scalar" ? 0 : i]?.scalar ?? CHALLENGE;
      try {
        return helper.slot === slot ? new Uint8Array() : sealBox(channelOf({ ...channel, rows: [points] }), scalar);
      } catch {
        return new Uint8Array();
      }
    });
    rows.push({ hash: toHex(about.hash), slot, points, boxes });
  };

  const basisOf = ({ asked, helpers }: (typeof proposed)[number]) => ({
    ...{ transcript: asked, governed, proofs, nonces },
    collateral: { receiver: NONE, helpers: helpers.map(() => NONE) },
  });

  const split = async (about: (typeof proposed)[number], slot: number): Promise<void> => {
    if (bad.includes(slot)) return splitOwn(about, slot);
    const name = `holder ${slot}`;
    const process = running.get(name);
    const answer = await call(name, "repairSplit", basisOf(about));
    if (answer === undefined || process === undefined) return;
    oracle.gave(process, keyOf.get(name) ?? CHALLENGE, about);
    oracle.split(slot, about.hash, answer.points);
    rows.push({ hash: toHex(about.hash), slot, points: answer.points, boxes: answer.boxes });
  };

  const sums: { readonly hash: string; readonly slot: number; readonly box: Uint8Array }[] = [];

  const sum = async (about: (typeof proposed)[number], slot: number): Promise<void> => {
    const hash = toHex(about.hash);
    for (const helper of about.helpers)
      if (!odd() && !rows.some((one) => one.slot === helper.slot && one.hash === hash)) await split(about, helper.slot);
    const found = about.helpers.map((helper) => rowOf(about, helper.slot));
    const shown = found.map((row) => (odd() ? [...(row?.points ?? [])].reverse() : (row?.points ?? [])));
    const place = about.helpers.findIndex((helper) => helper.slot === slot);
    const boxes = found.map((row) => row?.boxes[odd() ? 0 : place] ?? new Uint8Array());
    const end = own.get(slot);
    const to = { theirs: about.receiver.handoverKey, transcript: about.hash, from: slot, to: about.grant.slot };
    if (end !== undefined) {
      const scalar = odd() ? random.bytes(32) : ownSum(about, place);
      try {
        sums.push({ hash: toHex(about.hash), slot, box: sealBox(channelOf({ ...to, end, rows: shown }), scalar) });
      } catch {
        note("no sum");
      }
      return;
    }
    const name = `holder ${slot}`;
    const process = running.get(name);
    const answer = await call(name, "repairSum", { ...basisOf(about), rows: shown, boxes });
    if (answer === undefined || process === undefined) return;
    oracle.gave(process, keyOf.get(name) ?? CHALLENGE, about);
    oracle.summed(process, about, shown);
    sums.push({ hash: toHex(about.hash), slot, box: answer.box });
  };

  /** The sum as the host would open it: the test knows all shares. */
  const ownSum = (about: Proposed, place: number): Uint8Array =>
    sumAndWipe(
      about.helpers.flatMap((helper) => splitAs(about, helper.slot, shareOf(helper.slot))[place]?.scalar ?? []),
    );

  const step = async (): Promise<void> => {
    const event = weighted(random, { split: 3, sum: 6, accept: 4, release: 2, restart: 1, vouch: 1, propose: 2 });
    const about = odd()
      ? pick(random, proposed)
      : proposed.findLast(({ isRepair }) => isRepair === (event !== "release"));
    if (event === "restart") {
      const name = pick(random, [...running.keys()]);
      if (name !== undefined) {
        note("restart");
        await start(name);
      }
    }
    if (event === "vouch") await vouch();
    if (event === "propose") {
      await (onceIn(random, 3) ? proposeHandover() : proposeRepair());
      if (!onceIn(random, 5)) await vouch();
    }
    if (about === undefined) return;
    if (event === "release") return release(about);
    const { slot } = pick(random, about.helpers) ?? { slot: 1 };
    if (event === "split") for (const helper of about.helpers) await split(about, helper.slot);
    if (event === "sum") await sum(about, slot);
    if (event === "accept") await accept(about);
  };

  const accept = async (about: (typeof proposed)[number]): Promise<void> => {
    if (!onceIn(random, 3)) for (const { slot } of about.helpers) await sum(about, slot);
    const name = `receiver ${lost}`;
    const shown = about.helpers.map(({ slot }) => rowOf(about, slot)?.points ?? []);
    const boxes = about.helpers.map(({ slot }) => {
      const mine = sums.findLast((one) => one.slot === slot && one.hash === toHex(about.hash));
      return (odd() ? pick(random, sums) : mine)?.box ?? new Uint8Array();
    });
    const request = { transcript: about.asked, governed, proofs, rows: shown, boxes };
    const answer = await call(name, "repairAccept", request);
    const process = running.get(name);
    if (answer !== undefined && process !== undefined) oracle.accepted(process, answer.share?.publicPackage);
  };

  const release = async (about: (typeof proposed)[number]): Promise<void> => {
    const name = `holder ${given}`;
    const [{ party: giver } = { party: undefined }] = about.helpers;
    const process = running.get(name);
    if (giver === undefined || process === undefined) return;
    const { grant, receiver } = about;
    const basis = { transcript: { custodyKey, grant, giver, receiver }, governed, proofs, collateral: NONE };
    const answer = await call(name, "handoverRelease", { ...basis, nonces });
    if (answer === undefined) return;
    oracle.gave(process, keyOf.get(name) ?? CHALLENGE, about);
    const to = running.get(`receiver ${given}`);
    const taken = await call(`receiver ${given}`, "handoverAccept", { ...basis, box: answer.box });
    if (taken !== undefined && to !== undefined) oracle.accepted(to, taken.share?.publicPackage);
  };

  for (const slot of honest) if (slot !== lost) await start(`holder ${slot}`);
  if (!bad.includes(lost)) await start(`receiver ${lost}`);
  await start(`receiver ${given}`);
  await proposeRepair();
  await proposeHandover();
  await vouch();
  for (let left = STEPS; left > 0; left--) await step();
  if (bad.includes(lost) || !onceIn(random, 3)) return counts;
  // Whoever carries can only stop it: where all goes right, on a new machine, it is repaired.
  oddity = 0;
  await start(`receiver ${lost}`, { content: undefined });
  await proposeRepair();
  await vouch();
  const last = proposed.at(-1);
  if (last === undefined) return counts;
  for (const { slot } of last.helpers) await split(last, slot);
  for (const { slot } of last.helpers) await sum(last, slot);
  const before = counts.get("repairAccept") ?? 0;
  await accept(last);
  demand((counts.get("repairAccept") ?? 0) > before, () => "an undisturbed repair gave no share");
  note("undisturbed");
  return counts;
};
