/**
 * A whole Diem network in this process, with a node's interface on one port and the faucet on
 * another. Loopback only.
 */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { utf8 } from "@pdiem/light-client/bytes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { formatWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { type Association, createAssociation } from "./association.js";
import { createDiemChain, type DiemChain } from "./diem-chain.js";
import { createFaucet, type Faucet } from "./faucet.js";
import { jsonRpcListener } from "./json-rpc/server.js";
import { networkKeys } from "./network-keys.js";
import type { BlockProduction } from "./operator-actions.js";
import { operatorListener } from "./operator-server.js";

export interface DiemOptions {
  /** Port of the JSON-RPC interface; 0 or none: any free one. */
  readonly port?: number;
  /** Port of the faucet and the operator's actions; 0 or none: any free one. */
  readonly faucetPort?: number;
  readonly chainId?: number;
  readonly validators?: number;
  /** 32 bytes that all keys come from. */
  readonly seed?: Uint8Array;
  /**
   * Milliseconds from a transaction's arrival to its block at most; "manual": only
   * `chain.produceBlock` makes blocks.
   */
  readonly blockInterval?: number | "manual";
  /** Milliseconds between blocks while nothing arrives. */
  readonly idleInterval?: number;
  /** XDX that the dealer can hand out, in smallest units. */
  readonly dealerXdx?: bigint;
  /** Microseconds since 1970. */
  readonly clock?: () => bigint;
}

export interface RunningDiem {
  readonly url: string;
  readonly faucetUrl: string;
  readonly waypoint: string;
  readonly chainId: number;
  readonly chain: DiemChain;
  readonly association: Association;
  readonly faucet: Faucet;
  readonly close: () => Promise<void>;
}

const HOST = "127.0.0.1";
const TESTING = 4;
const DEFAULT_SEED = sha3_256(utf8("pdiem devnet"));

const machineClock = (): bigint => BigInt(Date.now()) * 1000n;

const listen = async (listener: RequestListener, port: number): Promise<readonly [Server, string]> => {
  // Clients end idle connections: a server that does so might end one that is just used again.
  const server = createServer({ keepAliveTimeout: 0 }, listener);
  server.listen(port, HOST);
  await once(server, "listening");
  return [server, `http://${HOST}:${(server.address() as AddressInfo).port}`];
};

const stop = async (server: Server): Promise<void> => {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
};

/**
 * Blocks while there is something to execute, and now and then without, so that the chain's time
 * goes on.
 */
const produceBlocks = (chain: DiemChain, interval: number, idleInterval: number): BlockProduction => {
  let last = performance.now();
  const tick = (): void => {
    if (!chain.isBusy() && performance.now() - last < idleInterval) return;
    chain.produceBlock();
    last = performance.now();
  };
  let timer: NodeJS.Timeout | undefined;
  const halt = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const resume = (): void => {
    timer ??= setInterval(tick, interval);
  };
  resume();
  return { halt, resume };
};

const MANUAL_PRODUCTION: BlockProduction = { halt: () => undefined, resume: () => undefined };

/** Resolves once both ports answer; the first block is there, so chain time is the machine's. */
export const startDiem = async (options: DiemOptions = {}): Promise<RunningDiem> => {
  const { chainId = TESTING, blockInterval = 100, idleInterval = 1000 } = options;
  const keys = networkKeys(options.seed ?? DEFAULT_SEED, options.validators ?? 4);
  const { dealerXdx, clock = machineClock } = options;
  const chain = createDiemChain({ chainId, ...keys, clock, ...(dealerXdx === undefined ? {} : { dealerXdx }) });
  const association = createAssociation(chain, keys.associationSeed);
  const faucet = createFaucet(chain, association);
  chain.produceBlock();
  const [node, url] = await listen(jsonRpcListener(chain), options.port ?? 0);
  const production = blockInterval === "manual" ? MANUAL_PRODUCTION : produceBlocks(chain, blockInterval, idleInterval);
  const operator = operatorListener({ chain, association, faucet, production });
  const [operatorServer, faucetUrl] = await listen(operator, options.faucetPort ?? 0);
  return {
    url,
    faucetUrl,
    waypoint: formatWaypoint(chain.waypoint),
    chainId,
    chain,
    association,
    faucet,
    close: async () => {
      production.halt();
      await Promise.all([stop(node), stop(operatorServer)]);
    },
  };
};
