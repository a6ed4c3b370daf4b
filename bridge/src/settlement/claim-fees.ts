/** Accrued fees (PROTOCOL 3): minted to the configuration's fee account on anyone's request. */
import { mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import { RefusedError } from "../error.js";
import { type BatchContext, type BatchDraft, countItem, currencyOf, withCurrency } from "./batch-draft.js";

const claim = (context: BatchContext, draft: BatchDraft, code: string): BatchDraft => {
  const { config, ledger, receivers } = context;
  const before = currencyOf(context, ledger, code);
  const now = currencyOf(context, draft, code);
  if (before === undefined || now === undefined)
    throw new RefusedError("refused/unknown-currency", "expected fees of a bridged currency to be claimed");
  const amount = before.state.fees;
  if (amount === 0n) throw new RefusedError("refused/no-fees", `expected fees of ${code}, none have accrued`, "later");
  const { assetId } = now.config;
  if (!receivers.canReceive(assetId, config.feeAccount, amount))
    throw new RefusedError("refused/not-receivable", `expected the fee account to be able to receive ${code}`, "later");
  receivers.receive(assetId, config.feeAccount);
  const claimed = withCurrency(context, draft, code, { ...now.state, fees: now.state.fees - amount });
  return countItem(
    { ...claimed, calls: [...draft.calls, mint(assetId, config.feeAccount, amount)] },
    now.config,
    amount,
  );
};

/**
 * Mints to the fee account what had accrued in these currencies before this batch.
 * @param codes each once
 * @throws RefusedError `refused/duplicate`, `refused/unknown-currency`, `refused/no-fees`,
 * `refused/not-receivable`, `refused/asset-frozen`
 */
export const claimFees = (context: BatchContext, draft: BatchDraft, codes: readonly string[]): BatchDraft => {
  if (new Set(codes).size !== codes.length)
    throw new RefusedError("refused/duplicate", "expected each currency's fees to be claimed once");
  return codes.reduce((changed, code) => claim(context, changed, code), draft);
};
