/**
 * A local bridge on which nothing waits long: blocks follow fast, and the relayer polls often. The
 * time of both chains runs ahead of the machine's. It does so by up to 4 minutes, 6 s with each
 * parachain block.
 */
import { timeOf } from "@pdiem/devnet/asset-hub/producer";
import type { LocalBridgeOptions, RelayerSettings } from "@pdiem/devnet/local-bridge/local-bridge";

type Options = Omit<LocalBridgeOptions, "folder" | "redis">;

const MAX_LEAD_MS = 240_000;
const POLL_MS = 150;
const RETRY_MS = 3_000;

const hasty = (settings: RelayerSettings): RelayerSettings => ({
  ...settings,
  diem: { ...settings.diem, pollMs: POLL_MS },
  parachain: { ...settings.parachain, pollMs: POLL_MS },
  relay: { ...settings.relay, pollMs: POLL_MS },
  retry: { settleMs: RETRY_MS },
});

/** What the options themselves say about the chains' pace is left as it is. */
export const inHaste = ({ diem, substrate, prepare, relayerSettings, ...rest }: Options): Options => {
  let parachainTime = 0;
  return {
    ...rest,
    diem: {
      blockInterval: 50,
      idleInterval: 250,
      clock: () => BigInt(Math.max(Date.now(), parachainTime)) * 1000n,
      ...diem,
    },
    substrate: {
      ...substrate,
      assetHub: {
        ...substrate?.assetHub,
        cadence: {
          busyInterval: 300,
          idleInterval: 1_500,
          maxDrift: 0,
          maxLead: MAX_LEAD_MS,
          ...substrate?.assetHub?.cadence,
        },
      },
      relay: { ...substrate?.relay, cadence: { busyInterval: 100, ...substrate?.relay?.cadence } },
    },
    prepare: async (chains) => {
      chains.assetHub.onBlock(({ state }) => {
        parachainTime = timeOf(state);
      });
      await prepare?.(chains);
    },
    relayerSettings: (settings) => {
      const quick = hasty(settings);
      return relayerSettings?.(quick) ?? quick;
    },
  };
};
