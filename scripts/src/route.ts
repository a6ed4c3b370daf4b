import type { CurrencyConfig } from "@pdiem/bridge/config/currency-config";
import type { LocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";
import { type Config, readConfig } from "@pdiem/relayer/config";

/** What a transfer goes by: the bridge's configuration, and one of its currencies. */
export interface Route {
  readonly config: Config;
  readonly currency: CurrencyConfig;
}

/** @throws Error where the local bridge hasn't that currency */
export const routeOf = ({ relayerFile }: LocalBridge, code: string): Route => {
  const config = readConfig(relayerFile);
  const currency = config.bridge.currencies.find((one) => one.code === code);
  if (currency === undefined) throw new Error(`expected the bridge to have ${code}`);
  return { config, currency };
};
