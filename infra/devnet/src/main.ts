#!/usr/bin/env node
/** The devnet's command line: all chains, or one, on chosen ports. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { fromHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/scale";
import { header } from "@pdiem/light-client/polkadot/finality/header";
import { type AssetHub, type AssetHubOptions, assetHubGenesis, startAssetHub } from "./asset-hub/asset-hub.js";
import { devEndowments } from "./asset-hub/dev-accounts.js";
import { loadRuntime, type RuntimeOptions } from "./asset-hub/runtime-file.js";
import { type RunningDiem, startDiem } from "./diem/start-diem.js";
import { bridgeConfigJson, DEFAULT_LIMITS } from "./local-bridge/bridge-defaults.js";
import { type LocalChains, startChains } from "./local-bridge/chains.js";
import { parachainJson } from "./local-bridge/parachain-json.js";
import { fetchGenesisHead, followParachain } from "./relay/follow-parachain.js";
import { type Relay, startRelay } from "./relay/relay.js";
import { hex } from "./substrate/json.js";

const USAGE = `Usage: devnet [all|diem|asset-hub|relay] [options]

  --diem-port N         JSON-RPC of the Diem node
  --faucet-port N       its faucet
  --asset-hub-port N    JSON-RPC of Asset Hub, HTTP and WebSocket
  --relay-port N        JSON-RPC of the relay chain, HTTP and WebSocket
  --runtime FILE        what Asset Hub runs instead of statemine 900: WebAssembly, or a chain
                        specification with a raw genesis
  --token SYMBOL:N      with WebAssembly: its native token and decimals, PAS:10 if left out
  --block-period MS     with --runtime: between the timestamps of blocks, 6000 if left out
  --asset-hub-url URL   relay alone: HTTP URL of the Asset Hub that it finalizes
  --config FILE         all: writes a relayer's configuration there
  --custody ADDRESS     with --config: custody's address on Diem, 16 bytes of hex
  --enclave-url URL     with --config
  --redis-url URL       with --config

Ports left out are free ones. Prints one line of JSON once everything answers; ends on SIGINT and SIGTERM.`;

const OPTIONS = {
  "diem-port": { type: "string", default: "0" },
  "faucet-port": { type: "string", default: "0" },
  "asset-hub-port": { type: "string", default: "0" },
  "relay-port": { type: "string", default: "0" },
  "asset-hub-url": { type: "string" },
  runtime: { type: "string" },
  token: { type: "string" },
  "block-period": { type: "string" },
  config: { type: "string" },
  custody: { type: "string" },
  "enclave-url": { type: "string", default: "http://127.0.0.1:8091" },
  "redis-url": { type: "string", default: "redis://127.0.0.1:6379" },
  help: { type: "boolean", default: false },
} as const;

const parse = () => parseArgs({ options: OPTIONS, allowPositionals: true });
type Flags = ReturnType<typeof parse>["values"];

/** What runs: said once, and how to end it. */
interface Running {
  readonly said: object;
  readonly close: () => Promise<void>;
}

const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new RangeError(`expected a port, got ${text}`);
  return value;
};

const tokenOf = (text: string): RuntimeOptions => {
  const [, tokenSymbol, decimals] = /^([A-Za-z]{1,12}):([0-9]{1,2})$/.exec(text) ?? [];
  if (tokenSymbol === undefined) throw new RangeError(`expected a token such as PAS:10, got ${text}`);
  return { properties: { tokenSymbol, tokenDecimals: Number(decimals) } };
};

const periodOf = (text: string): RuntimeOptions => {
  const blockPeriod = Number(text);
  if (!Number.isInteger(blockPeriod) || blockPeriod < 500 || blockPeriod > 60_000)
    throw new RangeError(`expected 500 to 60,000 ms between blocks, got ${text}`);
  return { blockPeriod };
};

