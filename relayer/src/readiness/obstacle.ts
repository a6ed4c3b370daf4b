/** Something that keeps the bridge, or this relayer, from doing its work. */
export interface Obstacle {
  /** Stable, for programs, such as `redis/read-only`. */
  readonly code: string;
  /** What is so, for people. */
  readonly text: string;
  /** What to do about it. */
  readonly todo: string;
  /**
   * What transfers wait for meanwhile, as the end of "waits for …"; undefined where they go on.
   */
  readonly waitingFor?: string;
}

export interface Obstacles {
  /** While there is one, the relayer isn't ready. */
  readonly obstacles: readonly Obstacle[];
  /** What goes well now, and won't for ever. */
  readonly warnings: readonly Obstacle[];
}

export const NO_OBSTACLES: Obstacles = { obstacles: [], warnings: [] };

export const joined = (...all: readonly Obstacles[]): Obstacles => ({
  obstacles: all.flatMap(({ obstacles }) => obstacles),
  warnings: all.flatMap(({ warnings }) => warnings),
});

export const blocking = (...obstacles: readonly Obstacle[]): Obstacles => ({ obstacles, warnings: [] });

export const warning = (...warnings: readonly Obstacle[]): Obstacles => ({ obstacles: [], warnings });
