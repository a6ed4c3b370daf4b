import { exampleConfig } from "@pdiem/bridge/testing/config";
import { exampleLedger } from "@pdiem/bridge/testing/world";
import { expect, it } from "vitest";
import { exampleEntry } from "../../testing/batches.js";
import { claimedFees } from "./claimed-fees.js";

const after = (...fees: readonly bigint[]) => ({
  entry: exampleEntry({ currencies: exampleLedger.currencies.map((one, i) => ({ ...one, fees: fees[i] ?? 0n })) }),
});
const CODES = exampleConfig.currencies.map(({ code }) => code);

it("fees are claimed in the currencies whose accrual has fallen", () => {
  const batches = [after(10n, 20n), after(5n, 25n), after(6n, 3n)];
  expect(claimedFees(exampleConfig, batches, 1)).toEqual(CODES);
  expect(claimedFees(exampleConfig, batches, 2)).toEqual(CODES.slice(1));
  expect(claimedFees(exampleConfig, batches, 3)).toEqual([]);
});
