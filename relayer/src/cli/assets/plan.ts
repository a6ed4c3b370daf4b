/**
 * What is left to be done until the wrapped assets are as the bridge needs them (PROTOCOL 5), in
 * order. A step is planned from the chain's state alone, so doing them can be gone on with at any
 * time.
 */
import { equal, toHex, utf8 } from "@pdiem/light-client/bytes";
import type { AssetDetails } from "@pdiem/light-client/polkadot/trie/storage-value";
import { amountText, type Token } from "../set-up/amount.js";
import type { HubCosts } from "./hub-node.js";
import type { HubState } from "./hub-state.js";
import type { AssetSetUp, PlannedAsset } from "./set-up.js";

/** What an extrinsic does. Accounts are 32 bytes, amounts in smallest units. */
export type StepAction =
  | { readonly type: "create"; readonly assetId: number; readonly minBalance: bigint }
  | { readonly type: "metadata"; readonly assetId: number; readonly wording: AssetWording }
  | { readonly type: "fund"; readonly account: Uint8Array; readonly amount: bigint }
  | { readonly type: "team"; readonly assetId: number; readonly issuer: Uint8Array; readonly freezer: Uint8Array }
  | { readonly type: "owner"; readonly assetId: number; readonly owner: Uint8Array };

/**
 * `due`: its action is to be signed. `waits`: for what `told` says. `stuck`: nothing that is done
 * here helps. `missed`: it can't be done any more, and the bridge works without.
 */
export interface Step {
  readonly name: string;
  readonly state: "done" | "due" | "waits" | "stuck" | "missed";
  readonly told: string;
  readonly action?: StepAction;
  /** What it reserves, or moves to the issuer; in the native token. */
  readonly amount: bigint;
}

/** How wallets are to write an asset. */
export interface AssetWording {
  readonly name: string;
  readonly symbol: string;
  /** Undefined: neither Diem nor the operator has said it. */
  readonly decimals: number | undefined;
}

/** Who has to do with it; what isn't known is undefined. */
export interface Parties {
  /** Whoever makes the assets. */
  readonly sender: Uint8Array | undefined;
  /** The enclave's key as account id. */
  readonly issuer: Uint8Array | undefined;
}

export interface PlanInput extends Parties {
  readonly setUp: AssetSetUp;
  readonly costs: HubCosts;
  readonly token: Token;
  readonly state: HubState;
  readonly wording: (asset: PlannedAsset) => AssetWording;
  /** What the issuer is to have, where that is more than the configuration demands. */
  readonly fund?: bigint | undefined;
}

const hex = (account: Uint8Array): string => `0x${toHex(account)}`;
const step = (name: string, state: Step["state"], told: string): Step => ({ name, state, told, amount: 0n });
const due = (name: string, told: string, action: StepAction, amount = 0n): Step => ({
  name,
  state: "due",
  told,
  action,
  amount,
});

const isIssuers = ({ issuer }: Parties, details: AssetDetails): boolean =>
  issuer !== undefined && equal(details.owner, issuer);

/** Tells why an asset that is there can't be the bridge's; undefined if it can. */
const strangeness = (input: PlanInput, asset: PlannedAsset, details: AssetDetails): string | undefined => {
  const { sender, issuer, state } = input;
  if (!isIssuers(input, details) && sender !== undefined && !equal(details.owner, sender))
    return `its Owner is ${hex(details.owner)}, neither the sender nor the enclave: take another id`;
  if (details.minBalance !== asset.minBalance)
    return `its least balance is ${details.minBalance}, not ${asset.minBalance}: take another id, or write that one into the configuration while nothing rests on it`;
  const hasBegun = issuer !== undefined && (state.account(issuer)?.nonce ?? 0) > 0;
  return hasBegun || details.supply === 0n
    ? undefined
    : `${details.supply} of it are there already, and genesis wants none: burn them, or take another id`;
};

/** @param next the id that the chain gives to the next asset; undefined: any */
const createStep = (input: PlanInput, asset: PlannedAsset, next: number | undefined): Step => {
  const { code, assetId, minBalance } = asset;
  const name = `${code}: make the asset`;
  if (assetId === undefined)
    return step(
      name,
      "waits",
      next === undefined
        ? "for an assetId in the configuration: any number that no asset has"
        : `for "assetId": ${next} in the configuration, the one that the chain gives next`,
    );
  const details = input.state.details(assetId);
  if (details !== undefined) {
    const strange = strangeness(input, asset, details);
    return strange === undefined
      ? step(name, "done", `asset ${assetId}, least balance ${details.minBalance}`)
      : step(name, "stuck", `asset ${assetId}: ${strange}`);
  }
  if (next !== undefined && next !== assetId)
    return step(
      name,
      "stuck",
      `asset ${assetId} isn't there, and the chain gives ${next} to the next one: write that into the configuration`,
    );
  return due(
    name,
    `asset ${assetId}, least balance ${minBalance}`,
    { type: "create", assetId, minBalance },
    input.costs.asset,
  );
};

const wordingText = ({ name, symbol, decimals }: AssetWording): string =>
  `"${name}", ${symbol}, ${decimals ?? "?"} decimals`;

