/** Something that the relayer is asked for again and again, while a page shows it. */

import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { asError } from "./as-error.js";

/** What came last, and what is wrong since. */
export interface Polled<T> {
  readonly value: T | undefined;
  /** When it came, ms since 1970. */
  readonly at: number;
  readonly error: Error | undefined;
}

/** Asks at once, then each `everyMs`; stops when told to. A page that isn't seen asks nothing. */
export const startPoll = <T>(target: Signal<Polled<T>>, load: () => Promise<T>, everyMs: number): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const look = async (): Promise<void> => {
    if (!document.hidden) {
      try {
        const value = await load();
        if (!isOver) target.value = { value, at: Date.now(), error: undefined };
      } catch (error) {
        if (!isOver) target.value = { ...target.value, error: asError(error) };
      }
    }
    if (!isOver) timer = setTimeout(() => void look(), everyMs);
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
};

/** Polls while the component is there. @param key what `load` depends on */
export const usePoll = <T>(key: string, load: () => Promise<T>, everyMs: number): Signal<Polled<T>> => {
  const polled = useMemo(() => signal<Polled<T>>({ value: undefined, at: 0, error: undefined }), [key]);
  useEffect(() => startPoll(polled, load, everyMs), [key]);
  return polled;
};
