/** A set of callbacks that are told of each event, in the order they were added. */
export interface Listeners<T> {
  /** Returns what removes the listener again. */
  readonly add: (listener: (event: T) => void) => () => void;
  readonly tell: (event: T) => void;
}

export const createListeners = <T>(): Listeners<T> => {
  const all = new Set<(event: T) => void>();
  return {
    add: (listener) => {
      all.add(listener);
      return () => void all.delete(listener);
    },
    tell: (event) => {
      for (const listener of [...all]) listener(event);
    },
  };
};
