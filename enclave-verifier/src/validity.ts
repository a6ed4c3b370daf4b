import type { ValidityWindow } from "./result.js";

/**
 * Tells whether a window is open. With anything that isn't a number it isn't: a broken clock makes
 * nothing valid.
 */
export const isWithin = (now: number, { from, until }: ValidityWindow): boolean => from <= now && now <= until;

/** Finds the time in which all windows are open; empty (from > until) if there is none. */
export const intersection = (windows: readonly ValidityWindow[]): ValidityWindow => ({
  from: Math.max(...windows.map(({ from }) => from)),
  until: Math.min(...windows.map(({ until }) => until)),
});

/** Writes a time in milliseconds since 1970 for a message. Never throws. */
export const timeText = (time: number): string => {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? `${time}` : date.toISOString();
};

/** Writes a window for a message. */
export const windowText = ({ from, until }: ValidityWindow): string => `${timeText(from)} to ${timeText(until)}`;