/** What the Asset Hub of these flags runs, and who has tokens on it. */
const hubOptions = async (flags: Flags): Promise<Pick<AssetHubOptions, "endowed" | "runtime">> => {
  const { runtime, token, "block-period": period } = flags;
  const options = {
    ...(token === undefined ? {} : tokenOf(token)),
    ...(period === undefined ? {} : periodOf(period)),
  };
  return {
    endowed: devEndowments(),
    ...(runtime === undefined ? {} : { runtime: await loadRuntime(runtime, options) }),
  };
};

const diemSaid = ({ url, faucetUrl, waypoint, chainId }: RunningDiem): object => ({
  diem: { url, faucetUrl, waypoint, chainId },
});

const hubSaid = ({ url, wsUrl, genesisHash }: AssetHub): object => ({
  assetHub: { url, wsUrl, genesisHash: hex(genesisHash) },
});

const relaySaid = ({ url, wsUrl, genesisHash }: Relay): object => ({
  relay: { url, wsUrl, genesisHash: hex(genesisHash) },
});

const runDiem = async (flags: Flags): Promise<Running> => {
  const diem = await startDiem({ port: port(flags["diem-port"]), faucetPort: port(flags["faucet-port"]) });
  return { said: diemSaid(diem), close: diem.close };
};

const runAssetHub = async (flags: Flags): Promise<Running> => {
  const hub = await startAssetHub({ port: port(flags["asset-hub-port"]), ...(await hubOptions(flags)) });
  return { said: hubSaid(hub), close: hub.close };
};

const runRelay = async (flags: Flags): Promise<Running> => {
  const url = flags["asset-hub-url"];
  const { runtime, block } = assetHubGenesis(await hubOptions(flags));
  const parachainGenesis = url === undefined ? encode(header, block.header) : await fetchGenesisHead(url);
  const relay = await startRelay({ port: port(flags["relay-port"]), paraId: runtime.paraId, parachainGenesis });
  const stop = url === undefined ? () => undefined : followParachain(url, relay.includeParachainHead);
  const close = (): Promise<void> => {
    stop();
    return relay.close();
  };
  return { said: relaySaid(relay), close };
};

/**
 * A relayer's configuration for the chains as they are now.
 * @throws DecodeError for a custody that is no address
 */
const configFor = async (chains: LocalChains, flags: Flags): Promise<object> => {
  const { diem, assetHub, relay, trustRoot } = chains;
  const custody = fromHex(flags.custody ?? "", 16);
  const roots = { diem: { ...diem, custody }, relay: trustRoot, parachain: assetHub };
  return {
    diem: { urls: [diem.url] },
    parachain: { urls: [assetHub.wsUrl] },
    relay: { urls: [relay.wsUrl] },
    enclave: { url: flags["enclave-url"] },
    redis: { url: flags["redis-url"] },
    bridge: bridgeConfigJson(roots, { ...DEFAULT_LIMITS, parachain: await parachainJson(assetHub) }),
  };
};

const runAll = async (flags: Flags): Promise<Running> => {
  const chains = await startChains({
    diem: { port: port(flags["diem-port"]), faucetPort: port(flags["faucet-port"]) },
    substrate: {
      assetHub: { port: port(flags["asset-hub-port"]), ...(await hubOptions(flags)) },
      relay: { port: port(flags["relay-port"]) },
    },
  });
  if (flags.config !== undefined)
    await writeFile(flags.config, `${JSON.stringify(await configFor(chains, flags), undefined, 2)}\n`);
  const said = { ...diemSaid(chains.diem), ...hubSaid(chains.assetHub), ...relaySaid(chains.relay) };
  return { said, close: chains.close };
};

const CHAINS: Readonly<Record<string, (flags: Flags) => Promise<Running>>> = {
  all: runAll,
  diem: runDiem,
  "asset-hub": runAssetHub,
  relay: runRelay,
};

const run = async (): Promise<void> => {
  const { values, positionals } = parse();
  const start = CHAINS[positionals[0] ?? "all"];
  if (values.help || start === undefined || positionals.length > 1) {
    process.stdout.write(`${USAGE}\n`);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const { said, close } = await start(values);
  process.stdout.write(`${JSON.stringify(said)}\n`);
  const end = (): void => void close().then(() => process.exit(0));
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
};

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
