/** What both `plan` and `create` go by: a node, the chain's state by its word, and the steps. */
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { parseAccountId } from "../../account-id.js";
import { createDiemClient } from "../../chains/diem/client.js";
import { resultOf } from "../../chains/diem/json-rpc.js";
import { getCurrencies } from "../../chains/diem/views.js";
import { createEndpoints } from "../../chains/rpc/endpoints.js";
import type { Output } from "../output.js";
import { toldEnclaveKey } from "../set-up/told-key.js";
import { type HubNode, openHub } from "./hub-node.js";
import { type HubState, type ToldBlock, toldFinalized, toldHubState } from "./hub-state.js";
import { type AssetWording, type Parties, planAssets, type Step } from "./plan.js";
import { readSender, type Sender, type SenderOptions } from "./sender.js";
import type { AssetSetUp, PlannedAsset } from "./set-up.js";

export interface PlanOptions extends SenderOptions {
  readonly config: string;
  /** The enclave's key as account; by default what the configuration's enclave says. */
  readonly issuer?: string;
  /** Patterns in which `{code}` stands for Diem's code. */
  readonly name: string;
  readonly symbol: string;
  readonly decimals?: number;
  /** What the issuer is to have, in smallest units. */
  readonly fund?: bigint;
}

const DIEM_BOUNDS = { timeoutMs: 10_000, maxResponseBytes: 1_000_000 };

/**
 * Asks Diem's nodes how many decimals its currencies have. Smallest units are bridged one to one.
 */
const toldDecimals = async (urls: readonly string[], output: Output): Promise<ReadonlyMap<string, number>> => {
  if (urls.length === 0) return new Map();
  const client = createDiemClient(createEndpoints(urls), DIEM_BOUNDS);
  try {
    const currencies = await client.run(async (node) => resultOf((await node.batch([getCurrencies()])).answers[0]));
    return new Map(currencies.map(({ code, scaling_factor }) => [code, scaling_factor.toString().length - 1]));
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    output.err(`no Diem node says how many decimals its currencies have: ${error.message}`);
    return new Map();
  }
};

const wordingsOf = async (setUp: AssetSetUp, options: PlanOptions, output: Output) => {
  const decimals =
    options.decimals === undefined ? await toldDecimals(setUp.diemUrls, output) : new Map<string, number>();
  const worded = (pattern: string, code: string): string => pattern.replaceAll("{code}", code);
  return ({ code }: PlannedAsset): AssetWording => ({
    name: worded(options.name, code),
    symbol: worded(options.symbol, code),
    decimals: options.decimals ?? decimals.get(code),
  });
};

/** A plan at one block, which can be made again at a later one. */
export interface Planned {
  readonly block: ToldBlock;
  readonly state: HubState;
  readonly steps: readonly Step[];
}

export interface Planning {
  readonly setUp: AssetSetUp;
  readonly hub: HubNode;
  readonly sender: Sender;
  readonly parties: Parties;
  readonly plan: () => Promise<Planned>;
}

/** Finds the key that the plan is for, by what the operator says, or else by the enclave's word. */
export const issuerOf = async (
  { issuer }: Pick<PlanOptions, "issuer">,
  { enclave }: AssetSetUp,
  output: Output,
): Promise<Uint8Array | undefined> => {
  if (issuer !== undefined) return parseAccountId(issuer);
  return enclave === undefined ? undefined : toldEnclaveKey(enclave, output);
};

/**
 * Gets ready to plan.
 * @param issuer the enclave's key as account id; undefined where it isn't known yet
 */
export const startPlanning = async (
  options: PlanOptions,
  setUp: AssetSetUp,
  issuer: Uint8Array | undefined,
  output: Output,
): Promise<Planning> => {
  const hub = await openHub(setUp, output);
  const sender = readSender(options);
  const wording = await wordingsOf(setUp, options, output);
  const parties: Parties = { sender: sender.account, issuer };
  const accounts = [parties.sender, parties.issuer, setUp.freezer, setUp.feeAccount].filter((one) => one !== undefined);
  return {
    setUp,
    hub,
    sender,
    parties,
    plan: async () => {
      const block = await toldFinalized(hub.call);
      const state = await toldHubState(hub.call, setUp, accounts, block);
      const { fund } = options;
      return {
        block,
        state,
        steps: planAssets({ ...parties, setUp, costs: hub.costs, token: hub.token, state, wording, fund }),
      };
    },
  };
};

/** Says by whose word a plan is. */
export const sourceText = ({ url, name }: HubNode, { number, hash }: ToldBlock): string =>
  `${name}, finalized block ${number} (0x${toHex(hash)}), by the word of ${url}`;
