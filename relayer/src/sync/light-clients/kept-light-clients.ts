import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import {
  initialLightClientState,
  type LightClientState,
  lightClientState,
} from "@pdiem/bridge/facts/light-client-state";
import type { Logger } from "pino";
import { startRepeating } from "../../repeating.js";
import { type KeptFile, keptFile } from "./kept-file.js";
import type { LightClientKeeper } from "./light-client-keeper.js";

const KEEP_MS = 30_000;

/** Whose light clients are kept, and where. */
export interface KeptIn {
  readonly bridge: BridgeConfig;
  readonly state: { readonly folder: string };
}

export const lightClientFile = ({ bridge, state }: KeptIn): KeptFile<LightClientState> =>
  keptFile(state.folder, "light-clients", bridgeId(bridge), lightClientState);

/**
 * Tells where light clients may begin: where an earlier run kept them, or at the configuration's
 * roots of trust.
 */
export const startingState = (
  { bridge }: Pick<KeptIn, "bridge">,
  { path, read }: KeptFile<LightClientState>,
  log: Logger,
): LightClientState => {
  const kept = read();
  if (kept.type !== "value") {
    const start = "light clients begin at the configuration's roots";
    if (kept.type === "nothing") log.info(start);
    else log.warn({ file: path, reason: kept.reason }, `${start}: what was kept can't be used`);
    return initialLightClientState(bridge);
  }
  const { diem, relay } = kept.value;
  const epoch = diem.type === "epochState" ? diem.value.epochState.epoch.toString() : undefined;
  log.info({ file: path, epoch, setId: relay.setId.toString() }, "light clients go on from what was kept");
  return kept.value;
};

/**
 * Keeps light clients for the next process as they move on.
 * @returns what does so a last time, and ends it
 */
export const startKeeping = (
  lightClients: Pick<LightClientKeeper, "earlier">,
  { path, write }: KeptFile<LightClientState>,
  log: Logger,
): (() => Promise<void>) => {
  let written = lightClients.earlier();
  let isTold = false;
  const keep = async (): Promise<void> => {
    const earlier = lightClients.earlier();
    if (earlier.diem === written.diem && earlier.relay === written.relay) return;
    await write(earlier);
    written = earlier;
    isTold = false;
  };
  const tell = (error: unknown): void => {
    if (!isTold) log.warn({ file: path, error: String(error) }, "light clients can't be kept: a restart takes longer");
    isTold = true;
  };
  const keeping = startRepeating(keep, KEEP_MS, tell);
  return async () => {
    await keeping.stop();
    await keep().catch(tell);
  };
};
