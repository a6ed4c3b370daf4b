import { decode, encode } from "@pdiem/light-client/codec/bcs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authoritiesOf, passedSets, validatorsOf } from "../testing/checkpoints.js";
import { authoritySetHash, epochStateHash } from "./set-hash.js";
import { EMPTY_SET_HISTORY, MAX_PAST_SETS, MEMORY, remember, type SetHistory, setHistory } from "./set-history.js";

const DAY = 24n * 3_600_000n;
const NOTHING = passedSets([]);
const NOW = 1_000n * DAY;

const hashes = ({ diem, relay }: SetHistory) => [diem, relay].map((sets) => sets.map(({ hash }) => hash));
const hashOf = (epoch: bigint, setId: bigint) => [
  [epochStateHash(validatorsOf(epoch))],
  [authoritySetHash(authoritiesOf(setId))],
];

describe("PROTOCOL 6: the history of sets", () => {
  it("keeps a set for 28 days after it was left, and not a moment longer", () => {
    const left = remember(EMPTY_SET_HISTORY, passedSets([[4n, NOW]], [7n]), { diem: NOW, parachain: NOW });
    expect(MEMORY).toBe(28n * DAY);
    expect(hashes(left)).toEqual(hashOf(4n, 7n));
    expect(hashes(remember(left, NOTHING, { parachain: NOW + MEMORY }))).toEqual(hashOf(4n, 7n));
    expect(hashes(remember(left, NOTHING, { diem: NOW + MEMORY }))).toEqual(hashOf(4n, 7n));
    expect(hashes(remember(left, NOTHING, { parachain: NOW + MEMORY + 1n }))).toEqual([[], []]);
    expect(hashes(remember(left, NOTHING, { diem: NOW + MEMORY + 1n }))).toEqual([[], []]);
  });

  it("forgets at once what was left long ago, however late it is shown", () => {
    const shown = passedSets([
      [4n, NOW - MEMORY - 1n],
      [5n, NOW - DAY],
    ]);
    expect(hashes(remember(EMPTY_SET_HISTORY, shown, { diem: NOW }))).toEqual([hashOf(5n, 1n)[0], []]);
  });

  it("counts a relay chain's set as left at the next parachain time proven where its last block doesn't tell", () => {
    const undated = remember(EMPTY_SET_HISTORY, passedSets([], [7n]), { diem: NOW });
    expect(undated.relay).toMatchObject([{ leftAt: undefined }]);
    const waiting = remember(undated, NOTHING, { diem: NOW + 100n * DAY });
    expect(waiting.relay).toMatchObject([{ leftAt: undefined }]);
    const dated = remember(waiting, NOTHING, { parachain: NOW + 100n * DAY });
    expect(dated.relay).toMatchObject([{ leftAt: NOW + 100n * DAY }]);
    expect(remember(dated, NOTHING, { parachain: NOW + 101n * DAY }).relay).toEqual(dated.relay);
  });

  it("counts a relay chain's set as left when its last block was made, however late that is shown", () => {
    const slot = NOW - (NOW % 6_000n);
    const proven = { parachain: slot + 20n * DAY };
    const left = remember(EMPTY_SET_HISTORY, passedSets([], [7n], slot), proven);
    expect(left.relay).toMatchObject([{ leftAt: slot }]);
    expect(remember(left, NOTHING, { parachain: slot + MEMORY }).relay).toHaveLength(1);
    expect(remember(left, NOTHING, { parachain: slot + MEMORY + 1n }).relay).toEqual([]);
    const late = remember(EMPTY_SET_HISTORY, passedSets([], [7n], slot), { parachain: slot + MEMORY + 1n });
    expect(late.relay).toEqual([]);
  });

  it("never lets a time pass backwards: a chain that fell behind revives nothing and forgets nothing more", () => {
    const left = remember(EMPTY_SET_HISTORY, passedSets([[4n, NOW]]), { diem: NOW + DAY });
    const older = remember(left, NOTHING, { parachain: NOW - 100n * DAY });
    expect(older).toEqual(left);
    expect(older.time).toBe(NOW + DAY);
  });

  it("keeps only the newest where there are too many", () => {
    const many = Array.from({ length: MAX_PAST_SETS + 5 }, (_, i) => ({
      hash: new Uint8Array(32).fill(i % 256),
      leftAt: NOW + BigInt(i),
    }));
    const full: SetHistory = { time: NOW, diem: many, relay: many };
    const kept = remember(full, passedSets([[4n, NOW]], [7n]), { parachain: NOW });
    expect(kept.diem).toHaveLength(MAX_PAST_SETS);
    expect(kept.relay).toHaveLength(MAX_PAST_SETS);
    expect(kept.diem.slice(0, -1)).toEqual(many.slice(6));
    expect(decode(setHistory, encode(setHistory, kept))).toEqual(kept);
  });

  it("holds exactly what was left within 28 days, whatever the schedule", () => {
    const steps = fc.array(fc.record({ days: fc.bigInt(0n, 20n), leaves: fc.boolean() }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (schedule) => {
        let memory = EMPTY_SET_HISTORY;
        let now = NOW;
        const leftAt: bigint[] = [];
        for (const { days, leaves } of schedule) {
          now += days * DAY;
          const id = BigInt(leftAt.length);
          if (leaves) leftAt.push(now);
          memory = remember(memory, leaves ? passedSets([[id, now]], [id]) : NOTHING, { diem: now, parachain: now });
        }
        const expected = leftAt.flatMap((time, id) => (time + MEMORY >= now ? [hashOf(BigInt(id), BigInt(id))] : []));
        expect(hashes(memory)).toEqual([expected.flatMap(([diem = []]) => diem), expected.flatMap(([, a = []]) => a)]);
      }),
      { numRuns: 30 },
    );
  });
});
