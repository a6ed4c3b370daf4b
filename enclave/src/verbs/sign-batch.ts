import { batchToSign } from "@pdiem/bridge/custody/signing";
import type { ParachainFacts } from "@pdiem/bridge/facts/facts";
import type { Session } from "@pdiem/bridge/holders/session";
import type { Batch } from "@pdiem/bridge/settlement/batch";
import type { Holder } from "../state/enclave-state.js";
import type { ExtrinsicEncoding, SignedBatch } from "../wire/signing.js";
import { signAll } from "./sign-all.js";

/** What a request says of how its batch is signed. */
interface BatchSigning {
  readonly encoding: ExtrinsicEncoding;
  readonly sessions: readonly Session[];
}

/**
 * Signs a batch for the block that its facts were read at. The same facts give the same message,
 * so that asking twice, or two clones, makes nothing new.
 */
export const signBatch = (
  { config, key }: Holder,
  { encoding, sessions }: BatchSigning,
  facts: ParachainFacts,
  batch: Batch,
): Omit<SignedBatch, "lightClients"> => {
  const [signed] = signAll(key, [batchToSign(config, key.publicKey, encoding, facts, batch)], sessions);
  if (signed === undefined) throw new RangeError("expected a signature of each message");
  return {
    ...signed,
    nonce: batch.nonce,
    birth: { number: facts.number, hash: facts.hash },
    period: config.parachain.mortalPeriod,
    anchor: batch.anchor,
  };
};
