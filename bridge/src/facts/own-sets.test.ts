import { describe, expect, it } from "vitest";
import { knownSets } from "../governance/misbehaviour.js";
import { initialHeads } from "./light-client-state.js";
import { MEMORY, NO_RECENT_SETS, remember } from "./recent-sets.js";
import { checkpointIn, headsIn, passedSets } from "../testing/checkpoints.js";
import { exampleConfig } from "../testing/config.js";
import { refusal } from "../testing/refusal.js";
import { checkContains, type TrustedSets, trustedAmong } from "./trusted-sets.js";

const NOW = 1_000_000_000_000n;
const sets: TrustedSets = {
  heads: headsIn(5n, 8n),
  recentSets: remember(NO_RECENT_SETS, passedSets([[4n, NOW]], [7n]), { diem: NOW, parachain: NOW }),
};
const contains = (epoch: bigint, setId: bigint, trusted = sets) =>
  refusal(() => checkContains(trusted, checkpointIn(epoch, setId, NOW)));

describe("what a light client's way contains", () => {
  it("is the sets that it goes by, and those that it left lately, of each chain", () => {
    for (const epoch of [4n, 5n]) for (const setId of [7n, 8n]) expect(contains(epoch, setId)).toBeUndefined();
    for (const [epoch, setId] of [
      [6n, 8n],
      [3n, 8n],
      [5n, 9n],
      [5n, 6n],
    ] as const)
      expect(contains(epoch, setId)).toBe("refused/checkpoint-sets");
  });

  it("goes by hashes: another set under a known number isn't contained", () => {
    const { diem, relay, ...rest } = checkpointIn(5n, 8n, NOW);
    const other = checkpointIn(6n, 9n, NOW);
    expect(refusal(() => checkContains(sets, { ...rest, relay, diem: { ...diem, hash: other.diem.hash } }))).toBe(
      "refused/checkpoint-sets",
    );
    expect(refusal(() => checkContains(sets, { ...rest, diem, relay: { ...relay, hash: other.relay.hash } }))).toBe(
      "refused/checkpoint-sets",
    );
  });

  it("no longer has a set 28 days after it was left, and nothing of Diem while only a waypoint is trusted", () => {
    const recentSets = remember(sets.recentSets, passedSets([]), { parachain: NOW + MEMORY + 1n });
    expect(contains(4n, 8n, { ...sets, recentSets })).toBe("refused/checkpoint-sets");
    expect(contains(5n, 7n, { ...sets, recentSets })).toBe("refused/checkpoint-sets");
    expect(contains(5n, 8n, { ...sets, recentSets })).toBeUndefined();
    const heads = { ...sets.heads, diem: initialHeads(exampleConfig).diem };
    expect(contains(5n, 8n, { ...sets, heads })).toBe("refused/checkpoint-sets");
  });

  it("decides which of the sets told count as evidence", () => {
    const told = [headsIn(3n, 6n), headsIn(4n, 7n), headsIn(6n, 9n)].map((heads) => knownSets(heads));
    const trusted = trustedAmong(sets, ...told);
    expect(trusted.diem.map(({ epoch }) => epoch)).toEqual([5n, 4n]);
    expect(trusted.relay.map(({ setId }) => setId)).toEqual([8n, 7n]);
    const renamed = { diem: knownSets(headsIn(9n, 9n)).diem.map((state) => ({ ...state, epoch: 4n })), relay: [] };
    expect(trustedAmong(sets, renamed).diem.map(({ epoch }) => epoch)).toEqual([5n]);
  });
});
