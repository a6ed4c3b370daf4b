/** Both ledgers of a local bridge, in this process. */
import type { AssetHub } from "../asset-hub/asset-hub.js";
import { connectOperator, devAccount, type Operator } from "../asset-hub/operator.js";
import { type DiemOptions, type RunningDiem, startDiem } from "../diem/start-diem.js";
import type { Relay, RelayTrustRoot } from "../relay/relay.js";
import { type SubstrateOptions, startSubstrate } from "../substrate-chains.js";
import { FREEZER_URI } from "./bridge-defaults.js";

export interface LocalChainsOptions {
  readonly diem?: DiemOptions;
  readonly substrate?: SubstrateOptions;
  /**
   * Assets that exist from genesis, sufficient: their holders need nothing else on the parachain.
   */
  readonly assets?: readonly { readonly id: number; readonly minBalance: bigint }[];
}

export interface LocalChains {
  readonly diem: RunningDiem;
  readonly assetHub: AssetHub;
  readonly relay: Relay;
  /** Trust root of the relay chain, from before anything was done. */
  readonly trustRoot: RelayTrustRoot;
  /** An account on the parachain that has plenty, and owns the assets at first. */
  readonly operator: Operator;
  readonly close: () => Promise<void>;
}

export const OPERATOR_URI = "//Operator";

/** 12 decimals: a million of the parachain's own token. */
const ENDOWMENT = 1_000_000_000_000_000_000n;

const DEFAULT_ASSETS = [1984, 1985].map((id) => ({ id, minBalance: 10_000n }));

export const startChains = async ({
  diem,
  substrate,
  assets = DEFAULT_ASSETS,
}: LocalChainsOptions): Promise<LocalChains> => {
  const owner = devAccount(OPERATOR_URI).publicKey;
  const freezer = devAccount(FREEZER_URI).publicKey;
  const runningDiem = await startDiem(diem);
  try {
    const { assetHub, relay, close } = await startSubstrate({
      ...substrate,
      assetHub: {
        ...substrate?.assetHub,
        endowed: [owner, freezer]
          .map((account) => ({ account, free: ENDOWMENT }))
          .concat(substrate?.assetHub?.endowed ?? []),
        sufficientAssets: assets
          .map((asset) => ({ ...asset, owner }))
          .concat(substrate?.assetHub?.sufficientAssets ?? []),
      },
    });
    const trustRoot = relay.trustRoot();
    const operator = await connectOperator({ url: assetHub.wsUrl, uri: OPERATOR_URI });
    return {
      diem: runningDiem,
      assetHub,
      relay,
      trustRoot,
      operator,
      close: async () => {
        await operator.close();
        await close();
        await runningDiem.close();
      },
    };
  } catch (error) {
    await runningDiem.close();
    throw error;
  }
};
