/** Whoever makes wrapped assets on a devnet, with a configuration and a key in files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import type { HubRuntime } from "@pdiem/devnet/asset-hub/hub-runtime";
import { connectOperator, devAccount, type Operator } from "@pdiem/devnet/asset-hub/operator";
import { startDiem } from "@pdiem/devnet/diem/start-diem";
import { startSubstrate } from "@pdiem/devnet/substrate-chains";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { type CommandOutcome, runCommand } from "@pdiem/relayer/cli/testing/run-command";

export interface BridgeJson {
  readonly currencies: readonly object[];
  readonly parachain: object;
}

export interface AssetOperator {
  readonly operator: Operator;
  /** Options that sign with the operator's key. */
  readonly keyed: readonly string[];
  /** Writes a relayer's configuration with one asset, and gives its path. */
  readonly configure: (assetId: number, change?: (bridge: BridgeJson) => object) => string;
  readonly assets: (...args: readonly string[]) => Promise<CommandOutcome>;
  readonly close: () => Promise<void>;
}

const OPERATOR_URI = "//Operator";
const FREEZER = devAccount("//Guardians").publicKey;
const ENDOWMENT = 10n ** 18n;

/** Starts both chains. @param runtime of the parachain; without, the devnet's own */
export const startAssetOperator = async (runtime?: HubRuntime): Promise<AssetOperator> => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-assets-"));
  const diem = await startDiem({ blockInterval: 20 });
  const substrate = await startSubstrate({
    assetHub: {
      cadence: { busyInterval: 20, idleInterval: 500 },
      endowed: [{ account: devAccount(OPERATOR_URI).publicKey, free: ENDOWMENT }],
      ...(runtime === undefined ? {} : { runtime }),
    },
    relay: { cadence: { busyInterval: 20, idleInterval: 100 } },
  });
  const operator = await connectOperator({ url: substrate.assetHub.wsUrl, uri: OPERATOR_URI });
  const key = join(folder, "key");
  writeFileSync(key, `${OPERATOR_URI}\n`);
  await substrate.assetHub.produceBlock();
  await eventually(() => (substrate.assetHub.finalized().header.number > 0 ? true : undefined));
  let written = 0;
  return {
    operator,
    keyed: ["--key", key, "--scheme", "ed25519"],
    configure: (assetId, change = (bridge) => bridge) => {
      const { setId, authorities, finalized } = substrate.relay.trustRoot();
      const { paraId, genesisHash } = substrate.assetHub;
      const bridge = formatBridgeConfig({
        ...exampleConfig,
        diem: { ...exampleConfig.diem, chainId: diem.chainId, waypoint: parseWaypoint(diem.waypoint) },
        relay: { setId, authorities, finalized: { number: finalized.number, hash: finalized.hash } },
        parachain: { ...exampleConfig.parachain, paraId, genesisHash },
        currencies: exampleConfig.currencies.slice(0, 1).map((currency) => ({ ...currency, assetId })),
        reserve: 1_000_000_000_000n,
        genesisCost: 500_000_000_000n,
        guardians: { ...exampleConfig.guardians, freezer: FREEZER },
      });
      const file = join(folder, `${++written}.json`);
      const config = {
        diem: { urls: [diem.url] },
        parachain: { urls: [substrate.assetHub.wsUrl] },
        relay: { urls: [substrate.relay.wsUrl] },
        enclave: { url: "http://127.0.0.1:1" },
        redis: { url: "redis://127.0.0.1:1" },
        bridge: change(bridge as BridgeJson),
      };
      writeFileSync(file, JSON.stringify(config));
      return file;
    },
    assets: (...args) => runCommand("assets", ...args),
    close: async () => {
      await operator.close();
      await substrate.close();
      await diem.close();
      rmSync(folder, { recursive: true });
    },
  };
};
