import { signBatch as sign } from "@pdiem/bridge/custody/signing";
import type { ParachainFacts } from "@pdiem/bridge/facts/facts";
import type { Batch } from "@pdiem/bridge/settlement/batch";
import type { Holder } from "../state/enclave-state.js";
import type { ExtrinsicEncoding, SignedBatch } from "../wire/signing.js";

/**
 * Signs a batch for the block that its facts were read at. The same facts give the same bytes, so
 * that asking twice, or two clones, makes nothing new.
 */
export const signBatch = (
  { config, key }: Holder,
  encoding: ExtrinsicEncoding,
  facts: ParachainFacts,
  batch: Batch,
): Omit<SignedBatch, "lightClients"> => {
  const { extrinsic, hash } = key.withSeed((seed) => sign(seed, config, encoding, facts, batch));
  return {
    extrinsic,
    hash,
    nonce: batch.nonce,
    birth: { number: facts.number, hash: facts.hash },
    period: config.parachain.mortalPeriod,
    anchor: batch.anchor,
  };
};
