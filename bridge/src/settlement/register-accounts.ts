/**
 * Putting beneficiaries into the ledger (PROTOCOL 3, 'Registration'), so that every Diem wallet
 * can pay them.
 */
import { toHex } from "@pdiem/light-client/bytes";
import { RefusedError } from "../error.js";
import { issuerOf } from "../facts/parachain-state.js";
import type { BatchContext, BatchDraft } from "./batch-draft.js";
import { MAX_REGISTRATIONS } from "./items.js";

const canReceiveAny = ({ config, receivers }: BatchContext, account: Uint8Array): boolean =>
  config.currencies.some(({ assetId, minBalance }) => receivers.canReceive(assetId, account, minBalance));

const checkCount = (accounts: readonly Uint8Array[]): void => {
  if (accounts.length > MAX_REGISTRATIONS)
    throw new RefusedError("refused/registrations", `expected at most ${MAX_REGISTRATIONS}, got ${accounts.length}`);
  if (new Set(accounts.map(toHex)).size !== accounts.length)
    throw new RefusedError("refused/duplicate", "expected each account to be registered once");
};

/**
 * Appends accounts that can receive the least balance of at least one bridged asset, in order.
 * @param accounts 32 bytes each
 * @throws RefusedError `refused/registrations`, `refused/reserve`, `refused/duplicate`,
 * `refused/not-receivable`
 */
export const registerAccounts = (
  context: BatchContext,
  draft: BatchDraft,
  accounts: readonly Uint8Array[],
): BatchDraft => {
  if (accounts.length === 0) return draft;
  const { config, facts, issuer } = context;
  checkCount(accounts);
  const { free } = issuerOf(facts.parachain, issuer);
  if (free <= config.reserve)
    throw new RefusedError(
      "refused/reserve",
      `expected the issuer's ${free} to exceed ${config.reserve}: fund it`,
      "later",
    );
  for (const account of accounts)
    if (!canReceiveAny(context, account))
      throw new RefusedError(
        "refused/not-receivable",
        `expected 0x${toHex(account)} to be able to receive: it needs the existential deposit and a free consumer slot`,
        "later",
      );
  return {
    ...draft,
    accounts: [...draft.accounts, ...accounts],
    items: draft.items + accounts.length,
    isWorthwhile: true,
  };
};
