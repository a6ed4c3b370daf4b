/**
 * What the bridge's key signs: batches on the parachain, payments on Diem. The same input gives
 * the same message, whoever signs it.
 */
import { callMessage, type SignedCall, withSignature } from "@pdiem/light-client/diem/transactions/call-transaction";
import { batchAll } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ExtrinsicFormat } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { extrinsicHash } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import {
  assembleExtrinsic,
  type ExtrinsicContent,
  signingPayload,
} from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { ParachainFacts } from "../facts/facts.js";
import { runtimeOf } from "../facts/parachain-state.js";
import type { Payment } from "../payout/payout.js";
import type { Batch } from "../settlement/batch.js";
import { type BatchEncoding, batchFormat } from "./batch-format.js";

export interface SignedBatch {
  /** Whole, length in front, as `author_submitExtrinsic` takes it. */
  readonly extrinsic: Uint8Array;
  readonly hash: Uint8Array;
}

/** A batch's format, and what its signature binds it to. */
export interface BatchContent {
  readonly format: ExtrinsicFormat;
  readonly content: ExtrinsicContent;
}

/**
 * Composes what is signed for a batch. It is mortal, born at the block of its facts, has tip 0 and
 * pays in the native asset.
 * @param facts those that the batch rests on
 * @throws RefusedError `refused/metadata-proof`, `refused/runtime`; DecodeError and ProofError of
 * `provenFormat`
 */
export const batchContent = (
  config: BridgeConfig,
  { transactionVersion, proof }: BatchEncoding,
  facts: ParachainFacts,
  { calls, nonce, specVersion }: Batch,
): BatchContent => {
  const { genesisHash, mortalPeriod } = config.parachain;
  const format = batchFormat(config, runtimeOf(facts), proof);
  const content = {
    call: batchAll(calls),
    nonce,
    mortalPeriod,
    birth: { number: facts.number, hash: facts.hash },
    genesisHash,
    specVersion,
    transactionVersion: format.transactionVersion ?? transactionVersion,
  };
  return { format, content };
};

/** A message, and what becomes of it once it is signed. */
export interface ToSign<T> {
  readonly message: Uint8Array;
  /** Puts a signature of 64 bytes in. */
  readonly complete: (signature: Uint8Array) => T;
}

/**
 * Makes a batch's message.
 * @param issuer public key of whoever signs, 32 bytes
 * @throws RefusedError and ProofError of `batchContent` and `signingPayload`
 */
export const batchToSign = (
  config: BridgeConfig,
  issuer: Uint8Array,
  encoding: BatchEncoding,
  facts: ParachainFacts,
  batch: Batch,
): ToSign<SignedBatch> => {
  const { format, content } = batchContent(config, encoding, facts, batch);
  return {
    message: signingPayload(format, content),
    complete: (signature) => {
      const extrinsic = assembleExtrinsic(format, content, issuer, signature);
      return { extrinsic, hash: extrinsicHash(extrinsic) };
    },
  };
};

/** Makes the message of a payment by custody's only key. @param issuer that key, 32 bytes */
export const paymentToSign = (
  issuer: Uint8Array,
  { transaction }: Pick<Payment, "transaction">,
): ToSign<SignedCall> => ({
  message: callMessage(transaction),
  complete: (signature) => withSignature(transaction, issuer, signature),
});
