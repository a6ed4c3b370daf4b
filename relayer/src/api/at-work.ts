/** What routes need before they can answer. */
import { PdiemError } from "@pdiem/light-client/error";
import type { Running } from "../running.js";
import type { BridgeView, CurrentLedger } from "../sync/bridge/bridge-view.js";

/**
 * Gives what a relayer at work has. Throws PdiemError `relayer/starting` with `backoff`, a 503,
 * until it is.
 */
export type AtWork<Parts> = () => Parts;

/** The bridge at a proven block, as far as it is shown. */
export type ShownView = Omit<BridgeView, "head">;

/** What follows the bridge. */
export interface Followed {
  readonly follower: { readonly view: () => ShownView | undefined };
}

const notYet = (waitingFor: string): never => {
  throw new PdiemError("relayer/starting", `not at work yet: ${waitingFor}`, "backoff");
};

/** Says that Redis is away. */
export const noRedis = (): PdiemError =>
  new PdiemError("relayer/no-redis", "Redis doesn't answer the relayer: /readyz says more", "backoff");

/**
 * Refuses at once where Redis is away: what is asked of it would wait until it is back.
 * @throws PdiemError `relayer/no-redis`, `backoff`
 */
export const expectRedis = ({ isRedisThere }: Pick<Running, "isRedisThere">): void => {
  if (!isRedisThere()) throw noRedis();
};

/** Makes the source of what a relayer at work has. */
export const atWork =
  ({ work, waitingFor }: Pick<Running, "work" | "waitingFor">): AtWork<NonNullable<ReturnType<Running["work"]>>> =>
  () =>
    work() ?? notYet(`waiting for ${waitingFor() ?? "the enclave"}`);

/**
 * Gives the bridge as last proven.
 * @param progress how far that is where it isn't yet, in words
 * @throws PdiemError `relayer/starting` until both chains were polled
 */
export const viewOf = ({ follower }: Followed, progress = ""): ShownView =>
  follower.view() ?? notYet(`the chains aren't proven yet${progress === "" ? "" : `: ${progress}`}`);

/** Gives the ledger in force. @throws PdiemError `relayer/starting` before there is one */
export const currentOf = (parts: Followed): CurrentLedger => viewOf(parts).current ?? notYet("no ledger is in force");
