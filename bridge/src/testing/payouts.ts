import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { releaseSubaddress } from "../deposit/subaddress.js";
import type { CurrencyLedger, Ledger } from "../ledger/ledger.js";
import { append } from "../ledger/list.js";
import { RELEASES } from "../ledger/lists.js";
import type { Release } from "../ledger/release.js";
import { exampleConfig, filled } from "./config.js";
import type { TestPayment } from "./diem-world.js";
import { BENEFICIARY, exampleLedger, SENDER } from "./world.js";

/** Makes a withdrawal's release, which comes back to `BENEFICIARY`. */
export const releaseOf = (given: Partial<Release> = {}): Release => ({
  currency: "XUS",
  amount: 1_000n,
  payee: SENDER,
  subaddress: undefined,
  origin: { type: "withdrawal", value: { account: filled(32, 1), refundAccount: BENEFICIARY } },
  ...given,
});

const owedMore = (
  currency: CurrencyLedger,
  code: string | undefined,
  releases: readonly Release[],
): CurrencyLedger => ({
  ...currency,
  owed: releases.reduce((sum, one) => (one.currency === code ? sum + one.amount : sum), currency.owed),
});

/** Makes the example ledger, owing these besides. */
export const owing = (releases: readonly Release[], ledger: Ledger = exampleLedger): Ledger => ({
  ...ledger,
  releases: append(RELEASES, ledger.releases, releases),
  currencies: ledger.currencies.map((one, i) => owedMore(one, exampleConfig.currencies[i]?.code, releases)),
});

/** Makes custody's payment that says it pays release `index`; none if undefined. */
export const sentFor = (index: bigint | undefined, { currency, amount, payee } = releaseOf()): TestPayment => ({
  currency,
  amount,
  other: payee,
  metadata: encodeMetadata({
    type: "general",
    value: {
      toSubaddress: undefined,
      fromSubaddress: index === undefined ? undefined : releaseSubaddress(index),
      referencedEvent: undefined,
    },
  }),
  version: 100n,
});
