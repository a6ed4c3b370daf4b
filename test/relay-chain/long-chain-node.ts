/**
 * A node that serves a long relay chain, and its parachain's newest state, over HTTP. Like a real
 * one, it answers with all headers up to the end of the set. It refuses answers above a length. It
 * makes no more of an answer than is read.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { headerJson, hex } from "@pdiem/devnet/substrate/json";
import { readProof } from "@pdiem/devnet/trie/proof";
import { valueAt } from "@pdiem/devnet/trie/trie";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { compactU32, encode, bytes as lengthPrefixed } from "@pdiem/light-client/codec/scale";
import type { LongChain } from "./long-chain.js";

export interface LongChainNode {
  readonly url: string;
  /** Bytes of answers made so far, headers that nobody read left out. */
  readonly sent: () => number;
  /** Calls so far, by method. */
  readonly calls: ReadonlyMap<string, number>;
  /** Has it know no header by its hash but its newest, as a node may that lost its index. */
  readonly forgetHeaders: () => void;
  /** Has it refuse to prove the finality of blocks above one, as a node may that lost some. */
  readonly failAbove: (number: number) => void;
  readonly close: () => void;
}

/** A default node's limit of an answer: 15 MB. */
const MAX_ANSWER = 15 * 1024 * 1024;
const OVERSIZED = { code: -32_008, message: "Response is too big", data: `Exceeded max limit of ${MAX_ANSWER}` };
/** Headers that are made at once. */
const PIECE = 64;

interface Asked {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

export const startLongChainNode = async (chain: LongChain): Promise<LongChainNode> => {
  const { head, state, para, encodedAt, byHash, finalizedBy } = chain;
  const calls = new Map<string, number>();
  let sent = 0;
  let isForgetful = false;
  let failsAbove = Number.POSITIVE_INFINITY;

  const write = async (response: ServerResponse, text: string): Promise<void> => {
    sent += text.length;
    if (response.write(text) || response.destroyed) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        response.off("drain", go).off("close", go);
        resolve();
      };
      response.on("drain", go).on("close", go);
    });
  };

  const answer = (response: ServerResponse, id: unknown, body: object): void => {
    const text = JSON.stringify({ jsonrpc: "2.0", id, ...body });
    sent += text.length;
    response.end(text);
  };

  const proveFinality = async (response: ServerResponse, { id, params: [number] }: Asked): Promise<void> => {
    const from = Number(number);
    if (from > failsAbove && from < head.header.number)
      return answer(response, id, { error: { code: -32_000, message: "database error" } });
    if (from > head.header.number) return answer(response, id, { result: null });
    const { block, justification } = finalizedBy(from);
    const to = block.header.number;
    const count = Math.max(0, to - from);
    const headerSize = encodedAt(from).length;
    if (2 * count * headerSize > MAX_ANSWER) return answer(response, id, { error: OVERSIZED });
    const start = [block.hash, encode(lengthPrefixed, justification), encode(compactU32, count)];
    await write(response, `{"jsonrpc":"2.0","result":"0x${start.map(toHex).join("")}`);
    for (let at = from + 1; at <= to && !response.destroyed; at += PIECE) {
      const piece = Array.from({ length: Math.min(PIECE, to + 1 - at) }, (_, i) => encodedAt(at + i));
      await write(response, piece.map(toHex).join(""));
    }
    response.end(`","id":${JSON.stringify(id)}}`);
  };

  const resultOf = ({ method, params }: Asked): unknown => {
    const [first, second] = params;
    switch (method) {
      case "chain_getFinalizedHead":
        return hex(head.hash);
      case "chain_getBlockHash":
        return Number(first) === 0 ? hex(new Uint8Array(32).fill(0x90)) : null;
      case "chain_getHeader": {
        const header = byHash(fromHex(String(first)));
        const isHidden = isForgetful && header?.number !== head.header.number;
        return header === undefined || isHidden ? null : headerJson(header);
      }
      case "state_getStorage": {
        const value = valueAt(state, fromHex(String(first)));
        return value === undefined ? null : hex(value);
      }
      case "state_getReadProof": {
        const keys = (first as readonly string[]).map((key) => fromHex(key));
        const storage = String(second) === hex(para.hash) ? para.state : state;
        return { at: second, proof: readProof(storage, 1, keys).map(hex) };
      }
      default:
        return undefined;
    }
  };

  const server = createServer(async (request, response) => {
    // WebSockets aren't served.
    if (request.method !== "POST") return response.writeHead(405).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
    calls.set(asked.method, (calls.get(asked.method) ?? 0) + 1);
    response.setHeader("content-type", "application/json");
    if (asked.method === "grandpa_proveFinality") return proveFinality(response, asked);
    const result = resultOf(asked);
    const unknown = { code: -32_601, message: "Method not found" };
    return answer(response, asked.id, result === undefined ? { error: unknown } : { result });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => sent,
    calls,
    forgetHeaders: () => {
      isForgetful = true;
    },
    failAbove: (number) => {
      failsAbove = number;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
