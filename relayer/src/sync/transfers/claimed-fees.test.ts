import type { JournalEntry } from "@pdiem/bridge-client/journal/journal";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { exampleLedger } from "@pdiem/bridge/testing/world";
import { type Call, mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import { describe, expect, it } from "vitest";
import { claimedFees } from "./claimed-fees.js";

const [first, second] = exampleConfig.currencies.map(({ assetId }) => assetId);
if (first === undefined || second === undefined) throw new RangeError("expected two currencies");

const entry = (fees: readonly bigint[], calls: readonly Call[]): JournalEntry => ({
  from: undefined,
  anchor: filled(32, 1),
  step: {
    ledger: {
      ...exampleLedger,
      currencies: exampleLedger.currencies.map((one, i) => ({ ...one, fees: fees[i] ?? 0n })),
    },
    accounts: [],
    releases: [],
    kept: [],
    returned: [],
    decisions: [],
    thawed: false,
  },
  calls,
});

const { feeAccount } = exampleConfig;
const CODES = exampleConfig.currencies.map(({ code }) => code);

describe("fees claimed by the journal", () => {
  it("are those whose whole accrual a batch has minted to the fee account", () => {
    const entries = [
      entry([10n, 20n], []),
      entry([5n, 20n], [mint(first, filled(32, 9), 10n), mint(first, feeAccount, 10n)]),
      entry([5n, 3n], [mint(second, feeAccount, 20n)]),
    ];
    expect(claimedFees(exampleConfig, entries, 1)).toEqual(CODES);
    expect(claimedFees(exampleConfig, entries, 2)).toEqual(CODES.slice(1));
    expect(claimedFees(exampleConfig, entries, 3)).toEqual([]);
  });

  it("aren't what somebody else received, another amount, another asset, or nothing", () => {
    const calls = [mint(first, filled(32, 9), 10n), mint(first, feeAccount, 9n), mint(second, feeAccount, 10n)];
    expect(claimedFees(exampleConfig, [entry([10n, 0n], []), entry([0n, 0n], calls)], 1)).toEqual([]);
    expect(
      claimedFees(exampleConfig, [entry([0n, 0n], []), entry([0n, 0n], [mint(first, feeAccount, 0n)])], 1),
    ).toEqual([]);
  });
});
