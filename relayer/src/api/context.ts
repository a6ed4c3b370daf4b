import { PdiemError } from "@pdiem/light-client/error";
import type { BridgeContext } from "../jobs/bridge-context.js";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";
import type { Running } from "../running.js";

const notYet = (waitingFor: string): never => {
  throw new PdiemError("relayer/starting", `not at work yet: ${waitingFor}`, "backoff");
};

/** What is asked of Redis waits until it is back: longer than anybody who asks over HTTP. @throws PdiemError `relayer/no-redis` */
export const expectRedis = ({ isRedisThere }: Running): void => {
  if (!isRedisThere())
    throw new PdiemError("relayer/no-redis", "Redis doesn't answer the relayer: /readyz says more", "backoff");
};

/** @throws PdiemError `relayer/starting` with `backoff`, a 503, until the relayer is at work */
export const contextOf = (running: Running): BridgeContext =>
  running.work()?.context ?? notYet(`waiting for ${running.waitingFor() ?? "the enclave"}`);

/** @throws as `contextOf`, until both chains have been looked at */
export const viewOf = (running: Running): BridgeView =>
  contextOf(running).follower.view() ?? notYet("the chains haven't been looked at");

/** @throws as `contextOf`, until the first ledger is in force */
export const inForceOf = (running: Running): CurrentLedger => viewOf(running).current ?? notYet("no ledger is in force");
