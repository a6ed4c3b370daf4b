/** Nodes of the parachain and of its relay chain: of which chain each is, and how far. */

import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { z } from "zod";
import { blockHash, finalizedHead, headerOf, runtimeVersion } from "../../../chains/parachain/substrate-node.js";
import { callNode, NodeError, type SubstrateCall } from "../../../chains/parachain/substrate-rpc.js";
import { openSocket } from "../../../chains/rpc/web-socket.js";
import type { Config } from "../../../config.js";
import { RpcError } from "../../../error.js";
import { type Finding, wish } from "../../set-up/finding.js";
import { type Area, faultIn, textOf } from "../area.js";
import type { CheckContext } from "../context.js";
import { type NodeWord, nodeFindings } from "./nodes.js";

/** Some minutes of blocks: finality comes in steps. */
const FAR = 50n;
const MAX_MESSAGE_BYTES = 1_000_000;

const name = z.string().max(200);

interface Block {
  readonly number: number;
  readonly hash: Uint8Array;
}

/** What public nodes may refuse to tell, and nothing rests on. */
const perhaps = async (asked: Promise<string>): Promise<string> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NodeError) return "unnamed";
    throw error;
  }
};

const runtimeAt = async (call: SubstrateCall, head: Uint8Array): Promise<string> => {
  const { specName, specVersion } = await runtimeVersion(call, head);
  return `${specName} ${specVersion}`;
};

/** A chain is told by a block of it that the configuration names. */
const wordOf = async (call: SubstrateCall, { number, hash }: Block): Promise<NodeWord> => {
  const found = await blockHash(call, number);
  const head = await finalizedHead(call);
  const header = await headerOf(call, head);
  if (header === undefined)
    throw new RpcError("rpc/form", "expected the node to know the block that it names", "backoff");
  const chain = await perhaps(call("system_chain", [], name));
  const version = await perhaps(call("system_version", [], name));
  const runtime = await perhaps(runtimeAt(call, head));
  const hex = found === undefined ? "none" : `0x${toHex(found)}`;
  return {
    chain: {
      isOurs: found !== undefined && equal(found, hash),
      expected: `block ${number} with hash 0x${toHex(hash)}`,
      found: `${chain}, whose block ${number} is ${hex}`,
    },
    program: `node ${version}, runtime ${runtime}`,
    height: BigInt(header.number),
  };
};

/** By WebSocket nodes tell of new blocks. */
const headsFinding = async (chain: "parachain", url: string, timeoutMs: number): Promise<Finding> => {
  const of = `new blocks from ${endpointName(url)}`;
  const todo = `see whether it serves WebSockets there, or write its http URL, which is polled, into ${chain}.urls`;
  try {
    const socket = await openSocket(url, { timeoutMs, maxMessageBytes: MAX_MESSAGE_BYTES });
    try {
      await socket.call("system_chain", []);
    } finally {
      socket.close();
    }
    return wish(`${chain}/no-web-socket`, of, true, "a WebSocket that answers", "answers", todo);
  } catch (error) {
    return wish(`${chain}/no-web-socket`, of, false, "a WebSocket that answers", textOf(faultIn(error)), todo);
  }
};

const nodesOf = (
  chain: "parachain" | "relay",
  { [chain]: { httpUrls, ...bounds } }: Config,
  block: Block,
): Promise<readonly Finding[]> => nodeFindings(chain, httpUrls, FAR, (url) => wordOf(callNode(url, bounds), block));

export const parachainArea: Area<Pick<CheckContext, "config" | "bridge">> = {
  name: "parachain",
  look: async ({ config, bridge }) => {
    const sockets = config.parachain.urls.filter((url) => url.startsWith("ws"));
    const [nodes, heads] = await Promise.all([
      nodesOf("parachain", config, { number: 0, hash: bridge.parachain.genesisHash }),
      Promise.all(sockets.map((url) => headsFinding("parachain", url, config.parachain.timeoutMs))),
    ]);
    return [...nodes, ...heads];
  },
};

/** The block that the configuration's root of trust names tells the relay chain. */
export const relayArea: Area<Pick<CheckContext, "config" | "bridge">> = {
  name: "relay",
  look: ({ config, bridge }) => nodesOf("relay", config, bridge.relay.finalized),
};
