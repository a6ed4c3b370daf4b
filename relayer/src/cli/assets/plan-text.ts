/** A plan in words. */

import { printable } from "@pdiem/bridge-client/guardians/describe-decision";
import { amountText } from "../set-up/amount.js";
import { type CalledStep, feeOf } from "./calls.js";
import { callOf, type HubNode } from "./hub-node.js";
import type { HubState } from "./hub-state.js";
import type { Parties, Step } from "./plan.js";
import type { AssetSetUp } from "./set-up.js";

const MARKS: Readonly<Record<Step["state"], string>> = {
  done: "done   ",
  due: "to do  ",
  waits: "waits  ",
  stuck: "STUCK  ",
  missed: "missed ",
};

/** Writes a step, and what its extrinsic reserves or moves. */
export const stepLine = ({ name, state, told, amount }: Step, { token }: Pick<HubNode, "token">): string =>
  printable(`${MARKS[state]} ${name}: ${told}${amount === 0n ? "" : `; ${amountText(amount, token)}`}`);

/** Writes a call as wallets and multisigs take it. */
export const callLines = ({ name, call }: CalledStep): readonly string[] => [
  printable(name),
  `  ${call.method.toHex()}`,
];

const total = (amounts: readonly (bigint | undefined)[]): bigint =>
  amounts.reduce<bigint>((sum, amount) => sum + (amount ?? 0n), 0n);

/** Fees of all that is due, of the genesis batch, and what is told of both. */
export interface PlanCosts {
  readonly amounts: bigint;
  readonly fees: bigint | undefined;
  readonly genesis: bigint | undefined;
}

/** An anchor and a journal entry of a first ledger: not longer than this. */
const GENESIS_REMARK = new Uint8Array(1_024);

/**
 * Sums up what is left to be paid, and what a genesis batch will need, by the node's word.
 * @param payer whose extrinsics they are, for fees; undefined: they aren't asked for
 */
export const costsOf = async (
  hub: HubNode,
  setUp: AssetSetUp,
  calls: readonly CalledStep[],
  payer: Uint8Array | undefined,
): Promise<PlanCosts> => {
  const amounts = total(calls.map(({ amount }) => amount));
  if (payer === undefined) return { amounts, fees: undefined, genesis: undefined };
  const fees = await Promise.all(calls.map(({ call }) => feeOf(call, payer)));
  const first = setUp.assets[0]?.assetId ?? 0;
  const batch = callOf(hub, "Utility", "batchAll", [
    callOf(hub, setUp.pallet, "approveTransfer", first, { Id: new Uint8Array(32) }, 1),
    callOf(hub, "System", "remark", GENESIS_REMARK),
  ]);
  const fee = await feeOf(batch, payer);
  return {
    amounts,
    fees: fees.includes(undefined) ? undefined : total(fees),
    genesis: fee === undefined ? undefined : fee + hub.costs.approval + hub.costs.existential,
  };
};

const genesisLine = ({ genesis }: PlanCosts, { genesisCost }: AssetSetUp, { token, costs }: HubNode): string => {
  const parts = `the approval's deposit ${amountText(costs.approval, token)} and the existential deposit`;
  if (genesis === undefined) return `genesis needs its fee, ${parts}: genesisCost has to cover them`;
  const needs = `genesis needs about ${amountText(genesis, token)}: its fee, ${parts}`;
  if (genesisCost === undefined) return `${needs}; write genesisCost into the configuration`;
  return genesisCost >= genesis
    ? `${needs}; genesisCost covers it`
    : `${needs}; genesisCost, ${amountText(genesisCost, token)}, is TOO LITTLE`;
};

/** Lists codes of assets whose holders need the native token; those to be made are among them. */
const insufficientOf = ({ assets }: AssetSetUp, state: HubState): readonly string[] =>
  assets
    .filter(({ assetId }) => assetId === undefined || state.details(assetId)?.isSufficient !== true)
    .map(({ code }) => code);

