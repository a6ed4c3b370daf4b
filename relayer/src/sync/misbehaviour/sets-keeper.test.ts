import { epochStateOf, validators } from "@pdiem/light-client/diem/testing/validators";
import { voters } from "@pdiem/light-client/polkadot/testing/chain";
import { describe, expect, it } from "vitest";
import { keepSets } from "./sets-keeper.js";

const SET = validators(1);
const { authorities } = voters(1);

describe("a keeper of sets", () => {
  it("keeps the first that it was given of an epoch or set id", () => {
    const sets = keepSets();
    sets.addEpoch(epochStateOf(1n, SET));
    sets.addEpoch(epochStateOf(1n, validators(2)));
    sets.addAuthorities({ setId: 1n, authorities });
    sets.addAuthorities({ setId: 1n, authorities: voters(2).authorities });
    expect(sets.get()).toEqual({ diem: [epochStateOf(1n, SET)], relay: [{ setId: 1n, authorities }] });
  });

  it("keeps the newest, in whichever order they come, and gives them newest first", () => {
    const sets = keepSets();
    const ids = Array.from({ length: 40 }, (_, i) => BigInt(i));
    for (const id of ids.toReversed()) sets.addEpoch(epochStateOf(id, SET));
    for (const setId of ids) sets.addAuthorities({ setId, authorities });
    const newest = ids.toReversed().slice(0, 32);
    expect(sets.get().diem.map(({ epoch }) => epoch)).toEqual(newest);
    expect(sets.get().relay.map(({ setId }) => setId)).toEqual(newest);
  });

  it("keeps copies, whatever becomes of the buffers that they were read from", () => {
    const sets = keepSets();
    const id = Uint8Array.from(authorities[0]?.id ?? []);
    sets.addAuthorities({ setId: 1n, authorities: [{ id, weight: 1n }] });
    id.fill(0);
    expect(sets.get().relay).toEqual([{ setId: 1n, authorities }]);
  });
});
