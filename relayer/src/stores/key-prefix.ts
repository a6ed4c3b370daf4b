import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";

/** Names what all keys of a bridge's relayers begin with in Redis. */
export const keyPrefix = ({
  redis,
  bridge,
}: {
  readonly redis: { readonly prefix: string };
  readonly bridge: BridgeConfig;
}): string => `${redis.prefix}-${toHex(bridgeId(bridge)).slice(0, 16)}`;
