/** Batches whose signature is checked, without the metadata of the runtime that they were for. */
import { concat, equal, fromHex } from "@pdiem/light-client/bytes";
import { bytes, decode } from "@pdiem/light-client/codec/scale";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { ProofError } from "@pdiem/light-client/error";
import { type JournalBatch, type JournalScope, readJournalBatch } from "../journal/journal-batch.js";
import { namesAnchor } from "../journal/journal-path.js";
import type { SignedBatchText } from "./transfer-evidence.js";

/** Version and account in front of a signature, the signature's tag, and the signature. */
const SIGNATURE_AT = 1 + 33 + 1;
const SIGNED_FROM = SIGNATURE_AT + 64;
/** Longer payloads are signed by their hash. */
const HASHED_ABOVE = 256;

/**
 * Reads a batch, and checks that the bridge's key has signed it. How its runtime splits it may be
 * anybody's word: under another split the signature doesn't fit.
 * @throws ProofError `proof/batch`, `proof/batch-signature`; DecodeError
 */
export const readSignedBatch = (scope: JournalScope, { extrinsic, extra, implicit }: SignedBatchText): JournalBatch => {
  const batch = readJournalBatch(scope, fromHex(extrinsic));
  if (batch === undefined) throw new ProofError("proof/batch", "expected a batch of the bridge's key");
  const body = decode(bytes, batch.extrinsic);
  const sent = body.subarray(SIGNED_FROM);
  const payload = concat(sent.subarray(extra), sent.subarray(0, extra), fromHex(implicit));
  const signed = payload.length > HASHED_ABOVE ? blake2b256(payload) : payload;
  if (!verifyStrict(scope.issuer, signed, body.subarray(SIGNATURE_AT, SIGNED_FROM)))
    throw new ProofError("proof/batch-signature", "expected the bridge's key to have signed the batch");
  return batch;
};

/**
 * Reads batches of which each starts from the ledger of the one before. The last one's is in
 * force, so all of them took effect: none can start but from an anchor that is there.
 * @param anchor in force, 32 bytes
 * @throws ProofError `proof/batch-gap`, and those of `readSignedBatch`
 */
export const readBatchesUpTo = (
  scope: JournalScope,
  anchor: Uint8Array,
  told: readonly SignedBatchText[],
): readonly JournalBatch[] => {
  const batches = told.map((one) => readSignedBatch(scope, one));
  const isLed = batches.every((batch, i) => {
    const before = batches[i - 1];
    return before === undefined || namesAnchor(batch, before.anchor);
  });
  const last = batches.at(-1);
  if (last === undefined || !isLed || !equal(last.anchor, anchor))
    throw new ProofError("proof/batch-gap", "expected batches that lead one to the next, up to the ledger in force");
  return batches;
};
