/**
 * What a runtime changes while it runs, over a state that stays as it is. Source:
 * sp_state_machine::overlayed_changes.
 */
import { entries } from "../trie/keys.js";
import { type Change, type Trie, valueAt } from "../trie/trie.js";

export interface Removed {
  /** Whether none is left under the prefix. */
  readonly all: boolean;
  /** How many of the state's own keys were gone through. */
  readonly count: number;
}

export interface Overlay {
  readonly get: (key: Uint8Array) => Uint8Array | undefined;
  /** Undefined removes the key. */
  readonly set: (key: Uint8Array, value: Uint8Array | undefined) => void;
  /** Gives the first key after this one. */
  readonly nextKey: (key: Uint8Array) => Uint8Array | undefined;
  /**
   * Removes the keys under a prefix: those of changes all, of the state's own at most `limit`.
   */
  readonly clearPrefix: (prefix: Uint8Array, limit: number | undefined) => Removed;
  readonly begin: () => void;
  readonly commit: () => void;
  readonly rollback: () => void;
  readonly changes: () => readonly Change[];
}

type Layer = Map<string, Uint8Array | undefined>;

// One character a byte: such names are in the order of their keys.
const nameOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
const keyOf = (name: string): Uint8Array => Uint8Array.from(Buffer.from(name, "latin1"));

const NO_PREFIX = new Uint8Array(0);

export const createOverlay = (state: Trie): Overlay => {
  const layers: Layer[] = [new Map()];
  const top = (): Layer => layers.at(-1) as Layer;
  const layerOf = (name: string): Layer | undefined => layers.findLast((layer) => layer.has(name));
  const set = (key: Uint8Array, value: Uint8Array | undefined): void => void top().set(nameOf(key), value);
  const names = (): ReadonlySet<string> => new Set(layers.flatMap((layer) => [...layer.keys()]));

  const nextOfState = (key: Uint8Array): string | undefined => {
    for (const [next] of entries(state, NO_PREFIX, key)) {
      const name = nameOf(next);
      const layer = layerOf(name);
      if (layer === undefined || layer.get(name) !== undefined) return name;
    }
    return undefined;
  };

  const endLayer = (): Layer => {
    const layer = layers.length > 1 ? layers.pop() : undefined;
    if (layer === undefined) throw new RangeError("expected a storage transaction to be open");
    return layer;
  };

  return {
    get: (key) => {
      const name = nameOf(key);
      const layer = layerOf(name);
      return layer === undefined ? valueAt(state, key) : layer.get(name);
    },
    set,
    nextKey: (key) => {
      const after = nameOf(key);
      let first = nextOfState(key);
      for (const name of names())
        if (name > after && (first === undefined || name < first) && layerOf(name)?.get(name) !== undefined)
          first = name;
      return first === undefined ? undefined : keyOf(first);
    },
    clearPrefix: (prefix, limit) => {
      const start = nameOf(prefix);
      for (const name of names()) if (name.startsWith(start)) top().set(name, undefined);
      let count = 0;
      for (const [key] of entries(state, prefix)) {
        if (count === limit) return { all: false, count };
        set(key, undefined);
        count++;
      }
      return { all: true, count };
    },
    begin: () => void layers.push(new Map()),
    commit: () => {
      const layer = endLayer();
      for (const [name, value] of layer) top().set(name, value);
    },
    rollback: () => void endLayer(),
    changes: () => layers.flatMap((layer) => [...layer].map(([name, value]): Change => [keyOf(name), value])),
  };
};
