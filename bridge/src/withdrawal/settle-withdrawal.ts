/** How wrapped asset on a withdrawal account ends, as PROTOCOL 3 has it: burned, and owed on Diem or given back. */
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { burn, mint } from "@pdiem/light-client/polkadot/extrinsics/call";
import { type WithdrawalPreimage, withdrawalAccount } from "./addresses.js";
import type { CurrencyConfig } from "../config/currency-config.js";
import { type Context, type CurrencyDraft, currencyOf, type Draft, withCurrency } from "../settlement/batch-draft.js";
import { RefusedError } from "../error.js";
import type { WithdrawalItem } from "../settlement/items.js";
import { assetAccountOf, liveAssetOf } from "../facts/parachain-state.js";
import { mostWithoutAttestation, type Unpayable, whyUnpayable } from "./payable.js";
import type { Release } from "../ledger/release.js";
import { pass } from "../settlement/windows.js";

/** What a withdrawal waits for: more money, a thaw, the next window, a refund account that can receive, or a payable payee. */
export type WithdrawalWait =
  | "below-minimum"
  | "account-frozen"
  | "release-window"
  | "no-refund-account"
  | "refund-not-receivable";

/**
 * How a withdrawal ends; amounts in smallest units, `burned` before the fee. What is left on the account, by now or later,
 * is another withdrawal. `waits` isn't an end: `unpayable` tells why the payee can't be paid where that is so.
 */
export type WithdrawalOutcome = { readonly account: Uint8Array; readonly currency: string } & (
  | {
      readonly type: "released";
      readonly burned: bigint;
      readonly fee: bigint;
      readonly index: bigint;
      readonly release: Release;
    }
  | {
      readonly type: "returned";
      readonly burned: bigint;
      readonly fee: bigint;
      readonly refundAccount: Uint8Array;
      readonly amount: bigint;
      readonly unpayable: Unpayable;
    }
  | { readonly type: "waits"; readonly reason: WithdrawalWait; readonly unpayable: Unpayable | undefined }
);

interface Settled {
  readonly draft: Draft;
  readonly outcome: WithdrawalOutcome;
}

/** One withdrawal with what its rules work on. */
interface Withdrawal extends CurrencyDraft {
  readonly preimage: WithdrawalPreimage;
  readonly account: Uint8Array;
  readonly burned: bigint;
}

/** The most that leaves nothing or at least the minimum: no residue is ever too small to be withdrawn, or clamped away. */
const amountToBurn = (balance: bigint, { minimum, maximum }: Pick<CurrencyConfig, "minimum" | "maximum">): bigint => {
  if (balance <= maximum) return balance;
  return balance - maximum >= minimum ? maximum : balance - minimum;
};

/**
 * What is burned at once, and why the payee can't be paid it. Guardians' limits aren't checked against Diem's dual-attestation
 * limit, which moves as well: what has come to need the payee's signature goes in parts that don't, where there are such.
 */
const partToBurn = (
  { config: bridge, custody, facts }: Context,
  { code: currency, minimum, maximum, fees }: CurrencyConfig,
  balance: bigint,
  payee: AccountAddress,
): { readonly burned: bigint; readonly unpayable: Unpayable | undefined } => {
  const why = (burned: bigint): Unpayable | undefined =>
    whyUnpayable(bridge, custody.state, facts.diem, { currency, amount: burned - fees.withdrawal, payee });
  const burned = amountToBurn(balance, { minimum, maximum });
  const unpayable = why(burned);
  if (unpayable !== "dual-attestation") return { burned, unpayable };
  const largest = mostWithoutAttestation(facts.diem, currency) + fees.withdrawal;
  const part = amountToBurn(balance, { minimum, maximum: largest });
  return part >= minimum && why(part) === undefined ? { burned: part, unpayable: undefined } : { burned, unpayable };
};

const wait = (
  draft: Draft,
  { account, config }: Pick<Withdrawal, "account" | "config">,
  reason: WithdrawalWait,
  unpayable?: Unpayable,
): Settled => ({ draft, outcome: { type: "waits", account, currency: config.code, reason, unpayable } });

const releaseToPayee = (context: Context, draft: Draft, withdrawal: Withdrawal): Settled => {
  const { config, state, preimage, account, burned } = withdrawal;
  const { code: currency } = config;
  const released = pass(state.released, config.windows.release, context.facts.parachain.time, burned);
  if (released === undefined) return wait(draft, withdrawal, "release-window");
  const fee = config.fees.withdrawal;
  const { payee, subaddress, refundAccount } = preimage;
  const release: Release = {
    currency,
    amount: burned - fee,
    payee,
    subaddress,
    origin: { type: "withdrawal", value: { account, refundAccount } },
  };
  const index = context.ledger.releases.numLeaves + BigInt(draft.releases.length);
  context.receivers.vacate(config.assetId, account);
  const changed = withCurrency(context, draft, currency, { ...state, released, fees: state.fees + fee });
  return {
    draft: {
      ...changed,
      releases: [...draft.releases, release],
      calls: [...draft.calls, burn(config.assetId, account, burned)],
    },
    outcome: { type: "released", account, currency, burned, fee, index, release },
  };
};

const giveBack = (context: Context, draft: Draft, withdrawal: Withdrawal, unpayable: Unpayable): Settled => {
  const { config, state, preimage, account, burned } = withdrawal;
  const { code: currency, assetId } = config;
  const { refundAccount } = preimage;
  if (refundAccount === undefined) return wait(draft, withdrawal, "no-refund-account", unpayable);
  const fee = config.fees.withdrawal;
  const amount = burned - fee;
  if (!context.receivers.canReceive(assetId, refundAccount, amount))
    return wait(draft, withdrawal, "refund-not-receivable", unpayable);
  context.receivers.receive(assetId, refundAccount);
  context.receivers.vacate(assetId, account);
  const changed = withCurrency(context, draft, currency, { ...state, fees: state.fees + fee });
  return {
    draft: {
      ...changed,
      returned: [...draft.returned, { preimage, currency, reason: unpayable }],
      calls: [...draft.calls, burn(assetId, account, burned), mint(assetId, refundAccount, amount)],
    },
    outcome: { type: "returned", account, currency, burned, fee, refundAccount, amount, unpayable },
  };
};

/**
 * Settles what one account holds of one asset at the proven block, or leaves it waiting. It can only have grown by the
 * time of the batch: no one but the issuer takes anything from a keyless account, and a batch settles each once.
 * @throws RefusedError `refused/unknown-currency`, `refused/asset-frozen`; ProofError `proof/not-shown`
 */
export const settleWithdrawal = (context: Context, draft: Draft, { preimage, currency }: WithdrawalItem): Settled => {
  const part = currencyOf(context, draft, currency);
  if (part === undefined)
    throw new RefusedError("refused/unknown-currency", `expected a bridged currency, got ${currency}`);
  const { facts } = context;
  const { config } = part;
  const account = withdrawalAccount(context.bridgeId, preimage);
  liveAssetOf(facts.parachain, config.assetId);
  const held = assetAccountOf(facts.parachain, config.assetId, account);
  if (held === undefined || held.balance < config.minimum) return wait(draft, { account, config }, "below-minimum");
  if (held.status !== "liquid") return wait(draft, { account, config }, "account-frozen");
  const { burned, unpayable } = partToBurn(context, config, held.balance, preimage.payee);
  const withdrawal: Withdrawal = { ...part, preimage, account, burned };
  return unpayable === undefined
    ? releaseToPayee(context, draft, withdrawal)
    : giveBack(context, draft, withdrawal, unpayable);
};
