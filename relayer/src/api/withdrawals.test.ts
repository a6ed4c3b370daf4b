import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { withdrawalAccount } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { toHex } from "@pdiem/light-client/bytes";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WithdrawalAccount } from "../sync/transfers/withdrawal-accounts.js";
import { createWithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import { exampleCurrent, exampleEntry } from "../testing/batches.js";
import { exampleView } from "../testing/view.js";
import { withdrawalAccountView } from "../views/withdrawal-account-view.js";
import { withdrawalRoutes } from "./withdrawals.js";

const ID = filled(32, 1);
const payee = toHex(filled(16, 0xaa));
const refundAccount = toHex(filled(32, 0xb0));

let api: FastifyInstance;
let known: WithdrawalAccount[];

beforeEach(() => {
  known = [];
  api = Fastify();
  withdrawalRoutes(api, () => ({
    config: exampleConfig,
    follower: { view: () => exampleView(exampleCurrent([exampleEntry()])) },
    existentialDeposit: { at: async () => 100n },
    withdrawals: { holdings: () => [] },
    withdrawalEnds: createWithdrawalEnds(ID),
    withdrawalAccounts: {
      all: () => known,
      get: (name) => known.find(({ account }) => toHex(account) === name),
      present: async (preimages) => {
        const accounts = preimages.map((preimage) => ({ account: withdrawalAccount(ID, preimage), preimage }));
        known.push(...accounts);
        return accounts;
      },
    },
    pollSoon: () => undefined,
  }));
});
afterEach(() => api.close());

const present = (payload: object) => api.inject({ method: "POST", url: "/api/withdrawals", payload });

describe("PROTOCOL 3: a withdrawal account", () => {
  it("is made known with its refund account, and shown with limits and fees", async () => {
    const view = withdrawalAccountView.parse((await present({ payee, refundAccount })).json());
    expect(view).toMatchObject({ payee, refundAccount, existentialDeposit: "100" });
    expect(view.currencies[0]).toMatchObject({
      code: "XUS",
      minimum: "100",
      fee: { fixed: "6", millionths: 0 },
      balance: "0",
      transfer: `withdrawal-${view.account}-XUS-0`,
    });
    expect((await api.inject(`/api/withdrawals/${view.account}`)).json()).toEqual(view);
  });

  it("isn't taken without a refund account, or with what is none", async () => {
    expect((await present({ payee })).json()).toMatchObject({ code: "request/invalid" });
    expect((await present({ payee, refundAccount: "5Grwva" })).json()).toMatchObject({ code: "decode/account-id" });
    expect(known).toEqual([]);
  });
});
