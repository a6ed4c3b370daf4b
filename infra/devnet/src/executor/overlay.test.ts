import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entries } from "../trie/keys.js";
import { type Change, valueAt, withChanges } from "../trie/trie.js";
import { createOverlay, type Overlay } from "./overlay.js";

// Few and short keys, so that they share prefixes, contain each other, and come again.
const key = fc.uint8Array({ minLength: 1, maxLength: 3, max: 3 });
const value = fc.uint8Array({ minLength: 1, maxLength: 3 });
const change: fc.Arbitrary<Change> = fc.tuple(key, fc.option(value, { nil: undefined }));
const changes = fc.array(change, { maxLength: 30 });

const make = (overlay: Overlay, made: readonly Change[]): void => {
  for (const [at, to] of made) overlay.set(at, to);
};

const keysOf = (overlay: Overlay): readonly Uint8Array[] => {
  const found: Uint8Array[] = [];
  for (let at = overlay.nextKey(new Uint8Array(0)); at !== undefined; at = overlay.nextKey(at)) found.push(at);
  return found;
};

describe("an overlay", () => {
  it("reads and walks as the state that its changes lead to, committed in layers or not", () => {
    fc.assert(
      fc.property(changes, changes, changes, fc.boolean(), (before, first, second, committed) => {
        const state = withChanges(undefined, before);
        const overlay = createOverlay(state);
        make(overlay, first);
        overlay.begin();
        make(overlay, second);
        if (committed) overlay.commit();
        const after = withChanges(state, [...first, ...second]);
        expect(keysOf(overlay)).toEqual([...entries(after, new Uint8Array(0))].map(([at]) => at));
        for (const [at] of [...before, ...first, ...second]) expect(overlay.get(at)).toEqual(valueAt(after, at));
        expect(withChanges(state, overlay.changes())).toEqual(after);
      }),
    );
  });

  it("forgets what is rolled back, and no more", () => {
    fc.assert(
      fc.property(changes, changes, changes, (before, first, second) => {
        const state = withChanges(undefined, before);
        const overlay = createOverlay(state);
        make(overlay, first);
        overlay.begin();
        make(overlay, second);
        overlay.rollback();
        expect(withChanges(state, overlay.changes())).toEqual(withChanges(state, first));
      }),
    );
  });

  it("clears what begins with a prefix, of the state's own keys at most the limit", () => {
    const state = withChanges(
      undefined,
      [1, 2, 3].map((n) => [Uint8Array.of(7, n), Uint8Array.of(n)] as const),
    );
    const overlay = createOverlay(state);
    overlay.set(Uint8Array.of(7, 9), Uint8Array.of(9));
    overlay.set(Uint8Array.of(8), Uint8Array.of(8));
    expect(overlay.clearPrefix(Uint8Array.of(7), 2)).toEqual({ all: false, count: 2 });
    expect(keysOf(overlay)).toEqual([Uint8Array.of(7, 3), Uint8Array.of(8)]);
    expect(overlay.clearPrefix(Uint8Array.of(7), undefined)).toEqual({ all: true, count: 3 });
    expect(keysOf(overlay)).toEqual([Uint8Array.of(8)]);
  });

  it("ends no transaction that wasn't begun", () => {
    expect(() => createOverlay(undefined).commit()).toThrow(RangeError);
  });
});