const metadataStep = (input: PlanInput, asset: PlannedAsset, assetId: number): Step => {
  const { state, costs } = input;
  const name = `${asset.code}: name, symbol and decimals`;
  const wording = input.wording(asset);
  const found = state.metadata(assetId);
  const bytes = { name: utf8(wording.name), symbol: utf8(wording.symbol) };
  const isThere =
    found !== undefined &&
    equal(found.name, bytes.name) &&
    equal(found.symbol, bytes.symbol) &&
    found.decimals === wording.decimals;
  if (isThere) return step(name, "done", wordingText(wording));
  const details = state.details(assetId);
  if (details !== undefined && isIssuers(input, details))
    return step(
      name,
      "missed",
      `${found === undefined ? "none" : "others than asked for"}, and the Owner is the enclave, which sets none: only the chain's governance can`,
    );
  if (wording.decimals === undefined)
    return step(name, "waits", "for the decimals: no Diem node says them, so give --decimals");
  const size = BigInt(bytes.name.length + bytes.symbol.length);
  const deposit = costs.metadataBase + size * costs.metadataPerByte - (found?.deposit ?? 0n);
  return due(name, wordingText(wording), { type: "metadata", assetId, wording }, deposit > 0n ? deposit : 0n);
};

const NO_KEY = "for the enclave's key: start it with this configuration";

const fundStep = ({ setUp, costs, token, state, issuer, fund = 0n }: PlanInput): Step => {
  const name = "fund the issuer";
  if (issuer === undefined) return step(name, "waits", NO_KEY);
  if (setUp.reserve === undefined || setUp.genesisCost === undefined)
    return step(name, "waits", "for reserve and genesisCost in the configuration");
  const account = state.account(issuer);
  const hasBegun = (account?.nonce ?? 0) > 0;
  const demanded = hasBegun ? setUp.reserve : setUp.reserve + setUp.genesisCost;
  const needed = fund > demanded ? fund : demanded;
  const free = account?.free ?? 0n;
  const why = fund > demanded ? "--fund" : hasBegun ? "reserve" : "reserve + genesisCost";
  const told = `it has ${amountText(free, token)}, and needs ${amountText(needed, token)}: ${why}`;
  if (free >= needed) return step(name, "done", told);
  const missing = needed - free;
  const amount = missing < costs.existential && free === 0n ? costs.existential : missing;
  return due(name, told, { type: "fund", account: issuer, amount }, amount);
};

const hasTeam = (details: AssetDetails, issuer: Uint8Array, freezer: Uint8Array): boolean =>
  equal(details.issuer, issuer) && equal(details.admin, issuer) && equal(details.freezer, freezer);

const teamStep = (input: PlanInput, { code }: PlannedAsset, assetId: number): Step => {
  const { issuer, state } = input;
  const { freezer } = input.setUp;
  const name = `${code}: Issuer, Admin and Freezer`;
  if (issuer === undefined) return step(name, "waits", NO_KEY);
  if (freezer === undefined) return step(name, "waits", "for guardians.freezer in the configuration");
  const told = `the enclave, the enclave, and the guardians' ${hex(freezer)}`;
  const details = state.details(assetId);
  if (details !== undefined && hasTeam(details, issuer, freezer)) return step(name, "done", told);
  if (details !== undefined && isIssuers(input, details))
    return step(name, "stuck", `expected ${told}; the Owner is the enclave, which changes none: take another id`);
  return due(name, told, { type: "team", assetId, issuer, freezer });
};

const ownerStep = ({ issuer, state }: PlanInput, { code }: PlannedAsset, assetId: number): Step => {
  const name = `${code}: Owner`;
  if (issuer === undefined) return step(name, "waits", NO_KEY);
  const details = state.details(assetId);
  const told = "the enclave, with the deposits, for good";
  return details !== undefined && equal(details.owner, issuer)
    ? step(name, "done", "the enclave")
    : due(name, told, { type: "owner", assetId, owner: issuer });
};

const stepsOf = (
  input: PlanInput,
  make: (input: PlanInput, asset: PlannedAsset, assetId: number) => Step,
  creates: readonly Step[],
): readonly Step[] =>
  input.setUp.assets.flatMap((asset, i) => {
    const created = creates[i]?.state;
    return asset.assetId === undefined || created === "waits" || created === "stuck"
      ? []
      : [make(input, asset, asset.assetId)];
  });

/**
 * Plans all steps, done ones among them. The issuer is funded before it gets an asset: deposits
 * move to accounts that exist only. The Owner comes last, as nobody else sets the rest.
 */
export const planAssets = (input: PlanInput): readonly Step[] => {
  let next = input.state.nextAssetId;
  const creates = input.setUp.assets.map((asset) => {
    const create = createStep(input, asset, next);
    if (next !== undefined && (create.state === "due" || asset.assetId === undefined)) next += 1;
    return create;
  });
  return [
    ...creates,
    ...stepsOf(input, metadataStep, creates),
    fundStep(input),
    ...stepsOf(input, teamStep, creates),
    ...stepsOf(input, ownerStep, creates),
  ];
};
