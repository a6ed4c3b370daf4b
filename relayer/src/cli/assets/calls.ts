/** The extrinsics of a plan's steps. */
import { Keyring } from "@polkadot/api";
import type { SubmittableExtrinsic } from "@polkadot/api/types";
import { callOf, type HubNode } from "./hub-node.js";
import type { Step, StepAction } from "./plan.js";

export type Extrinsic = SubmittableExtrinsic<"promise">;

const address = (account: Uint8Array): object => ({ Id: account });

/** Makes the call of one step. @param sender made the Admin of a new asset at first */
export const actionCall = (hub: HubNode, pallet: string, action: StepAction, sender: Uint8Array): Extrinsic => {
  switch (action.type) {
    case "create":
      return callOf(hub, pallet, "create", action.assetId, address(sender), action.minBalance);
    case "metadata": {
      const { name, symbol, decimals } = action.wording;
      return callOf(hub, pallet, "setMetadata", action.assetId, name, symbol, decimals);
    }
    case "fund":
      return callOf(hub, "Balances", "transferKeepAlive", address(action.account), action.amount);
    case "team": {
      const { assetId, issuer, freezer } = action;
      return callOf(hub, pallet, "setTeam", assetId, address(issuer), address(issuer), address(freezer));
    }
    case "owner":
      return callOf(hub, pallet, "transferOwnership", action.assetId, address(action.owner));
  }
};

/** A step with its call, as wallets and multisigs take it. */
export interface CalledStep extends Step {
  readonly call: Extrinsic;
}

/** Makes the calls of all steps that are due, in order. */
export const dueCalls = (
  hub: HubNode,
  pallet: string,
  steps: readonly Step[],
  sender: Uint8Array,
): readonly CalledStep[] =>
  steps.flatMap((step) =>
    step.action === undefined ? [] : [{ ...step, call: actionCall(hub, pallet, step.action, sender) }],
  );

/** Puts calls into one that succeeds or fails as a whole: one signature does for all. */
export const allInOne = (hub: HubNode, calls: readonly CalledStep[]): Extrinsic =>
  callOf(
    hub,
    "Utility",
    "batchAll",
    calls.map(({ call }) => call),
  );

/** Asks the node what an extrinsic costs its sender; undefined where it doesn't say. */
export const feeOf = async (call: Extrinsic, sender: Uint8Array): Promise<bigint | undefined> => {
  try {
    return (await call.paymentInfo(new Keyring().encodeAddress(sender))).partialFee.toBigInt();
  } catch {
    return undefined;
  }
};
