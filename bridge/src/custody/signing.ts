import { encode } from "@pdiem/light-client/codec/bcs";
import {
  signedTransaction,
  signedTransactionHash,
  signRawTransaction,
} from "@pdiem/light-client/diem/transactions/transaction";
import { batchAll } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import {
  buildExtrinsic,
  type ExtrinsicContent,
  extrinsicHash,
} from "@pdiem/light-client/polkadot/extrinsics/extrinsic";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { ParachainFacts } from "../facts/facts.js";
import type { Payout } from "../payout/payout.js";
import type { Settlement } from "../settlement/settle.js";

export interface SignedSettlement {
  /** Whole, length in front, as `author_submitExtrinsic` takes it. */
  readonly extrinsic: Uint8Array;
  readonly hash: Uint8Array;
}

/** What is signed for a settlement: its batch under the profile's mortal era, born at the block of its facts. */
export const settlementContent = (
  { parachain }: BridgeConfig,
  { number, hash }: Pick<ParachainFacts, "number" | "hash">,
  { calls, nonce, specVersion }: Settlement,
): ExtrinsicContent => ({
  call: batchAll(calls),
  nonce,
  birth: { number, hash },
  genesisHash: parachain.genesisHash,
  specVersion,
});

/**
 * Signs with the enclave's key: tip 0, the fee in the native asset. The same input gives the same bytes.
 * @param seed 32 bytes, whose public key is the issuer
 * @param profile the one that the settlement was made with
 * @param block that of the settlement's facts
 */
export const signSettlement = (
  seed: Uint8Array,
  config: BridgeConfig,
  profile: ChainProfile,
  block: Pick<ParachainFacts, "number" | "hash">,
  settlement: Settlement,
): SignedSettlement => {
  const extrinsic = buildExtrinsic(profile, settlementContent(config, block, settlement), seed);
  return { extrinsic, hash: extrinsicHash(extrinsic) };
};

export interface SignedPayout {
  /** BCS of the signed transaction, as `submit` takes it in hex. */
  readonly transaction: Uint8Array;
  /** The hash that it will have on the ledger. */
  readonly hash: Uint8Array;
}

/** Signs with the enclave's key as custody's only one. The same input gives the same bytes. @param seed 32 bytes */
export const signPayout = (seed: Uint8Array, { transaction }: Payout): SignedPayout => {
  const signed = signRawTransaction(transaction, seed);
  return { transaction: encode(signedTransaction, signed), hash: signedTransactionHash(signed) };
};
