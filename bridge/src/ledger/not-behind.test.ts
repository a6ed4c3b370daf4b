import { outcome } from "@pdiem/light-client/testing/outcome";
import { expect, it } from "vitest";
import { checkCustody } from "../custody/custody.js";
import { exampleConfig, ISSUER } from "../testing/config.js";
import { createWorld, exampleLedger, paymentOf } from "../testing/world.js";
import type { Ledger } from "./ledger.js";
import { checkNotBehind } from "./not-behind.js";

it("PROTOCOL 6: a ledger info counts no fewer deposits, payments and sequence numbers than the ledger", () => {
  const { diem } = createWorld();
  diem.received.push(paymentOf({}), paymentOf({}));
  diem.sent.push(paymentOf({}));
  diem.custody = { account: { sequenceNumber: exampleLedger.start + 3n } };
  const custody = checkCustody(exampleConfig, ISSUER, diem.facts());
  const check = (change: Partial<Ledger>) => outcome(() => checkNotBehind({ ...exampleLedger, ...change }, custody));
  expect(check({ deposits: 2n, paid: { releases: 3n, events: 1n } })).toBe("accepted");
  expect(check({ deposits: 3n })).toBe("refused/diem-behind");
  expect(check({ paid: { releases: 3n, events: 2n } })).toBe("refused/diem-behind");
  expect(check({ paid: { releases: 4n, events: 1n } })).toBe("refused/diem-behind");
});
