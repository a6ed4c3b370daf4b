import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { JournalBatch } from "@pdiem/bridge-client/journal/journal-batch";

/**
 * Lists the codes of currencies whose accrued fees fell in the batches from that place on. Nothing
 * but a claim takes any. A claim in a batch that accrues as much again isn't seen. Then it is made
 * once more, which harms nobody.
 * @param batches the journal's, oldest first
 */
export const claimedFees = (
  { currencies }: Pick<BridgeConfig, "currencies">,
  batches: readonly Pick<JournalBatch, "entry">[],
  from: number,
): readonly string[] => {
  const feesAfter = (batch: number, place: number): bigint =>
    batches[batch]?.entry.ledger.currencies[place]?.fees ?? 0n;
  const hasFallen = (place: number): boolean =>
    batches.slice(from).some((_, i) => feesAfter(from + i, place) < feesAfter(from + i - 1, place));
  return currencies.filter((_, place) => hasFallen(place)).map(({ code }) => code);
};
