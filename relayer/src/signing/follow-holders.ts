/** Keeps each holder's light clients up to date, and commitments ready: none holds up another. */
import type { HolderStatus } from "@pdiem/enclave/wire/identity";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import type { Logger } from "pino";
import { EnclaveError } from "../error.js";
import { startRepeating } from "../repeating.js";
import type { Clients } from "../sync/clients.js";
import { syncLightClients, syncRelay } from "../sync/enclave/enclave-sync.js";
import type { HoldersWatch } from "../sync/enclave/holders-watch.js";
import { soundHolder } from "../sync/enclave/holding.js";
import { furthestBack, isBehind, type Lagging, laggingOf } from "../sync/light-clients/lagging.js";
import { quorum } from "./quorum.js";
import type { SigningHolder } from "./signing-holder.js";
import type { LeftOut } from "./too-few.js";

export interface FollowSources {
  readonly clients: Pick<Clients, "config" | "diem" | "relay" | "lightClients" | "catchUp">;
  readonly holders: readonly SigningHolder[];
  readonly watch: Pick<HoldersWatch, "holding" | "look">;
  readonly log: Logger;
}

export interface Following {
  /** Brings as many as sign to this process's own epoch and authority set. */
  readonly follow: () => Promise<void>;
  readonly followRelay: () => Promise<void>;
  /** Asks those that are well: as many as sign at least. */
  readonly statuses: () => Promise<ReadonlyMap<number, HolderStatus>>;
  /** Finds who can be asked now, and why others can't. */
  readonly standing: () => { readonly able: readonly SigningHolder[]; readonly away: LeftOut };
  /** Looks after all of them now. */
  readonly wake: () => void;
  /** Has those that are well make commitments for those that were used. */
  readonly refill: () => void;
  readonly stop: () => Promise<void>;
}

const EVERY_MS = 2_000;
/** Answers of those that are well come together. */
const GRACE_MS = 50;

const BEHIND = new EnclaveError("holders/behind", "its light clients are brought forward still", "backoff");
const UNASKED = new EnclaveError("enclave/unasked", "it hasn't answered yet", "backoff");

/** Has one run of some work for each slot: who comes meanwhile gets its outcome. */
const onceAtATime = <T>(work: (holder: SigningHolder) => Promise<T>): ((holder: SigningHolder) => Promise<T>) => {
  const running = new Map<number, Promise<T>>();
  return (holder) => {
    const known = running.get(holder.slot);
    if (known !== undefined) return known;
    const begun = work(holder).finally(() => running.delete(holder.slot));
    running.set(holder.slot, begun);
    return begun;
  };
};

export const followHolders = ({ clients, holders, watch, log }: FollowSources): Following => {
  const { lightClients } = clients;
  const wasSound = new Map<number, boolean>();
  const ours = (): Lagging => laggingOf(lightClients.get());
  const { threshold } = watch.holding();

  const soundAt = ({ slot }: SigningHolder): HolderStatus | undefined => {
    const one = watch.holding().holders[slot - 1];
    return one === undefined ? undefined : soundHolder(one);
  };
  const look = ({ slot }: SigningHolder): Promise<HolderStatus> => watch.look(slot - 1);

  const bring = onceAtATime(async (holder) => {
    const { lightClients: theirs } = await look(holder);
    if (isBehind(theirs, ours())) await syncLightClients({ ...clients, enclave: holder.enclave }, theirs);
  });
  const bringRelay = onceAtATime(async (holder) => {
    const { lightClients: theirs } = await look(holder);
    await syncRelay({ ...clients, enclave: holder.enclave }, theirs);
  });

  const among = <T>(some: readonly SigningHolder[], ask: (holder: SigningHolder) => Promise<T>, graceMs: number) =>
    quorum(
      threshold,
      some.map((holder) => ({ slot: holder.slot, answer: ask(holder) })),
      graceMs,
    );

  const noteFailed = (holder: SigningHolder, error: unknown): void => {
    if (!isPdiemError(error)) log.error({ slot: holder.slot, error: String(error) }, "a holder isn't looked after");
    else log.debug({ slot: holder.slot, code: error.code, error: error.message }, "a holder isn't looked after");
  };

  /** A process that was away has made new secrets: what it had committed to is gone. */
  const lookAfter = async (holder: SigningHolder): Promise<void> => {
    const isSound = soundAt(holder) !== undefined;
    if (isSound && wasSound.get(holder.slot) === false) holder.pool.drop();
    wasSound.set(holder.slot, isSound);
    if (!isSound) return;
    await bring(holder);
    await holder.pool.fill();
  };

  const repeating = startRepeating(
    async () => {
      for (const holder of holders) lookAfter(holder).catch((error: unknown) => noteFailed(holder, error));
    },
    EVERY_MS,
    (error) => log.error(error),
  );

  const awayOf = (holder: SigningHolder): PdiemError => {
    const fault = watch.holding().holders[holder.slot - 1]?.state?.fault;
    return fault === undefined ? UNASKED : new EnclaveError(fault.code, fault.message, "backoff");
  };

  return {
    follow: async () => void (await among(holders, bring, 0)),
    followRelay: async () => void (await among(holders, bringRelay, 0)),
    statuses: () => {
      const sound = holders.filter((holder) => soundAt(holder) !== undefined);
      return sound.length < threshold ? among(holders, look, 0) : among(sound, look, GRACE_MS);
    },
    standing: () => {
      const sound = holders.filter((holder) => soundAt(holder) !== undefined);
      const near = sound.filter((holder) => {
        const theirs = soundAt(holder)?.lightClients;
        return theirs !== undefined && !isBehind(theirs, ours());
      });
      const able = near.length < threshold ? sound : near;
      const away = holders.flatMap((holder): readonly (readonly [number, PdiemError])[] =>
        able.includes(holder) ? [] : [[holder.slot, sound.includes(holder) ? BEHIND : awayOf(holder)]],
      );
      return { able, away: new Map(away) };
    },
    wake: repeating.wake,
    refill: () => {
      for (const holder of holders)
        if (soundAt(holder) !== undefined) holder.pool.fill().catch((error: unknown) => noteFailed(holder, error));
    },
    stop: repeating.stop,
  };
};

/** Finds where proofs must begin for all of those that aren't far behind. */
export const commonStart = (own: Lagging, statuses: readonly HolderStatus[], threshold: number): Lagging => {
  const all = statuses.map(({ lightClients }) => lightClients);
  const near = all.filter((one) => !isBehind(one, own));
  const [first = own, ...others] = near.length < threshold ? all : near;
  return others.reduce<Lagging>(furthestBack, first);
};
