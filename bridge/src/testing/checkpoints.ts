import { concat, utf8 } from "@pdiem/light-client/bytes";
import { encode, u64 } from "@pdiem/light-client/codec/scale";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import { epochStateOf, validators } from "@pdiem/light-client/diem/testing/validators";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import type { DigestItem } from "@pdiem/light-client/polkadot/finality/digest";
import { child, voters } from "@pdiem/light-client/polkadot/testing/chain";
import { type Checkpoint, checkpointOf } from "../checkpoint/checkpoint.js";
import { type SignedCheckpoint, signCheckpoint } from "../checkpoint/signed-checkpoint.js";
import type { Succession } from "../checkpoint/succession.js";
import type { Heads } from "../facts/light-client-state.js";
import type { LeftBehind } from "../facts/recent-sets.js";
import { exampleConfig, filled } from "./config.js";
import { EXAMPLE_ID, GUARDIAN_SEEDS } from "./guardians.js";

const validatorsOf = (epoch: bigint): EpochState => epochStateOf(epoch, validators(4, Number(epoch)));

const authoritiesOf = (setId: bigint): AuthoritySet => {
  const { authorities } = voters(4, setId, `voter of ${setId}`);
  return { setId, authorities };
};

/** Heads by which the validators of that epoch and the authorities of that set are trusted. */
export const headsIn = (epoch: bigint, setId: bigint): Heads => ({
  diem: {
    type: "epochState",
    value: {
      waypoint: { version: epoch * 10n, value: filled(32, 1) },
      epochState: validatorsOf(epoch),
      accumulator: undefined,
    },
  },
  relay: { ...exampleConfig.relay, ...authoritiesOf(setId) },
});

const slotClaim = (time: bigint): DigestItem => ({
  type: "preRuntime",
  engine: utf8("BABE"),
  data: concat(Uint8Array.of(2, 0, 0, 0, 0), encode(u64, time / 6_000n)),
});

/**
 * As an advance tells of having left Diem's epochs at those times, ms, and the relay chain's sets.
 * @param slot the time at which those sets' last blocks claim to be made, ms; left out, they claim none
 */
export const passedSets = (
  epochs: readonly (readonly [epoch: bigint, endedAt: bigint])[],
  setIds: readonly bigint[] = [],
  slot?: bigint,
): LeftBehind => ({
  diem: epochs.map(([epoch, endedAt]) => ({ epochState: validatorsOf(epoch), endedAt: endedAt * 1000n })),
  relay: setIds.map((setId) => ({
    set: authoritiesOf(setId),
    last: { header: child(undefined, slot === undefined ? [] : [slotClaim(slot)]) },
  })),
});

/** What light clients that trust those sets vouch for. */
export const checkpointIn = (epoch: bigint, setId: bigint, time: bigint, nonce?: Uint8Array): Checkpoint => {
  const made = checkpointOf(headsIn(epoch, setId), time, nonce);
  if (made === undefined) throw new Error("expected heads that know Diem's validators");
  return made;
};

export const vouchFor = (
  checkpoint: Checkpoint,
  seeds: readonly Uint8Array[] = GUARDIAN_SEEDS,
  succession: Succession = [],
  id: Uint8Array = EXAMPLE_ID,
): SignedCheckpoint => ({
  checkpoint,
  succession,
  signatures: seeds.map((seed) => signCheckpoint(seed, id, checkpoint)),
});
