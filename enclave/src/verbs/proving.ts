/**
 * What every verb does with proofs before anything else, and under which checkpoint what they
 * prove counts.
 */
import { checkBlockUnderCheckpoint, checkUnderCheckpoint } from "@pdiem/bridge/checkpoint/check-checkpoint";
import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import type { Facts, ParachainFacts } from "@pdiem/bridge/facts/facts";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { type Proven, verifyBlock, verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import type { Following } from "../state/enclave-state.js";
import type { Kept } from "../state/kept.js";
import type { LightClientStatus } from "../wire/light-client-status.js";
import { lightClientStatusOf } from "./light-client-status.js";

/** What a request's proofs show. */
export interface ProvenRequest<F> {
  /** From then on. */
  readonly kept: Kept;
  readonly facts: F;
  readonly proven: Proven<F>;
  /** The light clients after the request, for its answer. */
  readonly lightClients: LightClientStatus;
}

const provenRequest = <F>({ kept }: Following, proven: Proven<F>): ProvenRequest<F> => ({
  kept: { ...kept, ...proven.own },
  facts: proven.facts,
  proven,
  lightClients: lightClientStatusOf(proven.own.lightClients),
});

/** Proves facts of both chains. @throws what `verifyFacts` throws */
export const prove = (following: Following, proofs: ProofBundle): ProvenRequest<Facts> =>
  provenRequest(following, verifyFacts(following.config, following.kept, proofs));

/** Proves facts of the parachain alone. @throws what `verifyBlock` throws */
export const proveBlock = (following: Following, proofs: ProofBundle): ProvenRequest<ParachainFacts> =>
  provenRequest(following, verifyBlock(following.config, following.kept, proofs));

/** Gives the checkpoint that an enclave goes by; undefined for the configuration. */
export const keptCheckpointOf = ({ kept }: Following): Checkpoint | undefined =>
  kept.checkpoints.checkpoint?.checkpoint;

/**
 * Checks the checkpoint: nothing is signed, and no key given, but under it.
 * @throws what `checkUnderCheckpoint` throws
 */
export const checkUnder = (following: Following, { proven }: ProvenRequest<Facts>): void =>
  checkUnderCheckpoint(following.config, keptCheckpointOf(following), proven);

/**
 * Checks the same for what rests on a block alone.
 * @throws what `checkBlockUnderCheckpoint` throws
 */
export const checkBlockUnder = (following: Following, { proven }: ProvenRequest<ParachainFacts>): void =>
  checkBlockUnderCheckpoint(following.config, keptCheckpointOf(following), proven);
