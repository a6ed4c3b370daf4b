import { filled } from "@pdiem/bridge/testing/config";
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { toHex } from "@pdiem/light-client/bytes";
import Fastify, { type FastifyInstance } from "fastify";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { followPeers } from "./peer-preimages.js";
import { formatPreimage } from "./preimage-file.js";

const servers: FastifyInstance[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const preimage = (byte: number): WithdrawalPreimage => ({
  payee: filled(16, byte),
  subaddress: undefined,
  refundAccount: filled(32, 9),
});

/** A relayer that tells what it knows, two a page. */
const startPeer = async () => {
  const peer = { session: "one", known: [] as string[], asked: [] as number[], url: "" };
  const app = Fastify();
  servers.push(app);
  app.get<{ Querystring: { from: string } }>("/api/v1/withdrawals/preimages", ({ query }) => {
    const from = Number(query.from);
    peer.asked.push(from);
    const preimages = peer.known.slice(from, from + 2);
    const next = from + preimages.length;
    return { session: peer.session, preimages, ...(next < peer.known.length ? { next } : {}) };
  });
  peer.url = await app.listen({ host: "127.0.0.1", port: 0 });
  return peer;
};

const follow = (...urls: readonly string[]) => {
  const told: WithdrawalPreimage[] = [];
  const accounts = {
    present: async (some: readonly WithdrawalPreimage[]) => {
      told.push(...some);
      return [];
    },
    all: () => [],
  };
  const peers = followPeers({ urls, accounts, log: pino({ level: "silent" }) });
  return { poll: peers.poll, payees: () => told.map(({ payee }) => payee[0]) };
};

const format = (...bytes: readonly number[]) => bytes.map((byte) => formatPreimage(preimage(byte)));

describe("what users have told another relayer", () => {
  it("is learnt page by page, then what is new, and all of it from one that was started anew", async () => {
    const peer = await startPeer();
    peer.known = format(1, 2, 3);
    const { poll, payees } = follow(peer.url);
    await poll();
    expect(payees()).toEqual([1, 2, 3]);
    peer.known.push(...format(4));
    await poll();
    expect(payees()).toEqual([1, 2, 3, 4]);
    expect(peer.asked).toEqual([0, 2, 3]);
    peer.session = "two";
    peer.known = format(5, 1);
    await poll();
    expect(payees().slice(4)).toEqual([5, 1]);
  });

  it("is learnt though another one is away, answers nonsense, or tells what is no preimage", async () => {
    const [peer, odd] = [await startPeer(), await startPeer()];
    peer.known = format(1);
    odd.known = ["zz", toHex(filled(4, 1)), ...format(2)];
    const nonsense = Fastify();
    servers.push(nonsense);
    nonsense.get("/api/v1/withdrawals/preimages", () => ({ preimages: [1, 2] }));
    const { poll, payees } = follow(
      "http://127.0.0.1:1",
      await nonsense.listen({ host: "127.0.0.1", port: 0 }),
      odd.url,
      peer.url,
    );
    await poll();
    expect(payees()).toEqual([2, 1]);
  });
});
