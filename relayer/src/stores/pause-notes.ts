/** Who has paused a queue, and why: for whoever finds it paused. */
import type { Redis } from "ioredis";
import { z } from "zod";

const pauseNote = z.object({
  by: z.string().max(200),
  why: z.string().max(1_000),
  /** When, ms since 1970. */
  at: z.number(),
});
export type PauseNote = z.output<typeof pauseNote>;

/** By the queue's name. A loss takes them and the pauses at once: queues go on then. */
export interface PauseNotes {
  readonly all: () => Promise<ReadonlyMap<string, PauseNote>>;
  readonly set: (queue: string, note: PauseNote) => Promise<void>;
  readonly remove: (queue: string) => Promise<void>;
}

const read = (text: string): PauseNote | undefined => {
  try {
    return pauseNote.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** @param prefix of the key in Redis */
export const keepPauseNotes = (redis: Redis, prefix: string): PauseNotes => {
  const key = `${prefix}:pauses`;
  return {
    all: async () => {
      const stored = Object.entries(await redis.hgetall(key));
      return new Map(
        stored.flatMap(([queue, text]) => {
          const note = read(text);
          return note === undefined ? [] : [[queue, note] as const];
        }),
      );
    },
    set: async (queue, note) => void (await redis.hset(key, queue, JSON.stringify(note))),
    remove: async (queue) => void (await redis.hdel(key, queue)),
  };
};
