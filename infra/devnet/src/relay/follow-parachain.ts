/** A relay chain that stands alone learns of its parachain's heads from a node, over JSON-RPC. */
import { fromHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/scale";
import { DecodeError } from "@pdiem/light-client/error";
import { digestItem } from "@pdiem/light-client/polkadot/finality/digest";
import { header } from "@pdiem/light-client/polkadot/finality/header";

const POLL_INTERVAL = 1_000;
const TIMEOUT = 5_000;

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;

const text = (value: unknown, name: string): string => {
  const found = field(value, name);
  if (typeof found !== "string") throw new DecodeError("decode/header", `expected a header with a text as ${name}`);
  return found;
};

/** A header as nodes write it in JSON, SCALE encoded. @throws DecodeError */
const encodeHeaderJson = (value: unknown): Uint8Array => {
  const logs = field(field(value, "digest"), "logs");
  if (!Array.isArray(logs)) throw new DecodeError("decode/header", "expected a header with digest.logs");
  return encode(header, {
    parentHash: fromHex(text(value, "parentHash"), 32),
    number: Number(text(value, "number")),
    stateRoot: fromHex(text(value, "stateRoot"), 32),
    extrinsicsRoot: fromHex(text(value, "extrinsicsRoot"), 32),
    digest: logs.map((log) => decode(digestItem, fromHex(String(log)))),
  });
};

const call = async (url: string, method: string, params: readonly unknown[]): Promise<unknown> => {
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  const answer: unknown = await response.json();
  return field(answer, "result");
};

/**
 * Fetches the parachain's genesis header, encoded.
 * @param url HTTP URL of one of its nodes
 */
export const fetchGenesisHead = async (url: string): Promise<Uint8Array> => {
  const hash = await call(url, "chain_getBlockHash", [0]);
  return encodeHeaderJson(await call(url, "chain_getHeader", [hash]));
};

/**
 * Tells `include` of each new head, asking once a second, until the returned function is called. A
 * node that is down is asked again.
 */
export const followParachain = (url: string, include: (headData: Uint8Array) => void): (() => void) => {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let last = "";
  const poll = async (): Promise<void> => {
    try {
      const head = await call(url, "chain_getHeader", []);
      const seen = JSON.stringify(head);
      if (seen !== last) include(encodeHeaderJson(head));
      last = seen;
    } catch {
      last = "";
    }
    if (!stopped) timer = setTimeout(poll, POLL_INTERVAL);
  };
  void poll();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
};
