/** Putting beneficiaries into the ledger, so that every Diem wallet can pay them by an address. */
import { toHex } from "@pdiem/light-client/bytes";
import type { Context, Draft } from "./batch-draft.js";
import { RefusedError } from "../error.js";
import { MAX_REGISTRATIONS } from "./items.js";
import { issuerOf } from "../facts/parachain-state.js";

/** Whether the account could be given the least balance of at least one bridged asset. */
const canReceiveAny = ({ config, receivers }: Context, account: Uint8Array): boolean =>
  config.currencies.some(({ assetId, minBalance }) => receivers.canReceive(assetId, account, minBalance));

/**
 * Appends accounts, in order.
 * @param issuer 32 bytes, whose free balance must exceed the reserve
 * @throws RefusedError `refused/registrations`, `refused/reserve`, `refused/duplicate`, `refused/not-receivable`
 */
export const registerAccounts = (
  context: Context,
  draft: Draft,
  issuer: Uint8Array,
  accounts: readonly Uint8Array[],
): Draft => {
  if (accounts.length === 0) return draft;
  const { config, facts } = context;
  if (accounts.length > MAX_REGISTRATIONS)
    throw new RefusedError("refused/registrations", `expected at most ${MAX_REGISTRATIONS}, got ${accounts.length}`);
  if (new Set(accounts.map(toHex)).size !== accounts.length)
    throw new RefusedError("refused/duplicate", "expected each account to be registered once");
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
  return { ...draft, accounts: [...draft.accounts, ...accounts] };
};
