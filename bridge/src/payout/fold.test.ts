import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../ledger/ledger.js";
import type { Release } from "../ledger/release.js";
import { draftOf } from "../settlement/batch-draft.js";
import { START_SEQUENCE } from "../testing/diem-world.js";
import { owing, releaseOf, sentFor } from "../testing/payouts.js";
import { contextIn, createWorld } from "../testing/world.js";
import { foldReleases, MAX_FOLDED } from "./fold.js";

const RELEASES: readonly Release[] = [100n, 200n, 300n, 400n].map((amount) => releaseOf({ amount }));
const LEDGER = owing(RELEASES);

interface Chain {
  /** How many sequence numbers are used from `start` on. */
  readonly used: number;
  /** Releases that custody's sent events name, in order. */
  readonly paid: readonly (number | undefined)[];
}

const worldWith = ({ used, paid }: Chain, ledger: Ledger) => {
  const world = createWorld(ledger);
  world.diem.custody = { account: { sequenceNumber: START_SEQUENCE + BigInt(used) } };
  for (const index of paid)
    world.diem.sent.push(sentFor(index === undefined ? undefined : BigInt(index), RELEASES[index ?? 0] ?? releaseOf()));
  return world;
};

const fold = (chain: Chain, count = 100, ledger: Ledger = LEDGER) =>
  foldReleases(contextIn(worldWith(chain, ledger), ledger), draftOf(ledger), count);

describe("PROTOCOL 4: the fold", () => {
  it("takes what is paid off what is owed", () => {
    const draft = fold({ used: 2, paid: [0, 1] });
    expect(draft).toMatchObject({ paid: { releases: 2n, events: 2n }, waitingReleases: [] });
    expect(draft.currencies.map(({ owed }) => owed)).toEqual([700n, 0n]);
  });

  it("finds aborted what a later payment passes over, or what no event is left for", () => {
    const draft = fold({ used: 4, paid: [1, 2] });
    expect(draft).toMatchObject({ paid: { releases: 4n, events: 2n }, waitingReleases: [0n, 3n] });
    expect(draft.currencies[0]?.owed).toBe(500n);
  });

  it("goes no further than asked, than used sequence numbers, and than the ledger's releases", () => {
    expect(fold({ used: 4, paid: [0, 2, 3] }, 2).paid).toEqual({ releases: 2n, events: 1n });
    expect(fold({ used: 4, paid: [0, 2, 3] }, 0)).toEqual(draftOf(LEDGER));
    expect(fold({ used: 3, paid: [0, 1, 2] }).paid).toEqual({ releases: 3n, events: 3n });
    expect(fold({ used: 0, paid: [] })).toEqual(draftOf(LEDGER));
    expect(fold({ used: 6, paid: [0, 1, 2, 5] })).toMatchObject({
      paid: { releases: 4n, events: 3n },
      waitingReleases: [3n],
    });
  });

  it("goes on where the ledger has stopped", () => {
    const ledger = { ...LEDGER, paid: { releases: 2n, events: 1n } };
    const draft = fold({ used: 4, paid: [0, 3] }, 100, ledger);
    expect(draft).toMatchObject({ paid: { releases: 4n, events: 2n }, waitingReleases: [2n] });
  });

  it("is the same in parts as at once, whatever was paid", () => {
    const booleans = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(booleans, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }), (was, used, first) => {
        const paid = was.flatMap((one, i) => (one && i < used ? [i] : []));
        const once = fold({ used, paid });
        const half = fold({ used, paid }, first);
        const rest = fold({ used, paid }, 100, { ...LEDGER, paid: half.paid, currencies: half.currencies });
        expect(rest).toMatchObject({ paid: once.paid, currencies: once.currencies });
        expect([...half.waitingReleases, ...rest.waitingReleases]).toEqual(once.waitingReleases);
        expect(once.waitingReleases).toEqual(was.flatMap((one, i) => (one || i >= used ? [] : [BigInt(i)])));
      }),
    );
  });

  it.each<[string, readonly (number | undefined)[]]>([
    ["no release", [undefined]],
    ["one twice", [1, 1]],
    ["an earlier one", [2, 0]],
  ])("refuses a payment that names %s: custody's key was used by somebody else", (_, paid) => {
    expect(outcome(() => fold({ used: 4, paid }))).toBe("refused/unknown-payment");
  });

  it("refuses a payment of more than is owed, or in a currency that isn't bridged", () => {
    const pay = (given: Partial<Release>) => {
      const world = worldWith({ used: 1, paid: [] }, LEDGER);
      world.diem.sent.push(sentFor(0n, releaseOf(given)));
      return foldReleases(contextIn(world, LEDGER), draftOf(LEDGER), 1);
    };
    expect(outcome(() => pay({ amount: 1_001n }))).toBe("refused/owed");
    expect(outcome(() => pay({ currency: "ABC" }))).toBe("refused/unknown-payment");
  });

  it("refuses a ledger info with fewer events than the ledger has folded, and too many at once", () => {
    const ledger = { ...LEDGER, paid: { releases: 1n, events: 1n } };
    expect(outcome(() => fold({ used: 1, paid: [] }, 1, ledger))).toBe("refused/diem-behind");
    expect(outcome(() => fold({ used: 1, paid: [0] }, MAX_FOLDED + 1))).toBe("refused/fold");
    expect(fold({ used: 1, paid: [0] }, MAX_FOLDED).paid.releases).toBe(1n);
  });
});
