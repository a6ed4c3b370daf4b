import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { underLimits } from "@pdiem/bridge/governance/limits";
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { parseAccountId } from "../account-id.js";
import { parsePayee } from "../chains/diem/payee.js";
import type { ExistentialDepositKeeper } from "../chains/parachain/existential-deposit.js";
import { governanceAt } from "../sync/bridge/governance.js";
import type { WithdrawalAccount, WithdrawalAccounts } from "../sync/transfers/withdrawal-accounts.js";
import type { WithdrawalEnds } from "../sync/transfers/withdrawal-ends.js";
import type { WithdrawalWatch } from "../sync/transfers/withdrawal-watch.js";
import type { WithdrawalAccountView } from "../views/withdrawal-account-view.js";
import { within } from "../within.js";
import { type AtWork, type Followed, type ShownView, viewOf } from "./at-work.js";
import { parseRequest } from "./parse-request.js";

export interface WithdrawalParts extends Followed {
  readonly config: BridgeConfig;
  readonly existentialDeposit: ExistentialDepositKeeper;
  readonly withdrawals: Pick<WithdrawalWatch, "holdings">;
  readonly withdrawalEnds: Pick<WithdrawalEnds, "nextId">;
  readonly withdrawalAccounts: Pick<WithdrawalAccounts, "all" | "get" | "present">;
  readonly pollSoon: () => void;
}

const body = z.strictObject({ payee: z.string().max(200), refundAccount: z.string().max(200) });
const params = z.object({ account: z.string().max(200) });
const query = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });

/**
 * More than anybody watches on purpose. What isn't taken here is still found in blocks, next to its
 * transfer.
 */
const MOST_ACCOUNTS = 100_000;

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
  const held = withdrawals.holdings().filter((holding) => toHex(holding.account) === name);
  return {
    account: name,
    payee: toHex(payee),
    ...(subaddress === undefined ? {} : { subaddress: toHex(subaddress) }),
    refundAccount: toHex(refundAccount),
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
    })),
  };
};

const DEPOSIT_MS = 2_000;

/** Nobody waits long for what a node says. */
const depositAt = ({ existentialDeposit }: WithdrawalParts, view: ShownView): Promise<bigint | undefined> =>
  within(DEPOSIT_MS, existentialDeposit.at(view.block.hash, view.specVersion), undefined);

const readPreimage = ({ diem }: BridgeConfig, value: unknown): WithdrawalPreimage => {
  const { payee, refundAccount } = parseRequest(body, value);
  return { ...parsePayee(diem.hrp, payee), refundAccount: parseAccountId(refundAccount) };
};

const checkRoom = ({ withdrawalAccounts }: WithdrawalParts): void => {
  if (withdrawalAccounts.all().length >= MOST_ACCOUNTS)
    throw new PdiemError(
      "relayer/full",
      "too many withdrawal accounts are watched: send the preimage as a system.remark with the transfer instead",
      "backoff",
    );
};

/**
 * Serves withdrawal accounts. `POST /api/withdrawals {payee, refundAccount}` makes one known; doing
 * so again is harmless. `GET /api/withdrawals?limit=` lists those known, the newest first; `GET
 * /api/withdrawals/:account` is one.
 */
export const withdrawalRoutes = (app: FastifyInstance, work: AtWork<WithdrawalParts>): void => {
  app.post("/api/withdrawals", async (request) => {
    const parts = work();
    const view = viewOf(parts);
    const preimage = readPreimage(parts.config, request.body);
    checkRoom(parts);
    const accounts = await parts.withdrawalAccounts.present([preimage]);
    parts.pollSoon();
    const deposit = await depositAt(parts, view);
    return accounts.map((account) => viewAccount(parts, view, deposit, account))[0];
  });
  app.get("/api/withdrawals", async (request) => {
    const parts = work();
    const view = viewOf(parts);
    const { limit } = parseRequest(query, request.query);
    const accounts = parts.withdrawalAccounts.all();
    const newest = accounts.slice(-limit).reverse();
    const deposit = await depositAt(parts, view);
    return { accounts: newest.map((account) => viewAccount(parts, view, deposit, account)), known: accounts.length };
  });
  app.get("/api/withdrawals/:account", async (request) => {
    const parts = work();
    const { account } = parseRequest(params, request.params);
    const known = parts.withdrawalAccounts.get(toHex(parseAccountId(account)));
    if (known === undefined)
      throw new PdiemError(
        "withdrawal/unknown",
        "this withdrawal account isn't known here: present its payee and refund account again",
        "later",
      );
    const view = viewOf(parts);
    return viewAccount(parts, view, await depositAt(parts, view), known);
  });
};
