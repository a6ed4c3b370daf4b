import { randomUUID } from "node:crypto";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { underLimits } from "@pdiem/bridge/governance/limits";
import { type WithdrawalPreimage, withdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { parseAccountId } from "../account-id.js";
import { parsePayee } from "../chains/diem/payee.js";
import type { ExistentialDepositKeeper } from "../chains/parachain/existential-deposit.js";
import { expectOtherThanCustody, expectSpendable } from "../spendable.js";
import { governanceAt } from "../sync/bridge/governance.js";
import { formatPreimage } from "../sync/transfers/preimage-file.js";
import { PAGE_PREIMAGES, type PreimagePage, preimagePage } from "../sync/transfers/preimage-page.js";
import {
  MOST_ACCOUNTS,
  type WithdrawalAccount,
  type WithdrawalAccounts,
} from "../sync/transfers/withdrawal-accounts.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { WithdrawalWatch } from "../sync/transfers/withdrawal-watch.js";
import {
  type WithdrawalAccountsView,
  type WithdrawalAccountView,
  withdrawalAccountsView,
  withdrawalAccountView,
} from "../views/withdrawal-account-view.js";
import { withdrawalCall } from "../views/withdrawal-call.js";
import { within } from "../within.js";
import { type AtWork, type Followed, type ShownView, viewOf } from "./at-work.js";
import { cursorText, pageLimit, readCursor, writeCursor } from "./cursor.js";
import { get, post } from "./route.js";

export interface WithdrawalParts extends Followed {
  readonly config: BridgeConfig;
  /** The enclave's key. */
  readonly issuer: Uint8Array;
  readonly existentialDeposit: ExistentialDepositKeeper;
  readonly withdrawals: Pick<WithdrawalWatch, "holdings">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "nextId">;
  readonly withdrawalAccounts: Pick<WithdrawalAccounts, "all" | "get" | "present">;
  readonly pollSoon: () => void;
}

const body = z.strictObject({ payee: z.string().max(200), refundAccount: z.string().max(200) });
const params = z.strictObject({ account: z.string().max(200) });
const query = z.strictObject({ limit: pageLimit(100, 1_000), cursor: cursorText.optional() });
/** How many accounts come before the page, the oldest first. */
const place = z.tuple([z.int().min(0)]);

/** The currencies with the limits in force. */
const currenciesNow = (config: BridgeConfig, { current }: ShownView): BridgeConfig["currencies"] =>
  current === undefined ? config.currencies : underLimits(config, governanceAt(config, current).limits).currencies;

const viewAccount = (
  { config, withdrawals, withdrawalEnds }: WithdrawalParts,
  view: ShownView,
  existentialDeposit: bigint | undefined,
  { account, preimage }: WithdrawalAccount,
): WithdrawalAccountView => {
  const { payee, subaddress, refundAccount } = preimage;
  const name = toHex(account);
  const remark = `0x${toHex(encode(withdrawalPreimage, preimage))}`;
  const held = withdrawals.holdings().filter((holding) => toHex(holding.account) === name);
  return {
    account: name,
    payee: toHex(payee),
    ...(subaddress === undefined ? {} : { subaddress: toHex(subaddress) }),
    refundAccount: toHex(refundAccount),
    remark,
    ...(existentialDeposit === undefined ? {} : { existentialDeposit: existentialDeposit.toString() }),
    currencies: currenciesNow(config, view).map(({ code, assetId, minimum, maximum, fees }, i) => ({
      code,
      assetId,
      minimum: minimum.toString(),
      maximum: maximum.toString(),
      fee: { fixed: fees.withdrawal.fixed.toString(), millionths: fees.withdrawal.millionths },
      isSufficient: view.assets[i]?.isSufficient ?? false,
      balance: (held.find(({ currency }) => currency === code)?.balance ?? 0n).toString(),
      transfer: withdrawalEnds.nextId(account, code),
      call: withdrawalCall({
        assetsPallet: config.parachain.assetsPallet,
        assetId,
        account: `0x${name}`,
        remark,
        existentialDeposit: (view.assets[i]?.isSufficient ?? false) ? undefined : (existentialDeposit ?? "DEPOSIT"),
      }),
    })),
  };
};

const DEPOSIT_MS = 2_000;

/** Nobody waits long for what a node says. */
const depositAt = ({ existentialDeposit }: WithdrawalParts, view: ShownView): Promise<bigint | undefined> =>
  within(DEPOSIT_MS, existentialDeposit.at(view.block.hash, view.specVersion), undefined);

const readPreimage = (
  { config, issuer }: WithdrawalParts,
  { payee, refundAccount }: z.output<typeof body>,
): WithdrawalPreimage => {
  const preimage = { ...parsePayee(config.diem.hrp, payee), refundAccount: parseAccountId(refundAccount) };
  expectOtherThanCustody(config, preimage.payee);
  expectSpendable(config, preimage.refundAccount, "a refund account", issuer);
  return preimage;
};

const checkRoom = ({ withdrawalAccounts }: WithdrawalParts): void => {
  if (withdrawalAccounts.all().length >= MOST_ACCOUNTS)
    throw new PdiemError(
      "relayer/full",
      "too many withdrawal accounts are watched: send the preimage as a system.remark with the transfer instead",
      "backoff",
    );
};

const pageQuery = z.strictObject({ from: z.coerce.number().int().min(0).default(0) });

/**
 * Serves withdrawal accounts. `POST /withdrawals {payee, refundAccount}` makes one known; doing
 * so again is harmless. `GET /withdrawals?limit=` lists those known, the newest first; `GET
 * /withdrawals/:account` is one. `GET /withdrawals/preimages?from=` tells other relayers
 * what this one was told, a page at a time.
 */
export const withdrawalRoutes = (app: FastifyInstance, work: AtWork<WithdrawalParts>): void => {
  const session = randomUUID();
  const present = async (asked: z.output<typeof body>): Promise<WithdrawalAccountView | undefined> => {
    const parts = work();
    const view = viewOf(parts);
    const preimage = readPreimage(parts, asked);
    checkRoom(parts);
    const accounts = await parts.withdrawalAccounts.present([preimage]);
    parts.pollSoon();
    const deposit = await depositAt(parts, view);
    return accounts.map((account) => viewAccount(parts, view, deposit, account))[0];
  };
  const list = async ({ limit, cursor }: z.output<typeof query>): Promise<WithdrawalAccountsView> => {
    const parts = work();
    const view = viewOf(parts);
    const accounts = parts.withdrawalAccounts.all();
    const end = cursor === undefined ? accounts.length : Math.min(accounts.length, readCursor(place, cursor)[0]);
    const from = Math.max(0, end - limit);
    const deposit = await depositAt(parts, view);
    return {
      accounts: accounts
        .slice(from, end)
        .reverse()
        .map((account) => viewAccount(parts, view, deposit, account)),
      known: accounts.length,
      ...(from === 0 ? {} : { next: writeCursor([from]) }),
    };
  };
  const preimagesFrom = (from: number): PreimagePage => {
    const accounts = work().withdrawalAccounts.all();
    const told = accounts.slice(from, from + PAGE_PREIMAGES);
    const next = from + told.length;
    return {
      session,
      preimages: told.map(({ preimage }) => formatPreimage(preimage)),
      ...(next < accounts.length ? { next } : {}),
    };
  };
  const show = async (account: string): Promise<WithdrawalAccountView> => {
    const parts = work();
    const known = parts.withdrawalAccounts.get(toHex(parseAccountId(account)));
    if (known === undefined)
      throw new PdiemError(
        "withdrawal/unknown",
        "this withdrawal account isn't known here: present its payee and refund account again",
        "later",
      );
    const view = viewOf(parts);
    return viewAccount(parts, view, await depositAt(parts, view), known);
  };
  post(
    app,
    "/withdrawals",
    {
      summary: "Makes a withdrawal account known, and gives the one call to send",
      tag: "transfers",
      body,
      answers: { 200: withdrawalAccountView },
    },
    ({ body: asked }) => present(asked),
  );
  get(
    app,
    "/withdrawals",
    {
      summary: "Lists withdrawal accounts, the newest first",
      tag: "transfers",
      query,
      answers: { 200: withdrawalAccountsView },
    },
    ({ query: asked }) => list(asked),
  );
  get(
    app,
    "/withdrawals/preimages",
    {
      summary: "Lists what this relayer was told, for other relayers",
      description: "A list that only grows while the session is the same: a page begins at the place `from`.",
      tag: "transfers",
      query: pageQuery,
      answers: { 200: preimagePage },
    },
    ({ query: { from } }) => preimagesFrom(from),
  );
  get(
    app,
    "/withdrawals/:account",
    { summary: "Shows a withdrawal account", tag: "transfers", params, answers: { 200: withdrawalAccountView } },
    ({ params: { account } }) => show(account),
  );
};
