/** One node of the parachain, believed for planning; what counts is proven afterwards. */
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { ApiPromise } from "@polkadot/api";
import { httpProvider } from "../../chains/parachain/http-provider.js";
import { callNode, type SubstrateCall } from "../../chains/parachain/substrate-rpc.js";
import { ConfigError, RpcError } from "../../error.js";
import type { Output } from "../output.js";
import type { Token } from "../set-up/amount.js";
import type { AssetSetUp } from "./set-up.js";

/** Amounts in smallest units of the native token. */
export interface HubCosts {
  /** Reserved of whoever makes an asset, and of its Owner afterwards. */
  readonly asset: bigint;
  readonly metadataBase: bigint;
  readonly metadataPerByte: bigint;
  /** Reserved of the issuer as long as an anchor is there. */
  readonly approval: bigint;
  /** What an account must hold to exist. */
  readonly existential: bigint;
}

export interface HubNode {
  readonly url: string;
  readonly call: SubstrateCall;
  readonly api: ApiPromise;
  /** How people know the chain and its runtime. */
  readonly name: string;
  readonly token: Token;
  readonly costs: HubCosts;
  /** Writes an account as this chain's people do, and in hex. */
  readonly address: (account: Uint8Array) => string;
}

const BOUNDS = { timeoutMs: 30_000, maxResponseBytes: 64_000_000 };

/** Gives the name under which `@polkadot/api` has a pallet. */
export const sectionOf = (pallet: string): string => `${pallet.charAt(0).toLowerCase()}${pallet.slice(1)}`;

const costsOf = (api: ApiPromise, pallet: string): HubCosts => {
  const constant = (section: string, name: string): bigint => {
    const value = api.consts[section]?.[name];
    if (value === undefined)
      throw new ConfigError(
        "config/assets-pallet",
        `expected the runtime's pallet ${section} to have ${name}: is ${pallet} the name of its assets pallet?`,
      );
    return BigInt(value.toString());
  };
  const section = sectionOf(pallet);
  return {
    asset: constant(section, "assetDeposit"),
    metadataBase: constant(section, "metadataDepositBase"),
    metadataPerByte: constant(section, "metadataDepositPerByte"),
    approval: constant(section, "approvalDeposit"),
    existential: constant("balances", "existentialDeposit"),
  };
};

const open = async (url: string, { pallet, genesisHash }: AssetSetUp): Promise<HubNode> => {
  const call = callNode(url, BOUNDS);
  const provider = httpProvider(call);
  const api = await new ApiPromise({ provider, noInitWarn: true, throwOnConnect: true }).isReadyOrError;
  const found = fromHex(api.genesisHash.toHex());
  if (genesisHash !== undefined && !equal(found, genesisHash))
    throw new ConfigError(
      "config/other-chain",
      `expected the chain of genesis 0x${toHex(genesisHash)} at ${url}, it is of 0x${toHex(found)}`,
    );
  const { specName, specVersion } = api.runtimeVersion;
  return {
    url,
    call,
    api,
    name: `${api.runtimeChain.toString()}, runtime ${specName.toString()} ${specVersion.toString()}`,
    token: { symbol: api.registry.chainTokens[0] ?? "", decimals: api.registry.chainDecimals[0] ?? 0 },
    costs: costsOf(api, pallet),
    address: (account) => `${api.registry.createType("AccountId", account).toString()} (0x${toHex(account)})`,
  };
};

/**
 * Opens the first node that answers.
 * @throws ConfigError `config/other-chain`, `config/assets-pallet`; RpcError `rpc/no-endpoint`
 */
export const openHub = async (setUp: AssetSetUp, output: Output): Promise<HubNode> => {
  for (const url of setUp.httpUrls) {
    try {
      return await open(url, setUp);
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      output.err(`${url} can't be used: ${isPdiemError(error) ? error.message : String(error)}`);
    }
  }
  throw new RpcError("rpc/no-endpoint", "expected one of the parachain's nodes to answer", "backoff");
};

/** @throws PdiemError `assets/call` where the runtime has no such call */
export const callOf = ({ api }: Pick<HubNode, "api">, pallet: string, name: string, ...args: readonly unknown[]) => {
  const make = api.tx[sectionOf(pallet)]?.[name];
  if (make === undefined) throw new PdiemError("assets/call", `expected the runtime to have ${pallet}.${name}`);
  return make(...args);
};
