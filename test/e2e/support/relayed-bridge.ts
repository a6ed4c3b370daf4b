/** A whole bridge with a relayer's process, and people on both sides of it. */
import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { accountSubaddress } from "@pdiem/bridge/deposit/subaddress";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { parseBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { depositAddress, rawDepositMetadata } from "@pdiem/bridge-client/deposit/deposit-address";
import { decodeAccountIdentifier, encodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { DiemWallet, Receipt } from "@pdiem/devnet/local-bridge/diem-wallet";
import { type LocalBridge, type LocalBridgeOptions, startLocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { asset, assetAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readAssetAccount, readAssetDetails } from "@pdiem/light-client/polkadot/trie/storage-value";
import { proveHead, proveStorage } from "@pdiem/relayer/chains/parachain/proven-state";
import type { TransferView } from "@pdiem/relayer/views/transfer-view";
import { isUsualWait } from "@pdiem/relayer/views/usual-wait";
import { findRedis } from "#scripts/redis.mjs";
import { inHaste } from "./haste.js";
import { rpcOf } from "./rpc.js";
import { runtimeUnderTest } from "./runtime-under-test.js";

export interface RelayedBridge extends LocalBridge {
  readonly config: BridgeConfig;
  readonly payer: DiemWallet;
  readonly pay: (currency: string, amount: bigint, metadata: Uint8Array) => Promise<Receipt>;
  /** Asks the relayer's API. */
  readonly ask: <T>(path: string, body?: unknown) => Promise<T>;
  readonly transfer: (number: number) => Promise<TransferView>;
  /** Waits until a deposit is finalized, or waits for something out of the ordinary. */
  readonly ended: (number: number) => Promise<TransferView>;
  /** Registers accounts and gives their DIP-5 addresses, in order. */
  readonly register: (accounts: readonly Uint8Array[]) => Promise<readonly string[]>;
  /** Proven at the newest finalized block, from the configuration's trust root on. */
  readonly balances: (currency: string, accounts: readonly Uint8Array[]) => Promise<readonly bigint[]>;
  readonly supply: (currency: string) => Promise<bigint>;
  readonly stop: () => Promise<void>;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Metadata of a payment to a DIP-5 address. */
export const metadataFor = (address: string): Uint8Array =>
  encodeMetadata({
    type: "general",
    value: {
      toSubaddress: decodeAccountIdentifier("tdm", address).subaddress,
      fromSubaddress: undefined,
      referencedEvent: undefined,
    },
  });

export const startRelayedBridge = async (
  options: Omit<LocalBridgeOptions, "folder" | "redis"> = {},
): Promise<RelayedBridge> => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-relayed-"));
  const { substrate } = options;
  const assetHub = { ...(await runtimeUnderTest()), ...substrate?.assetHub };
  const hasty = inHaste({ ...options, substrate: { ...substrate, assetHub } });
  const bridge = await startLocalBridge({ ...hasty, folder, redis: findRedis() });
  const config = parseBridgeConfig(JSON.parse(readFileSync(bridge.bridgeFile, "utf8")));
  const payer = createAccount(bridge.chains.diem, 1_000_000_000_000n, "A payer");
  const custody = config.diem.custody;
  const pallet = config.parachain.assetsPallet;

  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(`${bridge.relayerUrl}${path}`, body === undefined ? {} : post);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${JSON.stringify(answer)}`);
    return answer as T;
  };

  const transfer = (number: number): Promise<TransferView> => ask(`/api/v1/transfers/deposit-${number}`);

  const state = async (keys: readonly Uint8Array[]): Promise<readonly (Uint8Array | undefined)[]> => {
    const { para } = await proveHead(
      rpcOf(bridge.chains.relay.url),
      initialLightClientState(config).relay,
      config.parachain.paraId,
    );
    const { lookup } = await proveStorage(rpcOf(bridge.chains.assetHub.url), para, keys);
    return keys.map(lookup);
  };

  const idOf = (currency: string): number => {
    const found = config.currencies.find(({ code }) => code === currency);
    if (found === undefined) throw new RangeError(`expected a bridged currency, got ${currency}`);
    return found.assetId;
  };

  return {
    ...bridge,
    config,
    payer,
    pay: (currency, amount, metadata) => payer.pay({ payee: custody, currency, amount, metadata }),
    ask,
    transfer,
    ended: (number) =>
      eventually(async () => {
        const view = await transfer(number).catch(() => undefined);
        const { result, waitingFor } = view ?? {};
        return result !== undefined || (waitingFor !== undefined && !isUsualWait(waitingFor)) ? view : undefined;
      }),
    register: async (accounts) => {
      for (const account of accounts) await ask("/api/v1/accounts", { account: hex(account) });
      return Promise.all(
        accounts.map((account) =>
          eventually(async () => {
            const view = await ask<{ registered?: { address: string; index: number } }>(
              `/api/v1/accounts/${hex(account)}`,
            );
            const { address, index } = view.registered ?? {};
            if (address === undefined || index === undefined) return undefined;
            if (address !== depositAddress(config, BigInt(index))) throw new Error("expected the address of its index");
            return address;
          }),
        ),
      );
    },
    balances: async (currency, accounts) => {
      const values = await state(accounts.map((account) => assetAccount(pallet, idOf(currency), account)));
      return values.map((value) => (value === undefined ? 0n : readAssetAccount(value).balance));
    },
    supply: async (currency) => {
      const [value] = await state([asset(pallet, idOf(currency))]);
      return value === undefined ? 0n : readAssetDetails(value).supply;
    },
    stop: async () => {
      await bridge.close();
      await rm(folder, { recursive: true });
    },
  };
};

/**
 * A DIP-5 address with the bridge's subaddress of a registered account; its custody is nobody's,
 * as metadata has none.
 */
export const depositAddressOf = (index: bigint): string =>
  encodeAccountIdentifier("tdm", new Uint8Array(16), accountSubaddress(index));

/** Metadata of a payment to an account by its 32 bytes. */
export const rawFor = rawDepositMetadata;
