import { governanceState } from "@pdiem/bridge/governance/governance-state";
import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { EXAMPLE_ID, ISSUER } from "@pdiem/bridge/testing/config";
import { exampleGovernance, exampleLedger } from "@pdiem/bridge/testing/world";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { expect, it } from "vitest";
import type { CurrentLedger } from "../sync/bridge/bridge-view.js";
import { exampleCurrent, exampleEntry } from "../testing/batches.js";
import { exampleView } from "../testing/view.js";
import { ledgerView } from "../views/ledger-view.js";
import { ledgerRoutes } from "./ledger.js";
import { bareApi } from "./testing/bare-api.js";

const ask = async (current: CurrentLedger | undefined) => {
  const app = bareApi();
  const follower = { view: () => exampleView(current) };
  ledgerRoutes(app, () => ({ bridgeId: EXAMPLE_ID, issuer: ISSUER, follower }));
  const answer = await app.inject("/api/v1/ledger");
  await app.close();
  return ledgerView.parse(answer.json());
};

it("the ledger in force is told with the governance state that it names", async () => {
  const view = await ask(exampleCurrent([exampleEntry()]));
  expect(view).toMatchObject({
    bridgeId: toHex(EXAMPLE_ID),
    issuer: toHex(ISSUER),
    supplies: ["5000", "5000"],
    frozen: false,
  });
  expect(view.current).toEqual({
    anchor: toHex(exampleCurrent([exampleEntry()]).anchor),
    ledger: toHex(encode(ledgerCodec, exampleLedger)),
    governance: toHex(encode(governanceState, exampleGovernance)),
  });
});

it("before genesis there is none", async () => {
  expect((await ask(undefined)).current).toBeUndefined();
});
