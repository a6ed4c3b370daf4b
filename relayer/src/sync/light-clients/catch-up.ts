/**
 * How far light clients are that have many of the relay chain's authority sets to go through. It is
 * told while they do.
 */

/** This process's own light client, or the enclave's. */
export type LightClientOwner = "relayer" | "enclave";

export interface CatchingUp {
  readonly owner: LightClientOwner;
  /** Set that it began at, set that it is at. */
  readonly from: bigint;
  readonly setId: bigint;
  /** Set in force, where a node says so. */
  readonly latest: bigint | undefined;
}

export interface CatchUp {
  /** Notes that a light client has left one set for another. */
  readonly note: (at: CatchingUp) => void;
  /** Notes that there is no set left to go through. */
  readonly end: (owner: LightClientOwner) => void;
  /** Lists those that have some way to go. */
  readonly now: () => readonly CatchingUp[];
  /** Has `tell` called now and then, and when a long way is over. */
  readonly listen: (tell: (at: CatchingUp) => void) => void;
}

/** Fewer sets than this are gone through in a moment. */
const MANY = 4n;
const TELL_MS = 5_000;

/** Says how far one is, as "N of M sets". */
export const describeCatchUp = ({ owner, from, setId, latest }: CatchingUp): string => {
  const whose = owner === "relayer" ? "this process's light client" : "the enclave's light client";
  const passed = setId - from;
  const sets = latest === undefined ? `${passed} sets so far` : `${passed} of ${latest - from} sets`;
  return `${whose} catches up with the relay chain: ${sets}, at set ${setId}`;
};

/** @param now milliseconds, for tests */
export const keepCatchUp = (now: () => number = Date.now): CatchUp => {
  const ways = new Map<LightClientOwner, CatchingUp>();
  const toldAt = new Map<LightClientOwner, number>();
  const listeners: ((at: CatchingUp) => void)[] = [];

  const tell = (way: CatchingUp): void => {
    toldAt.set(way.owner, now());
    for (const listener of listeners) listener(way);
  };
  const end = (owner: LightClientOwner): void => {
    const way = ways.get(owner);
    ways.delete(owner);
    if (toldAt.delete(owner) && way !== undefined) tell({ ...way, latest: way.setId });
    toldAt.delete(owner);
  };

  return {
    note: (at) => {
      const { owner, setId } = at;
      const known = ways.get(owner);
      if (known !== undefined && setId <= known.setId) return;
      const way = { ...at, from: known?.from ?? at.from, latest: at.latest ?? known?.latest };
      ways.set(owner, way);
      const { from, latest } = way;
      if (latest !== undefined && setId >= latest) return end(owner);
      const isLong = (latest ?? setId) - from >= MANY;
      const last = toldAt.get(owner);
      if (isLong && (last === undefined || now() - last >= TELL_MS)) tell(way);
    },
    end,
    now: () => [...ways.values()],
    listen: (listener) => {
      listeners.push(listener);
    },
  };
};
