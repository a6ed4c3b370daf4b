/**
 * A life of holders whose host has k − 1 shares and carries all that is said. It restarts and
 * clones processes, and asks for anything.
 */
import { ed25519, ed25519_FROST } from "@noble/curves/ed25519.js";
import { messageHash, type NonceCommitments, type Session } from "@pdiem/bridge/holders/session";
import { addUpShares } from "@pdiem/bridge-client/holders/signature-shares";
import { concat, equal, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { onceIn, pick, type Random, recent, weighted } from "../model/choose.js";
import { demand, violated } from "../model/violation.js";
import { identifierOf, type SharedKey, splitKey } from "./shared-key.js";
import { type Answer, createSigningOracle, type Given, type HolderProcess } from "./signing-oracle.js";

/** Made once: schedules differ in what is done with a key. */
const KEYS: readonly SharedKey[] = [splitKey(["a", "b", "c"], 2), splitKey(["a", "b", "c", "d", "e"], 3)];

const IDENTITY = concat(Uint8Array.of(1), new Uint8Array(31));
const MESSAGES: readonly Uint8Array[] = [1, 2, 3, 4].map((byte) => new Uint8Array(40).fill(byte));
const FORGED: Uint8Array = new Uint8Array(40).fill(0xff);
const STEPS = 24;

const { Point } = ed25519;

interface Own {
  readonly slot: number;
  readonly nonces: NonceCommitments;
  readonly secret: ReturnType<typeof ed25519_FROST.commit>["nonces"] | undefined;
}

type Commitments = Session["commitments"];

/** Runs it, and gives how often what came about. @throws Violation */
export const runSigning = (random: Random): ReadonlyMap<string, number> => {
  const sharedKey = pick(random, KEYS);
  if (sharedKey === undefined) throw new RangeError("expected a key");
  const { holders, publicPackage, shareOf, start } = sharedKey;
  const slots = holders.slots.map((_, i) => i + 1);
  const first = random.below(slots.length);
  const bad = slots.map((_, i) => slots[(first + i) % slots.length] ?? 1).slice(0, holders.threshold - 1);
  const honest = slots.filter((slot) => !bad.includes(slot));
  const most = 2 + random.below(6);
  const oracle = createSigningOracle(sharedKey);
  const counts = new Map<string, number>();
  const note = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);

  let processes: readonly HolderProcess[] = honest.map((slot) => ({ slot, key: start(slot, most) }));
  const pool: Given[] = [];
  const asked: { readonly process: HolderProcess; messages: readonly Uint8Array[]; sessions: readonly Session[] }[] =
    [];
  const answers: Answer[] = [];
  const own: Own[] = [];

  const commit = (process: HolderProcess): void => {
    for (const { handle, nonces } of process.key.commit(1 + random.below(2))) {
      const given: Given = { process, handle, nonces };
      oracle.given(given);
      pool.push(given);
    }
  };

  const negated = (point: Uint8Array): Uint8Array => Point.fromBytes(point).negate().toBytes();

  /** Commitments of a slot of the host's: with nonces that it knows, or made of others'. */
  const commitOwn = (slot: number): Own => {
    const theirs = recent(random, pool)?.nonces;
    const kind = weighted(random, { known: 8, copied: 1, negated: 1, identity: 1, again: 1 });
    const again = own.find((one) => one.slot === slot);
    if (kind === "again" && again !== undefined) return again;
    if (kind === "identity") return { slot, nonces: { hiding: IDENTITY, binding: IDENTITY }, secret: undefined };
    if (theirs !== undefined && kind === "copied") return { slot, nonces: theirs, secret: undefined };
    if (theirs !== undefined && kind === "negated")
      return {
        slot,
        nonces: { hiding: negated(theirs.hiding), binding: negated(theirs.binding) },
        secret: undefined,
      };
    const { nonces, commitments } = ed25519_FROST.commit({
      identifier: identifierOf(slot),
      signingShare: shareOf(slot),
    });
    return { slot, nonces: { hiding: commitments.hiding, binding: commitments.binding }, secret: nonces };
  };

  /** Who is to sign with a holder, as a session lists them; mostly as it should be. */
  const listFor = ({ process, nonces }: Given): Commitments => {
    const others = slots.filter((slot) => slot !== process.slot).sort(() => random.below(3) - 1);
    const list = others.slice(0, holders.threshold - 1).map((slot) => {
      const theirs = pool.findLast((one) => one.process.slot === slot);
      if (theirs !== undefined) return { slot, nonces: theirs.nonces };
      const mine = commitOwn(slot);
      own.push(mine);
      return { slot, nonces: mine.nonces };
    });
    const whole = [...list, { slot: process.slot, nonces }].sort((a, b) => a.slot - b.slot);
    const stranger = pick(random, pool)?.nonces ?? nonces;
    switch (
      weighted(random, { right: 20, short: 1, long: 1, turned: 1, without: 1, twice: 1, other: 1, swapped: 1, slot: 1 })
    ) {
      case "short":
        return whole.slice(1);
      case "long":
        return [
          ...whole,
          { slot: slots.find((slot) => !whole.some((one) => one.slot === slot)) ?? 1, nonces: stranger },
        ].sort((a, b) => a.slot - b.slot);
      case "turned":
        return [...whole].reverse();
      case "without":
        return whole.map((one) => (one.slot === process.slot ? { ...one, nonces: stranger } : one));
      case "twice":
        return whole.map(() => ({ slot: process.slot, nonces }));
      case "other":
        return whole.map((one) => ({ ...one, nonces: one.slot === process.slot ? nonces : stranger }));
      case "swapped":
        return whole.map((one) => ({ ...one, nonces: { hiding: one.nonces.binding, binding: one.nonces.hiding } }));
      case "slot":
        return whole
          .map((one) => (one.slot === process.slot ? one : { ...one, slot: one.slot + slots.length }))
          .sort((a, b) => a.slot - b.slot);
      default:
        return whole;
    }
  };

  const ask = (process: HolderProcess, messages: readonly Uint8Array[], sessions: readonly Session[]): void => {
    asked.push({ process, messages, sessions });
    try {
      const signed = process.key.sign(messages, sessions);
      demand(signed.length === messages.length, () => "some of a request's messages were answered, not all");
      for (const [i, { share }] of signed.entries()) {
        const [message, session] = [messages[i], sessions[i]];
        if (message === undefined || session === undefined || share === undefined)
          violated("what was answered has no session");
        const answer: Answer = { slot: process.slot, message, session, share };
        oracle.answered(process, answer, onceIn(random, 3));
        answers.push(answer);
        note("share");
      }
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      note(error.code);
    }
  };

  /** Asks anew, with what was drawn just now mostly, and handles of any age and process else. */
  const askAnew = (): void => {
    const process = pick(random, processes);
    if (process === undefined) return;
    if (onceIn(random, 2)) commit(process);
    const mine = pool.filter((one) => one.process === process);
    const chosen = onceIn(random, 3)
      ? [recent(random, mine), recent(random, mine)]
      : [onceIn(random, 12) ? pick(random, pool) : recent(random, mine)];
    const messages: Uint8Array[] = [];
    const sessions: Session[] = [];
    for (const given of chosen) {
      if (given === undefined) return;
      // What the holder derives by itself, and what it is asked to sign.
      const derived = pick(random, MESSAGES) ?? FORGED;
      const named = onceIn(random, 6) ? (pick(random, [...MESSAGES, FORGED]) ?? FORGED) : derived;
      messages.push(derived);
      const { handle } = onceIn(random, 20) ? (pick(random, pool) ?? given) : given;
      sessions.push({ handle, commitments: listFor(given), message: messageHash(named) });
    }
    ask(process, messages, onceIn(random, 30) ? sessions.slice(1) : sessions);
  };

  /** Asks the same again: of the same message, or with the handle in another list. */
  const askAgain = (): void => {
    const before = recent(random, asked);
    if (before === undefined) return;
    const process = onceIn(random, 4) ? (pick(random, processes) ?? before.process) : before.process;
    if (!processes.includes(process)) return;
    if (onceIn(random, 2)) {
      ask(process, before.messages, before.sessions);
      return;
    }
    const other = pick(random, MESSAGES) ?? FORGED;
    const sessions = before.sessions.map((session) => {
      const given = pool.find((one) => equal(one.handle, session.handle));
      return {
        ...session,
        message: messageHash(other),
        commitments: given === undefined || onceIn(random, 2) ? session.commitments : listFor(given),
      };
    });
    ask(
      process,
      before.messages.map(() => other),
      sessions,
    );
    note("another session on a handle");
  };

  const restart = (): void => {
    const process = pick(random, processes);
    if (process === undefined) return;
    const again: HolderProcess = { slot: process.slot, key: start(process.slot, most) };
    // A clone leaves the other running.
    const isCloned = onceIn(random, 2);
    processes = [...processes.filter((one) => isCloned || one !== process), again];
    note(isCloned ? "clone" : "restart");
  };

  /** Adds its own shares to an honest one, for what that holder derived or for another message. */
  const finish = (): void => {
    const { slot, message, session, share } = recent(random, answers) ?? {};
    if (slot === undefined || message === undefined || session === undefined || share === undefined) return;
    const { commitments } = session;
    const target = onceIn(random, 2) ? FORGED : message;
    const shares = new Map([[slot, share]]);
    const list = commitments.map((one) => ({ identifier: identifierOf(one.slot), ...one.nonces }));
    const key = {
      signers: { min: holders.threshold, max: slots.length },
      commitments: [publicPackage.groupKey],
      verifyingShares: {},
    };
    for (const one of commitments) {
      const mine = own.find((made) => made.slot === one.slot && equal(made.nonces.hiding, one.nonces.hiding));
      if (mine?.secret === undefined) continue;
      const holder = { identifier: identifierOf(one.slot), signingShare: shareOf(one.slot) };
      // Nothing keeps the host from using its nonces again; noble's are used up.
      const secret = { hiding: mine.secret.hiding.slice(), binding: mine.secret.binding.slice() };
      try {
        shares.set(one.slot, ed25519_FROST.signShare(holder, key, secret, list, target));
      } catch {
        return;
      }
    }
    if (shares.size < holders.threshold) return;
    try {
      addUpShares({ publicPackage, commitments, message: target }, shares);
      note("signature");
      demand(equal(target, message), () => `slot ${slot}'s share signed ${toHex(target)}, which it never derived`);
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      note(error.code);
    }
  };

  for (let step = 0; step < STEPS; step++) {
    const events = { ask: 10, again: 5, restart: 2, finish: 2 };
    const event = weighted(random, events);
    if (event === "ask") askAnew();
    if (event === "again") askAgain();
    if (event === "restart") restart();
    if (event === "finish") finish();
  }
  return counts;
};
