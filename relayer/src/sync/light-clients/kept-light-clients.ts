import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { type Heads, heads as headsCodec, initialHeads } from "@pdiem/bridge/facts/light-client-state";
import type { Logger } from "pino";
import type { Config } from "../../config.js";
import type { HeadsKeeper } from "./light-client-keeper.js";
import { startRepeating } from "../../repeating.js";
import { type KeptFile, keptFile } from "./kept-file.js";

const KEEP_MS = 30_000;

export const headsFile = ({ bridge, state }: Config): KeptFile<Heads> =>
  keptFile(state.folder, "heads", bridgeId(bridge), headsCodec);

/** Where light clients may begin: where an earlier run kept them, or at the configuration's roots of trust. */
export const startingHeads = ({ bridge }: Config, { path, read }: KeptFile<Heads>, log: Logger): Heads => {
  const kept = read();
  if (kept.type !== "value") {
    const start = "light clients begin at the configuration's roots";
    if (kept.type === "nothing") log.info(start);
    else log.warn({ file: path, reason: kept.reason }, `${start}: what was kept can't be used`);
    return initialHeads(bridge);
  }
  const { diem, relay } = kept.value;
  const epoch = diem.type === "epochState" ? diem.value.epochState.epoch.toString() : undefined;
  log.info({ file: path, epoch, setId: relay.setId.toString() }, "light clients go on from what was kept");
  return kept.value;
};

/** Keeps heads for the next process as they move on. @returns what does so a last time, and ends it */
export const startKeepingHeads = (
  heads: Pick<HeadsKeeper, "earlier">,
  { path, write }: KeptFile<Heads>,
  log: Logger,
): (() => Promise<void>) => {
  let written = heads.earlier();
  let isTold = false;
  const keep = async (): Promise<void> => {
    const earlier = heads.earlier();
    if (earlier.diem === written.diem && earlier.relay === written.relay) return;
    await write(earlier);
    written = earlier;
    isTold = false;
  };
  const tell = (error: unknown): void => {
    if (!isTold) log.warn({ file: path, error: String(error) }, "heads can't be kept: a restart will take longer");
    isTold = true;
  };
  const keeping = startRepeating(keep, KEEP_MS, tell);
  return async () => {
    await keeping.stop();
    await keep().catch(tell);
  };
};
