import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { JournalEntry } from "@pdiem/bridge-client/journal/journal";
import { equal } from "@pdiem/light-client/bytes";

const isClaimed = ({ feeAccount }: BridgeConfig, { calls }: JournalEntry, assetId: number, accrued: bigint): boolean =>
  accrued > 0n &&
  calls.some(
    (call) =>
      call.type === "mint" && call.asset === assetId && call.amount === accrued && equal(call.beneficiary, feeAccount),
  );

/**
 * Codes of the currencies whose fees the batches from that place on have minted: all that had accrued before, to the fee
 * account. @param entries the journal's, oldest first
 */
export const claimedFees = (
  config: BridgeConfig,
  entries: readonly JournalEntry[],
  from: number,
): readonly string[] => {
  const claimed = entries.slice(from).flatMap((entry, i) => {
    const before = entries[from + i - 1]?.step.ledger.currencies ?? [];
    return config.currencies
      .filter(({ assetId }, place) => isClaimed(config, entry, assetId, before[place]?.fees ?? 0n))
      .map(({ code }) => code);
  });
  return [...new Set(claimed)];
};
