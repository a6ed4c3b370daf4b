import { toHex } from "@pdiem/light-client/bytes";
import { ApiPromise } from "@polkadot/api";
import type { Logger } from "pino";
import { RpcError } from "../../error.js";
import { failureOf } from "./dispatch-failure.js";
import { webSocketProvider } from "./web-socket-provider.js";

/**
 * What the node says about an extrinsic. A hint: whether it took effect is read from finalized
 * state.
 */
export type ExtrinsicStatus =
  | { readonly type: "pending" }
  | { readonly type: "inBlock"; readonly block: string; readonly failure: string | undefined }
  | { readonly type: "finalized"; readonly block: string }
  | { readonly type: "void"; readonly reason: string };

/**
 * A WebSocket to one of several nodes, moved to the next one when it closes, or is open and silent.
 */
export interface Connection {
  /** @throws RpcError `rpc/submit` when the node refuses it, `rpc/disconnected` */
  readonly submit: (extrinsic: Uint8Array, onStatus: (status: ExtrinsicStatus) => void) => Promise<void>;
  readonly state: () => ConnectionState;
  /**
   * Tells what an account must hold of the native token to exist, as the node's metadata says:
   * unproven. Undefined while there is no connection.
   */
  readonly existentialDeposit: () => bigint | undefined;
  readonly close: () => Promise<void>;
}

export interface ConnectionState {
  readonly url: string;
  readonly connected: boolean;
  /** When the node last announced a block or answered, ms since 1970. */
  readonly lastSignOfLife: number;
}

export interface ConnectionOptions {
  readonly urls: readonly string[];
  /** Silence after which the node is asked whether it is alive, and how long it has to answer. */
  readonly silenceMs: number;
  readonly timeoutMs: number;
  /** Tells of each block announced, so that nothing has to wait for the next poll. */
  readonly onBlock: () => void;
  readonly log: Logger;
}

/** More than a block with all its events takes, or a runtime's metadata. */
const MAX_MESSAGE_BYTES = 32_000_000;

interface Link {
  readonly url: string;
  readonly api: ApiPromise;
}

const within = async <T>(ms: number, what: string, promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RpcError("rpc/timeout", `expected ${what} within ${ms} ms`, "backoff")), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

export const openConnection = (options: ConnectionOptions): Connection => {
  const { urls, log, timeoutMs, silenceMs } = options;
  let turn = 0;
  let link: Link | undefined;
  let lastSignOfLife = Date.now();
  let lastBlock = 0;
  let closed = false;

  const connect = async (): Promise<void> => {
    const url = urls[turn++ % urls.length] ?? "";
    const provider = webSocketProvider(url, { timeoutMs, maxMessageBytes: MAX_MESSAGE_BYTES });
    const api = new ApiPromise({ provider, noInitWarn: true, throwOnConnect: true });
    try {
      await within(
        timeoutMs,
        `${url} to connect`,
        provider.connect().then(() => api.isReadyOrError),
      );
      await api.rpc.chain.subscribeNewHeads((header) => {
        lastSignOfLife = Date.now();
        lastBlock = header.number.toNumber();
        options.onBlock();
      });
      link = { url, api };
      lastSignOfLife = Date.now();
      log.info({ url }, "connected to the parachain");
    } catch (error) {
      await disconnect(api);
      throw error;
    }
  };

  const drop = async (reason: string): Promise<void> => {
    const gone = link;
    link = undefined;
    if (gone === undefined) return;
    log.warn({ url: gone.url, reason }, "leaving this parachain node");
    await disconnect(gone.api);
  };

  /** A node that answers but whose blocks don't reach us has lost our subscription. */
  const probe = async ({ api, url }: Link): Promise<void> => {
    const header = await within(timeoutMs, `${url} to answer`, api.rpc.chain.getHeader());
    if (header.number.toNumber() > lastBlock) throw new RpcError("rpc/silent", `${url} announces no blocks`, "backoff");
    lastSignOfLife = Date.now();
  };

  const poll = async (): Promise<void> => {
    try {
      if (link === undefined) await connect();
      else if (!link.api.isConnected) await drop("closed");
      else if (Date.now() - lastSignOfLife > silenceMs) await probe(link);
    } catch (error) {
      await drop(String(error));
      log.debug({ error: String(error) }, "no parachain connection");
    }
  };

  const watch = async (): Promise<void> => {
    while (!closed) {
      await poll();
      await new Promise((resolve) => setTimeout(resolve, link === undefined ? 500 : 1_000).unref());
    }
  };
  const watching = watch();

  return {
    submit: async (extrinsic, onStatus) => {
      if (link === undefined)
        throw new RpcError("rpc/disconnected", "expected a connection to a parachain node", "backoff");
      await submitTo(link, extrinsic, timeoutMs, onStatus);
    },
    state: () => ({
      url: link?.url ?? urls[turn % urls.length] ?? "",
      connected: link?.api.isConnected ?? false,
      lastSignOfLife,
    }),
    existentialDeposit: () => {
      const deposit = link?.api.consts.balances?.existentialDeposit;
      return deposit === undefined ? undefined : BigInt(deposit.toString());
    },
    close: async () => {
      closed = true;
      await drop("shutting down");
      await Promise.race([watching, new Promise((resolve) => setTimeout(resolve, 1_500).unref())]);
      await drop("shutting down");
    },
  };
};

const disconnect = async (api: ApiPromise): Promise<void> => {
  try {
    await api.disconnect();
  } catch {
    // Disconnecting what never connected is no fault.
  }
};

const submitTo = async (
  { api, url }: Link,
  extrinsic: Uint8Array,
  timeoutMs: number,
  onStatus: (status: ExtrinsicStatus) => void,
): Promise<void> => {
  const hex = `0x${toHex(extrinsic)}`;
  const report = async (block: string): Promise<void> => {
    onStatus({ type: "inBlock", block, failure: await failureOf(api, block, hex) });
  };
  try {
    const unsubscribe = await within(
      timeoutMs,
      `${url} to take an extrinsic`,
      api.rpc.author.submitAndWatchExtrinsic(hex, (status) => {
        if (status.isInBlock)
          report(status.asInBlock.toHex()).catch(() =>
            onStatus({ type: "inBlock", block: status.asInBlock.toHex(), failure: undefined }),
          );
        else if (status.isFinalized) onStatus({ type: "finalized", block: status.asFinalized.toHex() });
        else if (status.isInvalid || status.isDropped || status.isUsurped || status.isFinalityTimeout)
          onStatus({ type: "void", reason: status.type });
        else onStatus({ type: "pending" });
        if (status.isFinalized || status.isInvalid || status.isDropped || status.isUsurped) unsubscribe?.();
      }),
    );
  } catch (cause) {
    throw new RpcError("rpc/submit", `expected ${url} to take an extrinsic: ${String(cause)}`, "backoff", { cause });
  }
};
