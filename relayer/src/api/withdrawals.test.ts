import { exampleConfig, filled, ISSUER } from "@pdiem/bridge/testing/config";
import { withdrawalAccount } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { encodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { toHex } from "@pdiem/light-client/bytes";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { preimagePage } from "../sync/transfers/preimage-page.js";
import type { WithdrawalAccount } from "../sync/transfers/withdrawal-accounts.js";
import { createWithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import { exampleCurrent, exampleEntry } from "../testing/batches.js";
import { exampleView } from "../testing/view.js";
import { withdrawalAccountView } from "../views/withdrawal-account-view.js";
import { bareApi } from "./testing/bare-api.js";
import { withdrawalRoutes } from "./withdrawals.js";

const ID = filled(32, 1);
const payee = toHex(filled(16, 0xaa));
const refundAccount = toHex(filled(32, 0xb0));

let api: FastifyInstance;
let known: WithdrawalAccount[];

beforeEach(() => {
  known = [];
  api = bareApi();
  withdrawalRoutes(api, () => ({
    config: exampleConfig,
    issuer: ISSUER,
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

const present = (payload: object) => api.inject({ method: "POST", url: "/api/v1/withdrawals", payload });

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
    expect((await api.inject(`/api/v1/withdrawals/${view.account}`)).json()).toEqual(view);
  });

  it("isn't taken for custody as payee, nor with a refund account that nobody could spend from", async () => {
    const custody = toHex(exampleConfig.diem.custody);
    for (const one of [
      custody,
      `0x${custody.toUpperCase()}`,
      encodeAccountIdentifier(exampleConfig.diem.hrp, exampleConfig.diem.custody, filled(8, 1)),
    ]) {
      const answer = await present({ payee: one, refundAccount });
      expect([one, answer.json()]).toMatchObject([one, { code: "refused/payee-family" }]);
    }
    const padded = `${custody}${"00".repeat(16)}`;
    for (const nobodys of ["00".repeat(32), toHex(ISSUER), padded])
      expect((await present({ payee, refundAccount: nobodys })).json()).toMatchObject({ code: "refused/unspendable" });
    expect(known).toEqual([]);
  });

  it("is told with the one call to send, remark included", async () => {
    const view = withdrawalAccountView.parse((await present({ payee, refundAccount })).json());
    expect(view.remark).toBe(`0x${payee}00${refundAccount}`);
    expect(view.currencies[0]?.call).toBe(
      `Utility.batch_all([Assets.transfer_keep_alive(id: 7, target: 0x${view.account}, amount: AMOUNT), System.remark(remark: ${view.remark})])`,
    );
  });

  it("is told to other relayers, page by page", async () => {
    for (let i = 1; i <= 3; i++) await present({ payee: toHex(filled(16, i)), refundAccount });
    const page = preimagePage.parse((await api.inject("/api/v1/withdrawals/preimages?from=1")).json());
    expect(page.preimages).toEqual([2, 3].map((i) => `${toHex(filled(16, i))}00${refundAccount}`));
    expect(page.next).toBeUndefined();
  });

  it("isn't taken without a refund account, or with what is none", async () => {
    expect((await present({ payee })).json()).toMatchObject({ code: "request/invalid" });
    expect((await present({ payee, refundAccount: "5Grwva" })).json()).toMatchObject({ code: "decode/account-id" });
    expect(known).toEqual([]);
  });
});
