import { describe, expect, it } from "vitest";
import { authoritiesOf, passedSets, trusting, validatorsOf } from "../testing/checkpoints.js";
import { exampleConfig } from "../testing/config.js";
import { initialLightClientState } from "./light-client-state.js";
import { hasAuthorities, hasEpoch, type OwnSets } from "./own-sets.js";
import { EMPTY_SET_HISTORY, MEMORY, remember } from "./set-history.js";

const NOW = 1_000_000_000_000n;
const own: OwnSets = {
  lightClients: trusting(5n, 8n),
  setHistory: remember(EMPTY_SET_HISTORY, passedSets([[4n, NOW]], [7n]), { diem: NOW, parachain: NOW }),
};

const epochsOf = (sets: OwnSets) => [3n, 4n, 5n, 6n].filter((epoch) => hasEpoch(sets, validatorsOf(epoch)));
const setIdsOf = (sets: OwnSets) => [6n, 7n, 8n, 9n].filter((setId) => hasAuthorities(sets, authoritiesOf(setId)));

describe("PROTOCOL 6: the sets of a light client's own chains", () => {
  it("are those that it goes by, and those that it left lately", () => {
    expect(epochsOf(own)).toEqual([4n, 5n]);
    expect(setIdsOf(own)).toEqual([7n, 8n]);
  });

  it("go by hashes: another set under a known number isn't one", () => {
    expect(hasEpoch(own, { ...validatorsOf(6n), epoch: 5n })).toBe(false);
    expect(hasAuthorities(own, { ...authoritiesOf(9n), setId: 8n })).toBe(false);
  });

  it("lose a set 28 days after it was left", () => {
    const setHistory = remember(own.setHistory, passedSets([]), { parachain: NOW + MEMORY + 1n });
    expect(epochsOf({ ...own, setHistory })).toEqual([5n]);
    expect(setIdsOf({ ...own, setHistory })).toEqual([8n]);
  });

  it("have nothing of Diem while only a waypoint is trusted", () => {
    const { diem } = initialLightClientState(exampleConfig);
    const fresh = { lightClients: { ...own.lightClients, diem }, setHistory: EMPTY_SET_HISTORY };
    expect(epochsOf(fresh)).toEqual([]);
  });
});
