/**
 * What would become of a transfer if it were made now, by the bridge's own rules on proven facts.
 * Nobody has made it: what both chains would say of it is filled in.
 */
import { bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { feeOf } from "@pdiem/bridge/config/fee";
import { checkCustody } from "@pdiem/bridge/custody/custody";
import { whyNotMinted } from "@pdiem/bridge/deposit/settle-deposit";
import type { Facts, ParachainFacts } from "@pdiem/bridge/facts/facts";
import { liveAssetOf } from "@pdiem/bridge/facts/parachain-state";
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { underLimits } from "@pdiem/bridge/governance/limits";
import { checkOperating } from "@pdiem/bridge/governance/operating";
import { type BatchContext, currencyOf, draftOf } from "@pdiem/bridge/settlement/batch-draft";
import type { BridgeState } from "@pdiem/bridge/settlement/bridge-state";
import { createReceivers } from "@pdiem/bridge/settlement/receivable";
import { pass } from "@pdiem/bridge/settlement/windows";
import { settleWithdrawal } from "@pdiem/bridge/withdrawal/settle-withdrawal";
import { type WithdrawalPreimage, withdrawalAccount } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/scale";
import { isPdiemError } from "@pdiem/light-client/error";
import { assetAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { assetAccountValue } from "@pdiem/light-client/polkadot/trie/storage-value";

/** How a transfer would end, or why it would wait. Amounts in smallest units. */
export type SimulatedEnd =
  | { readonly type: "arrives"; readonly amount: bigint; readonly fee: bigint }
  /** It comes back, less the bridge's fee. */
  | { readonly type: "comes-back"; readonly reason: string }
  | { readonly type: "waits"; readonly reason: string };

export interface SimulatedDeposit {
  /** On the parachain, 32 bytes. */
  readonly account: Uint8Array;
  readonly currency: string;
  readonly amount: bigint;
}

export interface SimulatedWithdrawal {
  readonly preimage: WithdrawalPreimage;
  readonly currency: string;
  readonly amount: bigint;
}

const contextOf = ({ config, issuer, ledger, governance }: BridgeState, facts: Facts): BatchContext => {
  const inForce = governanceInForce(config, ledger, governance);
  checkOperating(inForce);
  const limited = underLimits(config, inForce.limits);
  return {
    config: limited,
    bridgeId: bridgeIdOf(config),
    issuer,
    ledger,
    facts,
    custody: checkCustody(limited, issuer, facts.diem),
    receivers: createReceivers(limited, facts.parachain, issuer),
  };
};

/** Turns what holds all transfers up into a wait. */
const orWait = (simulate: () => SimulatedEnd): SimulatedEnd => {
  try {
    return simulate();
  } catch (error) {
    if (isPdiemError(error) && error.code.startsWith("refused/")) return { type: "waits", reason: error.code.slice(8) };
    throw error;
  }
};

/**
 * Simulates a payment to custody for an account.
 * @param facts with custody, the assets and the account
 * @throws ProofError `proof/not-shown` where a fact that a rule needs wasn't proven
 */
export const simulateDeposit = (
  bridge: BridgeState,
  facts: Facts,
  { account, currency, amount }: SimulatedDeposit,
): SimulatedEnd =>
  orWait(() => {
    const context = contextOf(bridge, facts);
    const part = currencyOf(context, draftOf(context.ledger), currency);
    if (part === undefined) return { type: "comes-back", reason: "unbridged-currency" };
    const { config, state } = part;
    liveAssetOf(context.config, facts.parachain, config.assetId);
    const reason = whyNotMinted(context, part, amount, account);
    if (reason !== undefined) return { type: "comes-back", reason };
    if (pass(state.minted, config.windows.mint, facts.parachain.time, amount) === undefined)
      return { type: "waits", reason: "mint-window" };
    const fee = feeOf(config.fees.deposit, amount);
    return { type: "arrives", amount: amount - fee, fee };
  });

/** Fills in what an account would hold. */
const withBalance = (
  config: BatchContext["config"],
  facts: ParachainFacts,
  { assetId, account, amount }: { readonly assetId: number; readonly account: Uint8Array; readonly amount: bigint },
): ParachainFacts => {
  const key = assetAccount(config.parachain.assetsPallet, assetId, account);
  const value = { balance: amount, status: "liquid", reason: { type: "sufficient" } } as const;
  return {
    ...facts,
    storage: (asked) => (equal(asked, key) ? encode(assetAccountValue, value) : facts.storage(asked)),
  };
};

/**
 * Simulates wrapped asset that comes to a withdrawal account.
 * @param facts with custody, the assets, the payee and the refund account
 * @throws ProofError `proof/not-shown` where a fact that a rule needs wasn't proven
 */
export const simulateWithdrawal = (
  bridge: BridgeState,
  facts: Facts,
  { preimage, currency, amount }: SimulatedWithdrawal,
): SimulatedEnd =>
  orWait(() => {
    const assetId = bridge.config.currencies.find(({ code }) => code === currency)?.assetId;
    if (assetId === undefined) return { type: "comes-back", reason: "unbridged-currency" };
    const account = withdrawalAccount(bridgeIdOf(bridge.config), preimage);
    const parachain = withBalance(bridge.config, facts.parachain, { assetId, account, amount });
    const context = contextOf(bridge, { ...facts, parachain });
    const { result } = settleWithdrawal(context, draftOf(context.ledger), { preimage, currency });
    if (result.type === "released") return { type: "arrives", amount: result.release.amount, fee: result.fee };
    if (result.type === "given-back") return { type: "comes-back", reason: `payee-${result.unpayable}` };
    return { type: "waits", reason: result.unpayable === undefined ? result.reason : `payee-${result.unpayable}` };
  });

/** Computes how much more a window lets through now. */
export const roomIn = (
  { ledger, config, governance }: BridgeState,
  { time }: Pick<ParachainFacts, "time">,
  code: string,
  window: "mint" | "release",
): bigint => {
  const limited = underLimits(config, governanceInForce(config, ledger, governance).limits);
  const index = limited.currencies.findIndex((currency) => currency.code === code);
  const use = ledger.currencies[index]?.[window === "mint" ? "minted" : "released"];
  const limit = limited.currencies[index]?.windows[window];
  if (use === undefined || limit === undefined) return 0n;
  const isOld = use.start !== (time / limit.length) * limit.length;
  const room = limit.amount - (isOld ? 0n : use.used);
  return room > 0n ? room : 0n;
};
