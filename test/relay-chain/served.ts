/** Long chains behind nodes, and relayers' configurations that name them. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { type Config, parseConfig } from "@pdiem/relayer/config";
import { createLongChain, type LongChain, type LongChainOptions } from "./long-chain.js";
import { type LongChainNode, startLongChainNode } from "./long-chain-node.js";

/** Size of Polkadot's larger sets. */
export const POLKADOT = { authorities: 600, blocks: 14_400 };

export interface Served {
  readonly chain: LongChain;
  readonly node: LongChainNode;
}

export const serve = async (options: LongChainOptions): Promise<Served> => {
  const chain = createLongChain(options);
  return { chain, node: await startLongChainNode(chain) };
};

/** Where nobody listens. */
export const NOBODY = "http://127.0.0.1:1";

/** A relayer's configuration for a bridge that begins at the chain's root. */
export const configFor = (
  { chain, node }: { readonly chain: LongChain; readonly node: Pick<LongChainNode, "url"> },
  bridge: BridgeConfig,
  {
    folder,
    enclave = NOBODY,
    diem = NOBODY,
  }: { readonly folder: string; readonly enclave?: string; readonly diem?: string },
): Config => {
  const urls = [node.url.replace("http", "ws")];
  return parseConfig({
    diem: { urls: [diem] },
    parachain: { urls },
    relay: { urls },
    enclave: { url: enclave },
    redis: { url: "redis://127.0.0.1:1" },
    state: { folder },
    bridge: formatBridgeConfig({ ...bridge, relay: chain.root }),
  });
};
