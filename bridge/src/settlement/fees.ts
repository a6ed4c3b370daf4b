import { mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import { type Context, currencyOf, type Draft, withCurrency } from "./batch-draft.js";
import { RefusedError } from "../error.js";

/**
 * Mints to the fee account what had accrued in a currency before this batch.
 * @throws RefusedError `refused/unknown-currency`, `refused/no-fees`, `refused/not-receivable`
 */
export const claimFees = (context: Context, draft: Draft, code: string): Draft => {
  const { config, ledger, receivers } = context;
  const before = currencyOf(context, { ...draft, currencies: ledger.currencies }, code);
  const now = currencyOf(context, draft, code);
  if (before === undefined || now === undefined)
    throw new RefusedError("refused/unknown-currency", `expected a bridged currency, got ${code}`);
  const amount = before.state.fees;
  if (amount === 0n) throw new RefusedError("refused/no-fees", `expected fees of ${code}, none have accrued`, "later");
  const { assetId } = now.config;
  if (!receivers.canReceive(assetId, config.feeAccount, amount))
    throw new RefusedError("refused/not-receivable", `expected the fee account to be able to receive ${code}`, "later");
  receivers.receive(assetId, config.feeAccount);
  const changed = withCurrency(context, draft, code, { ...now.state, fees: now.state.fees - amount });
  return { ...changed, calls: [...draft.calls, mint(assetId, config.feeAccount, amount)] };
};
