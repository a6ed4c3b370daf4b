import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { append, RELEASES } from "../ledger/list.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Release } from "../ledger/release.js";
import { releaseSubaddress } from "../deposit/subaddress.js";
import { filled } from "./config.js";
import type { TestPayment } from "./diem-world.js";
import { BENEFICIARY, exampleLedger, SENDER } from "./world.js";

/** What a withdrawal of someone who wants it back to `BENEFICIARY` is owed. */
export const releaseOf = (given: Partial<Release> = {}): Release => ({
  currency: "XUS",
  amount: 1_000n,
  payee: SENDER,
  subaddress: undefined,
  origin: { type: "withdrawal", value: { account: filled(32, 1), refundAccount: BENEFICIARY } },
  ...given,
});

/** The example ledger, owing these besides. */
export const owing = (releases: readonly Release[], ledger: Ledger = exampleLedger): Ledger => ({
  ...ledger,
  releases: append(RELEASES, ledger.releases, releases),
});

/** Custody's payment that says it pays release `index`; of none if undefined. */
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
