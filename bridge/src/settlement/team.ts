/** Changes of roles and single accounts that a settlement carries (PROTOCOL 6). */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { setTeam, thaw } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { CurrencyConfig } from "../config/currency-config.js";
import { RefusedError } from "../error.js";
import { assetAccountOf, assetOf, liveAssetOf } from "../facts/parachain-state.js";
import type { GovernanceState } from "../governance/governance-state.js";
import type { BatchContext, BatchDraft } from "./batch-draft.js";
import { type Items, MAX_THAWS } from "./items.js";

const isTeamDue = ({ config, facts }: BatchContext, freezer: Uint8Array, { assetId }: CurrencyConfig): boolean => {
  const details = assetOf(config, facts.parachain, assetId);
  // Nothing but a thaw is possible on a frozen asset.
  return details.status === "live" && !equal(details.freezer, freezer);
};

/**
 * Makes the guardians' account the Freezer of each live asset of which it isn't.
 * @param governance in force
 * @param without codes of currencies that are left out
 */
export const setTeams = (
  context: BatchContext,
  draft: BatchDraft,
  { guardians }: Pick<GovernanceState, "guardians">,
  without: Items["withoutTeam"],
): BatchDraft => {
  const { issuer } = context;
  const due = context.config.currencies.filter(
    (currency) => !without.includes(currency.code) && isTeamDue(context, guardians.freezer, currency),
  );
  const calls = due.map(({ assetId }) => setTeam(assetId, { issuer, admin: issuer, freezer: guardians.freezer }));
  return { ...draft, calls: [...draft.calls, ...calls], isWorthwhile: draft.isWorthwhile || due.length > 0 };
};

/**
 * Thaws accounts that are proven frozen or blocked, while amnesty is on.
 * @throws RefusedError `refused/no-amnesty`, `refused/thaws`, `refused/duplicate`,
 * `refused/unknown-currency`, `refused/not-frozen`, `refused/asset-frozen`
 */
export const thawAccounts = (
  { config, facts }: BatchContext,
  draft: BatchDraft,
  { amnesty }: Pick<GovernanceState, "amnesty">,
  thaws: Items["thaws"],
): BatchDraft => {
  if (thaws.length === 0) return draft;
  if (!amnesty) throw new RefusedError("refused/no-amnesty", "expected thaws only during an amnesty", "later");
  if (thaws.length > MAX_THAWS)
    throw new RefusedError("refused/thaws", `expected at most ${MAX_THAWS} thaws, got ${thaws.length}`);
  const names = thaws.map(({ currency, account }) => `${currency}/${toHex(account)}`);
  if (new Set(names).size !== names.length)
    throw new RefusedError("refused/duplicate", "expected each account to be thawed once per currency");
  const calls = thaws.map(({ currency, account }) => {
    const asset = config.currencies.find(({ code }) => code === currency)?.assetId;
    if (asset === undefined)
      throw new RefusedError("refused/unknown-currency", "expected an account of a bridged currency to be thawed");
    liveAssetOf(config, facts.parachain, asset);
    const status = assetAccountOf(config, facts.parachain, asset, account)?.status ?? "absent";
    if (status !== "frozen" && status !== "blocked")
      throw new RefusedError(
        "refused/not-frozen",
        `expected a frozen account, 0x${toHex(account)} is ${status}`,
        "later",
      );
    return thaw(asset, account);
  });
  return { ...draft, calls: [...draft.calls, ...calls], items: draft.items + calls.length, isWorthwhile: true };
};
