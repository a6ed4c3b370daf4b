import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { DurationsView } from "@pdiem/relayer/views/durations-view";
import type { Signal } from "@preact/signals";

/** What the forms need to know of the bridge. */
export interface Bridge {
  readonly config: BridgeConfig;
  /** The enclave's key, as the relayer names it, hex. */
  readonly issuer: string;
}

/** What both ways of moving assets are given. */
export interface MoveProps {
  readonly bridge: Bridge;
  readonly currency: Signal<string>;
  readonly durations: DurationsView | undefined;
}
