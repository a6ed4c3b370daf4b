/** PROTOCOL 7a: a nonce is never used twice, wherever the way to a signature breaks off. */
import { createHmac } from "node:crypto";
import { ed25519_FROST } from "@noble/curves/ed25519.js";
import { messageHash, type Session } from "@pdiem/bridge/holders/session";
import { createEnclave } from "@pdiem/enclave/enclave";
import { SealedStoreError } from "@pdiem/enclave/error";
import { makeHandoverEnd } from "@pdiem/enclave/handover/handover-end";
import { type RequestOf, type ResponseOf, type RouteName, routes } from "@pdiem/enclave/routes";
import { encodeSealed, type Sealed } from "@pdiem/enclave/sealing/sealed-content";
import type { SealedStore } from "@pdiem/enclave/sealing/sealed-store";
import type { CustodyKey } from "@pdiem/enclave/signer/custody-key";
import { initialKept } from "@pdiem/enclave/state/kept";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";
import { concat, equal, toHex, utf8 } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CHALLENGE, refused } from "../enclave/handover-actors.js";
import { HELD, NAMES, PACKAGE, shareOf } from "../enclave/held.js";
import { settlement } from "../enclave/held-settlement.js";
import { DrawFailed, type Draws, watchDraws } from "./recorded-draws.js";
import { identifierOf, splitKey } from "./shared-key.js";

const KEY = splitKey(["a", "b", "c"], 2);
const [ONE, OTHER] = [new Uint8Array(40).fill(1), new Uint8Array(40).fill(2)];

/** Another slot's commitments; whose they are is nothing that a holder can tell. */
const THEIRS = ed25519_FROST.commit({ identifier: identifierOf(2), signingShare: KEY.shareOf(2) }).commitments;

const sessionOf = (given: ReturnType<CustodyKey["commit"]>[number], message: Uint8Array): Session => ({
  handle: given.handle,
  commitments: [
    { slot: 1, nonces: given.nonces },
    { slot: 2, nonces: { hiding: THEIRS.hiding, binding: THEIRS.binding } },
  ],
  message: messageHash(message),
});

class Broken extends Error {}

/** Wraps a request, so that what reads it breaks at one of the reads. */
const breakingAt = (read: number) => {
  let left = read;
  const wrap = <T extends object>(value: T): T =>
    new Proxy(value, {
      get: (target, name) => {
        if (left === 0) throw new Broken(`broke at read ${read}`);
        left -= 1;
        const found: unknown = Reflect.get(target, name);
        if (typeof found === "function") return found.bind(target);
        return typeof found === "object" && found !== null && !(found instanceof Uint8Array) ? wrap(found) : found;
      },
    });
  return wrap;
};

let draws: Draws;
beforeEach(() => {
  draws = watchDraws();
});
afterEach(() => draws.stop());

/** Breaks at one step after the other until it comes through, and tells what became of handles. */
const breakEverywhere = (attempt: (step: number, session: Session, key: CustodyKey) => boolean) => {
  const key = KEY.start(1, 1_000);
  const ends = { unspent: 0, spent: 0 };
  for (let step = 0; ; step++) {
    const [given] = key.commit(1);
    if (given === undefined) throw new RangeError("expected a commitment");
    if (attempt(step, sessionOf(given, ONE), key)) return ends;
    // Asked for another message, as who is after two answers would.
    const again = () => key.sign([OTHER], [sessionOf(given, OTHER)]);
    const first = outcome(again);
    ends[first === "accepted" ? "unspent" : "spent"] += 1;
    if (first !== "accepted") expect(first).toBe("refused/handle-used");
    expect(outcome(again)).toBe("refused/handle-used");
    expect(outcome(() => key.sign([ONE], [sessionOf(given, ONE)]))).toBe("refused/handle-used");
  }
};

describe("a handle that was marked never answers again", () => {
  it("where signing breaks at any read of the request", () => {
    const ends = breakEverywhere((step, session, key) => {
      try {
        key.sign([ONE], breakingAt(step)([session]));
        return true;
      } catch (error) {
        if (!(error instanceof Broken) && !(error instanceof Error && error.cause instanceof Broken)) throw error;
        return false;
      }
    });
    expect(ends.unspent).toBeGreaterThan(5);
    expect(ends.spent).toBeGreaterThan(0);
  });

  it("where signing breaks at any draw of randomness", () => {
    const ends = breakEverywhere((step, session, key) => {
      draws.failAfter(step);
      try {
        key.sign([ONE], [session]);
        return true;
      } catch (error) {
        if (!(error instanceof DrawFailed) && !(error instanceof Error && error.cause instanceof DrawFailed))
          throw error;
        return false;
      } finally {
        draws.failAfter(Number.POSITIVE_INFINITY);
      }
    });
    expect(ends.spent).toBeGreaterThan(3);
  });

  it.each([0, 1, 2])("where message %i of three can't be signed: none of them is answered, ever", (place) => {
    const key = KEY.start(1, 1_000);
    const sessions = key.commit(3).map((given) => sessionOf(given, ONE));
    const bad = sessions.map((session, i) =>
      i !== place
        ? session
        : {
            ...session,
            commitments: session.commitments.map(({ slot, nonces }) =>
              slot === 1
                ? { slot, nonces }
                : { slot, nonces: { hiding: new Uint8Array(32).fill(0xff), binding: nonces.binding } },
            ),
          },
    );
    const messages = sessions.map(() => ONE);
    expect(outcome(() => key.sign(messages, bad))).toBe("refused/session-commitments");
    for (const session of sessions) expect(outcome(() => key.sign([ONE], [session]))).toBe("refused/handle-used");
  });
});

