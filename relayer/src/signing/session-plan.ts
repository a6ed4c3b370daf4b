/**
 * Plans which holders are asked together for one set of messages (PROTOCOL 7a), as seldom as can
 * be. A slot is in one open session at a time, and whoever fails is out for good. So each session
 * that comes to nothing takes one slot at least that no other one has: `n − k + 1` are enough.
 */

/** How a slot stands while messages are signed. `coming` has given no commitments yet. */
export type SlotState<C> =
  | { readonly type: "coming" }
  | { readonly type: "ready"; readonly commitments: C }
  | { readonly type: "asked" }
  | { readonly type: "out" };

/** Slots that were asked together. */
export interface PlannedSession<C> {
  /** What each of them has committed to, by rising slots. */
  readonly members: ReadonlyMap<number, C>;
  /** Slots whose shares are there, and good. */
  readonly answered: ReadonlySet<number>;
  /** Whether one of them has failed: nothing comes of it any more. */
  readonly isBroken: boolean;
  /** By a clock that only goes forward, ms: others are asked beside it from then on. */
  readonly lateAt: number;
}

export interface Plan<C> {
  /** How many slots sign. */
  readonly threshold: number;
  /** All slots that there are, those in `out` too. */
  readonly slots: ReadonlyMap<number, SlotState<C>>;
  readonly sessions: readonly PlannedSession<C>[];
}

export type Step =
  | { readonly type: "ask"; readonly slots: readonly number[] }
  /** For an answer, or until that moment. */
  | { readonly type: "wait"; readonly until: number | undefined }
  | { readonly type: "done"; readonly session: number }
  | { readonly type: "give-up" };

/** Begins with no slot's commitments. */
export const beginPlan = <C>(threshold: number, slots: readonly number[]): Plan<C> => ({
  threshold,
  slots: new Map(slots.map((slot) => [slot, { type: "coming" }])),
  sessions: [],
});

const withSlot = <C>(plan: Plan<C>, slot: number, state: SlotState<C>): Plan<C> => ({
  ...plan,
  slots: new Map([...plan.slots, [slot, state]]),
});

const changeSession = <C>(
  plan: Plan<C>,
  at: number,
  change: (session: PlannedSession<C>) => Partial<PlannedSession<C>>,
): Plan<C> => ({
  ...plan,
  sessions: plan.sessions.map((session, i) => (i === at ? { ...session, ...change(session) } : session)),
});

/** Notes what a slot has committed to: it can be asked now, unless it is out. */
export const noteReady = <C>(plan: Plan<C>, slot: number, commitments: C): Plan<C> =>
  plan.slots.get(slot)?.type === "coming" ? withSlot(plan, slot, { type: "ready", commitments }) : plan;

/** Notes that slots are asked together. What they had committed to is used up. */
export const noteAsked = <C>(plan: Plan<C>, slots: readonly number[], lateAt: number): Plan<C> => {
  const members = [...slots]
    .sort((a, b) => a - b)
    .flatMap((slot): readonly (readonly [number, C])[] => {
      const state = plan.slots.get(slot);
      return state?.type === "ready" ? [[slot, state.commitments]] : [];
    });
  const session = { members: new Map(members), answered: new Set<number>(), isBroken: false, lateAt };
  const asked = members.reduce((known, [slot]) => withSlot<C>(known, slot, { type: "asked" }), plan);
  return { ...asked, sessions: [...plan.sessions, session] };
};

/** Notes a good answer. The slot may be asked in another session, with other commitments. */
export const noteAnswered = <C>(plan: Plan<C>, session: number, slot: number): Plan<C> =>
  plan.slots.get(slot)?.type === "out"
    ? plan
    : changeSession(withSlot(plan, slot, { type: "coming" }), session, ({ answered }) => ({
        answered: new Set([...answered, slot]),
      }));

const breakSessions = <C>(plan: Plan<C>, slot: number): Plan<C> =>
  plan.sessions.reduce(
    (known, { members, answered }, i) =>
      members.has(slot) && !answered.has(slot) ? changeSession(known, i, () => ({ isBroken: true })) : known,
    plan,
  );

/** Notes that a slot has answered nothing, and may be asked once more with other commitments. */
export const noteAgain = <C>(plan: Plan<C>, slot: number): Plan<C> =>
  plan.slots.get(slot)?.type === "out" ? plan : withSlot(breakSessions(plan, slot), slot, { type: "coming" });

/** Notes that a slot won't be asked again, and that what it is asked in comes to nothing. */
export const noteOut = <C>(plan: Plan<C>, slot: number): Plan<C> =>
  withSlot(breakSessions(plan, slot), slot, { type: "out" });

const isDone = ({ members, answered }: PlannedSession<unknown>): boolean => members.size === answered.size;

/** Lists slots that should have answered long ago. */
export const lateSlots = ({ sessions, slots }: Plan<unknown>, now: number): readonly number[] =>
  sessions.flatMap(({ members, answered, lateAt }) =>
    lateAt > now ? [] : [...members.keys()].filter((slot) => !answered.has(slot) && slots.get(slot)?.type === "asked"),
  );

/**
 * Says what is to be done next.
 * @param rank orders slots that can be asked: the lowest first
 */
export const nextStep = (plan: Plan<unknown>, rank: (slot: number) => number, now: number): Step => {
  const { threshold, slots, sessions } = plan;
  const done = sessions.findIndex(isDone);
  if (done >= 0) return { type: "done", session: done };
  const open = sessions.filter(({ isBroken }) => !isBroken);
  const left = slots.size - threshold + 1 - sessions.length;
  const late = open.filter(({ lateAt }) => lateAt <= now);
  if (left > 0 && late.length === open.length) {
    const ready = [...slots].flatMap(([slot, { type }]) => (type === "ready" ? [slot] : []));
    const best = ready.sort((a, b) => rank(a) - rank(b)).slice(0, threshold);
    if (best.length === threshold) return { type: "ask", slots: best };
  }
  const within = [...slots.values()].filter(({ type }) => type !== "out").length;
  if (open.length === 0 && (left <= 0 || within < threshold)) return { type: "give-up" };
  const waits = left > 0 ? open.flatMap(({ lateAt }) => (lateAt > now ? [lateAt] : [])) : [];
  return { type: "wait", until: waits.length === 0 ? undefined : Math.max(...waits) };
};
