import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { earliestBatch, failuresSince, limitOf } from "@pdiem/bridge/settlement/economy";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";

/** When the next batch may be signed, and how many calls it may hold. */
export interface BatchDue {
  /** Of the parachain's time, ms, unless it is half full. */
  readonly earliest: bigint;
  /** About how many mints make it full, and half full. */
  readonly full: number;
  readonly failures: number;
}

/** A share of a block for a remark, the anchor's calls and the base weight. */
const CALLS_BESIDE = 4n;

/**
 * @param profile that the last batch was encoded with, as most likely the next one will be
 * @param nonce the issuer's
 */
export const batchDue = (
  { batchInterval }: BridgeConfig,
  profile: ChainProfile,
  ledger: Ledger,
  nonce: number,
): BatchDue => {
  const failures = failuresSince(ledger.nonce, nonce);
  const calls = limitOf(profile, failures).weight.refTime / profile.callWeight.refTime - CALLS_BESIDE;
  return {
    earliest: earliestBatch(ledger.time, batchInterval, failures),
    full: Number(calls > 1n ? calls : 1n),
    failures,
  };
};