const sufficiencyLines = (setUp: AssetSetUp, state: HubState, { token, costs }: HubNode): readonly string[] => {
  const existential = amountText(costs.existential, token);
  const sufficient = setUp.assets.filter(
    ({ assetId }) => assetId !== undefined && state.details(assetId)?.isSufficient,
  );
  const others = setUp.assets.filter((asset) => !sufficient.includes(asset)).map(({ code }) => code);
  if (others.length === 0) return ["all assets are sufficient: whoever gets one needs nothing else"];
  return [
    `${others.join(", ")}: not sufficient, as only the chain's governance can make an asset that is`,
    `  who is to receive it must hold the existential deposit, ${existential}, first; else a deposit goes back, less its refund fee`,
    `  a new withdrawal account gets it together with the asset`,
  ];
};

const accountLines = (setUp: AssetSetUp, state: HubState, { token, costs, address }: HubNode): readonly string[] => {
  const line = (name: string, who: Uint8Array | undefined, why: string): readonly string[] => {
    if (who === undefined) return [];
    const free = state.account(who)?.free ?? 0n;
    return free >= costs.existential
      ? [`${name} ${address(who)} has ${amountText(free, token)}`]
      : [`${name} ${address(who)} has less than the existential deposit: give it some, ${why}`];
  };
  return [
    ...line("the guardians' Freezer", setUp.freezer, "or it can't pay for a freeze"),
    ...(insufficientOf(setUp, state).length === 0
      ? []
      : line("the fee account", setUp.feeAccount, "or no fees of those can be claimed")),
  ];
};

/**
 * Says that the sender hasn't enough; undefined where it has, or nobody knows.
 * @param free of the sender
 */
export const shortOf = (
  free: bigint,
  { amounts, fees }: PlanCosts,
  { token, costs }: Pick<HubNode, "token" | "costs">,
): string | undefined => {
  const needed = amounts + (fees ?? 0n) + costs.existential;
  return amounts === 0n || free >= needed
    ? undefined
    : `the sender has ${amountText(free, token)}, and needs about ${amountText(needed, token)}: send it some`;
};

const senderLines = (hub: HubNode, sender: Uint8Array | undefined, state: HubState, costs: PlanCosts) => {
  if (sender === undefined) return ["sender: whoever signs, as neither --sender nor --key names one"];
  const free = state.account(sender)?.free ?? 0n;
  const short = shortOf(free, costs, hub);
  return [
    `sender: ${hub.address(sender)}, has ${amountText(free, hub.token)}`,
    ...(short === undefined ? [] : [`  TOO LITTLE: ${short}`]),
  ];
};

const costsLine = ({ amounts, fees }: PlanCosts, { token }: HubNode): string => {
  if (amounts === 0n) return "no deposits and no funding are left";
  const told = fees === undefined ? "; fees come to that" : `, and fees of about ${amountText(fees, token)}`;
  return `deposits and funding left: ${amountText(amounts, token)}${told}`;
};

/** Writes everything about a plan but its calls. */
export const planText = (
  hub: HubNode,
  setUp: AssetSetUp,
  { sender, issuer }: Parties,
  { state, steps }: { readonly state: HubState; readonly steps: readonly Step[] },
  costs: PlanCosts,
): readonly string[] => [
  ...senderLines(hub, sender, state, costs),
  issuer === undefined ? "issuer: not known yet" : `issuer: ${hub.address(issuer)}, the enclave's key`,
  "",
  ...steps.map((step) => stepLine(step, hub)),
  "",
  costsLine(costs, hub),
  genesisLine(costs, setUp, hub),
  "from then on the issuer pays the fee of each batch: give it more (--fund), and watch it (pdiem_issuer_free_balance)",
  ...sufficiencyLines(setUp, state, hub),
  ...accountLines(setUp, state, hub),
];
