/** A bridged currency, as operators write it in JSON. */
import type { CurrencyConfig, WindowLimit } from "@pdiem/bridge/config/currency-config";
import type { Fee } from "@pdiem/bridge/config/fee";
import { decimal, integer, type Json, record, text } from "../json.js";

const amount = decimal(64);
const windowLimitJson: Json<WindowLimit> = record<WindowLimit>({ length: amount, amount });
const feeJson: Json<Fee> = record<Fee>({ fixed: amount, millionths: integer(999_999) });

export const currencyCodeJson = text(32, /^[A-Z][A-Z0-9]*$/);

export const currencyConfigJson: Json<CurrencyConfig> = record<CurrencyConfig>({
  code: currencyCodeJson,
  assetId: integer(0xffff_ffff),
  minBalance: decimal(128),
  minimum: amount,
  maximum: amount,
  fees: record<CurrencyConfig["fees"]>({ deposit: feeJson, withdrawal: feeJson, refund: feeJson }),
  windows: record<CurrencyConfig["windows"]>({
    mint: windowLimitJson,
    release: windowLimitJson,
    refund: windowLimitJson,
  }),
});
