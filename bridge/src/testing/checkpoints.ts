import { concat, utf8 } from "@pdiem/light-client/bytes";
import { encode, u64 } from "@pdiem/light-client/codec/scale";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import { epochStateOf, validators } from "@pdiem/light-client/diem/testing/validators";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import type { DigestItem } from "@pdiem/light-client/polkadot/finality/digest";
import { child, voters } from "@pdiem/light-client/polkadot/testing/chain";
import type { Checkpoint } from "../checkpoint/checkpoint.js";
import { type SignedCheckpoint, signCheckpoint } from "../checkpoint/signed-checkpoint.js";
import type { LightClientState } from "../facts/light-client-state.js";
import { authoritySetHash, epochStateHash } from "../facts/set-hash.js";
import type { LeftSets } from "../facts/set-history.js";
import { EXAMPLE_ID, exampleConfig, filled } from "./config.js";
import { QUORUM_SEEDS } from "./guardians.js";

/** Names the validators of a test's epoch. */
export const validatorsOf = (epoch: bigint): EpochState => epochStateOf(epoch, validators(4, Number(epoch)));

/** Names the authorities of a test's set. */
export const authoritiesOf = (setId: bigint): AuthoritySet => {
  const { authorities } = voters(4, setId, `voter of ${setId}`);
  return { setId, authorities };
};

/**
 * Makes a state in which the validators of that epoch and the authorities of that set are trusted.
 */
export const trusting = (epoch: bigint, setId: bigint): LightClientState => ({
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

/** Makes what guardians sign who vouch for those sets. */
export const checkpointIn = (
  epoch: bigint,
  setId: bigint,
  time: bigint,
  given: Partial<Checkpoint> = {},
): Checkpoint => ({
  diem: { epoch, hash: epochStateHash(validatorsOf(epoch)) },
  relay: { setId, hash: authoritySetHash(authoritiesOf(setId)) },
  time,
  nonces: undefined,
  specVersions: [exampleConfig.parachain.specVersion],
  signers: [{ keys: exampleConfig.guardians.keys, threshold: exampleConfig.guardians.threshold }],
  ...given,
});

export const vouchFor = (
  checkpoint: Checkpoint,
  seeds: readonly Uint8Array[] = QUORUM_SEEDS,
  id: Uint8Array = EXAMPLE_ID,
): SignedCheckpoint => ({ checkpoint, signatures: seeds.map((seed) => signCheckpoint(seed, id, checkpoint)) });

const slotClaim = (time: bigint): DigestItem => ({
  type: "preRuntime",
  engine: utf8("BABE"),
  data: concat(Uint8Array.of(2, 0, 0, 0, 0), encode(u64, time / 6_000n)),
});

/**
 * Makes what a step of the light clients leaves behind.
 * @param epochs with the times at which they ended, ms
 * @param slot when the sets' last blocks claim to be made, ms; left out, they claim nothing
 */
export const passedSets = (
  epochs: readonly (readonly [epoch: bigint, endedAt: bigint])[],
  setIds: readonly bigint[] = [],
  slot?: bigint,
): LeftSets => ({
  diem: epochs.map(([epoch, endedAt]) => ({ epochState: validatorsOf(epoch), endedAt: endedAt * 1000n })),
  relay: setIds.map((setId) => ({
    set: authoritiesOf(setId),
    last: { header: child(undefined, slot === undefined ? [] : [slotClaim(slot)]) },
  })),
});
