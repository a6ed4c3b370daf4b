/** How far light clients are that proofs are collected for, or that are brought forward. */
import type { LightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { LightClientStatus } from "@pdiem/enclave/wire/light-client-status";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";

/** How far the light clients are that the proofs are for. */
export interface Lagging {
  readonly diem: Pick<LightClientStatus["diem"], "epoch" | "version">;
  readonly relay: Pick<LightClientStatus["relay"], "setId" | "number">;
}

/** Says how far this process's own are. */
export const laggingOf = ({ diem, relay }: LightClientState): Lagging => ({
  diem: {
    epoch: diem.type === "epochState" ? diem.value.epochState.epoch : undefined,
    version: trustedVersion(diem),
  },
  relay: { setId: relay.setId, number: relay.finalized.number },
});

/** A waypoint comes before any epoch. */
const epochOf = ({ diem }: Lagging): bigint => diem.epoch ?? -1n;

/** Tells whether one is in an earlier epoch or authority set than another. */
export const isBehind = (one: Lagging, other: Lagging): boolean =>
  epochOf(one) < epochOf(other) || one.relay.setId < other.relay.setId;

const isEarlier = (one: Lagging, other: Lagging): boolean =>
  epochOf(one) < epochOf(other) || (epochOf(one) === epochOf(other) && one.diem.version < other.diem.version);

/** Finds where proofs must begin that are for both. */
export const furthestBack = (one: Lagging, other: Lagging): Lagging => ({
  diem: isEarlier(one, other) ? one.diem : other.diem,
  relay:
    one.relay.setId < other.relay.setId ||
    (one.relay.setId === other.relay.setId && one.relay.number < other.relay.number)
      ? one.relay
      : other.relay,
});
