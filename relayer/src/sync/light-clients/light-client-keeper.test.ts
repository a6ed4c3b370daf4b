import { hasAuthorities, hasEpoch } from "@pdiem/bridge/facts/own-sets";
import { authoritiesOf, passedSets, trusting, validatorsOf } from "@pdiem/bridge/testing/checkpoints";
import { describe, expect, it } from "vitest";
import { keepLightClients } from "./light-client-keeper.js";

const later = (number: number) => {
  const state = trusting(6n, 9n);
  return { ...state.relay, finalized: { ...state.relay.finalized, number } };
};

describe("this process's light clients", () => {
  it("only ever go forward, each chain by itself", () => {
    const keeper = keepLightClients(trusting(5n, 8n));
    const relay = later(100);
    keeper.offer({ diem: trusting(4n, 8n).diem, relay });
    expect(keeper.get()).toEqual({ diem: trusting(5n, 8n).diem, relay });
    keeper.offer({ diem: trusting(6n, 8n).diem, relay: later(99) });
    expect(keeper.get()).toEqual({ diem: trusting(6n, 8n).diem, relay });
  });

  it("know the sets that they have left, so that older facts can be shown to those ahead", () => {
    const keeper = keepLightClients(trusting(5n, 8n));
    expect(hasEpoch(keeper.own(), validatorsOf(4n))).toBe(false);
    keeper.offer({ diem: trusting(6n, 9n).diem, relay: later(100) }, passedSets([[5n, 1n]], [8n]));
    for (const epoch of [5n, 6n]) expect(hasEpoch(keeper.own(), validatorsOf(epoch))).toBe(true);
    for (const setId of [8n, 9n]) expect(hasAuthorities(keeper.own(), authoritiesOf(setId))).toBe(true);
    expect(hasAuthorities(keeper.own(), authoritiesOf(7n))).toBe(false);
  });
});