type Failure = "none" | "refuses" | "breaks";

/** Enclave of slot 1 that tells all it stores, answers and logs, and whose disk fails on demand. */
const startTold = async () => {
  const told: Uint8Array[] = [];
  const stored: Uint8Array[] = [];
  let failure: Failure = "none";
  const share = { slot: 1, publicPackage: PACKAGE };
  const rest = makeHandoverEnd().withSecrets((end) => ({ end, kept: initialKept(HELD) }));
  const write = async (_: Uint8Array, content: Sealed): Promise<void> => {
    stored.push(encodeSealed(content));
    if (failure === "refuses") throw new SealedStoreError("sealed/storage", "expected a disk with room");
    if (failure === "breaks") throw new Broken("the disk broke");
  };
  const store: SealedStore = {
    isLasting: true,
    load: async () => ({ role: "holder", seed: shareOf(1), share, rest }),
    create: write,
    update: write,
  };
  const start = async () => {
    const enclave = createEnclave({
      tee: simulatedTee("/nowhere", NAMES[0]),
      store,
      log: (event, fields) => told.push(utf8(`${event} ${JSON.stringify(fields)}`)),
    });
    const ask = async <R extends RouteName>(route: R, request: RequestOf<R>): Promise<ResponseOf<R>> => {
      try {
        const response = await enclave.handle(route, request);
        told.push(encode(routes[route].response, response));
        return response;
      } catch (error) {
        told.push(utf8(error instanceof Error ? `${error.message} ${error.stack}` : String(error)));
        throw error;
      }
    };
    await ask("activate", { config: HELD, challenge: CHALLENGE });
    return ask;
  };
  return {
    told,
    stored,
    start,
    fail: (next: Failure) => {
      failure = next;
    },
  };
};

describe("an enclave", () => {
  it("answers once with a handle, whatever its disk does, and never after a restart", async () => {
    const host = await startTold();
    let ask = await host.start();
    let height = 5;
    for (const failure of ["none", "refuses", "breaks"] as const) {
      const [given] = (await ask("commit", { count: 1 })).commitments;
      if (given === undefined) throw new RangeError("expected a commitment");
      let shares = 0;
      const asks = async (end: Failure): Promise<unknown> => {
        host.fail(end);
        height += 1;
        const { request, toSign } = settlement(height);
        try {
          const { share } = await ask("settle", request([sessionOf(given, toSign.message)]));
          shares += share === undefined ? 0 : 1;
          return "signed";
        } catch (error) {
          return error;
        } finally {
          host.fail("none");
        }
      };
      const first = await asks(failure);
      if (failure === "breaks") expect(first).toBeInstanceOf(Broken);
      else expect(first).toBe("signed");
      const second = await asks("none");
      expect(second).toEqual(failure === "breaks" ? "signed" : refused("refused/handle-used"));
      expect(await asks("none")).toEqual(refused("refused/handle-used"));
      ask = await host.start();
      expect(await asks("none")).toEqual(refused("refused/handle-unknown"));
      expect(shares).toBe(1);
    }
  });

  it("stores, answers and logs no nonce, nor what nonces are made with; its share is sealed alone", async () => {
    const host = await startTold();
    const ask = await host.start();
    const { commitments } = await ask("commit", { count: 3 });
    const secrets: Uint8Array[] = [];
    for (const [i, { handle, nonces }] of commitments.entries()) {
      const { request, toSign } = settlement(20 + i);
      await ask("settle", request([sessionOf({ handle, nonces }, toSign.message)]));
      // Found among all that was drawn, by what it commits to.
      const found = draws.drawn.flatMap((secret) => {
        if (secret.length !== 32) return [];
        const randomness = [0, 1].map((index) => {
          const hmac = createHmac("sha256", secret).update("pdiem/signing-nonce/v1").update(handle);
          return new Uint8Array(hmac.update(Uint8Array.of(index)).digest());
        });
        const left = [...randomness];
        const own = { identifier: identifierOf(1), signingShare: shareOf(1) };
        const made = ed25519_FROST.commit(own, () => left.shift() ?? new Uint8Array(32));
        if (!equal(made.commitments.hiding, nonces.hiding)) return [];
        return [secret, ...randomness, made.nonces.hiding, made.nonces.binding];
      });
      expect(found).toHaveLength(5);
      secrets.push(...found);
    }
    await expect(ask("settle", settlement(30).request([]))).rejects.toThrow();
    const wheres = (needle: Uint8Array, texts: readonly Uint8Array[]): boolean => {
      const hex = toHex(needle);
      const [bytes, text, base64] = [Buffer.from(needle), Buffer.from(hex), Buffer.from(needle).toString("base64")];
      return texts.some((one) => {
        const all = Buffer.from(one);
        return all.includes(bytes) || all.includes(text) || all.includes(base64);
      });
    };
    expect(host.stored.length).toBeGreaterThan(0);
    expect(wheres(shareOf(1), host.stored)).toBe(true);
    expect(wheres(commitments[0]?.handle ?? CHALLENGE, host.told)).toBe(true);
    for (const secret of secrets) {
      const turned = secret.slice().reverse();
      for (const one of [secret, turned]) expect(wheres(one, [...host.stored, ...host.told])).toBe(false);
    }
    for (const one of [shareOf(1), shareOf(1).reverse()]) expect(wheres(one, host.told)).toBe(false);
    expect(concat(...host.told).length).toBeGreaterThan(1_000);
  });
});
