import { toHex } from "@pdiem/light-client/bytes";
import { extrinsicHash } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { dispatchFailure, systemEvents } from "../../chains/parachain/dispatch-failure.js";
import { blockHash, blockOf, metadataOf, storageOf } from "../../chains/parachain/substrate-node.js";
import type { SubstrateCall } from "../../chains/parachain/substrate-rpc.js";
import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import type { SignedBatchData } from "../jobs.js";
import type { SubmitParts } from "./submit-batch.js";

interface Found {
  readonly block: number;
  readonly failure: string | undefined;
}

const failureIn = async (call: SubstrateCall, block: number, hash: string): Promise<Found | undefined> => {
  const at = await blockHash(call, block);
  const body = at === undefined ? undefined : await blockOf(call, at);
  const index = body?.extrinsics.findIndex((one) => toHex(extrinsicHash(one)) === hash) ?? -1;
  if (at === undefined || index < 0) return undefined;
  const events = await storageOf(call, systemEvents, at);
  if (events === undefined) return { block, failure: undefined };
  return { block, failure: dispatchFailure(events, index, await metadataOf(call, at)) };
};

/** Looks for a batch that reverted, and logs why: for people, and as far as a node tells. */
export const explainFailure = async (
  { clients, log }: Pick<SubmitParts, "clients" | "log">,
  { block: { number } }: Pick<BridgeView, "block">,
  { hash, birth }: Pick<SignedBatchData, "hash" | "birth">,
): Promise<void> => {
  try {
    const found = await clients.parachain.run(async (call) => {
      for (let block = number; block > birth; block--) {
        const one = await failureIn(call, block, hash);
        if (one !== undefined) return one;
      }
      return undefined;
    });
    log.error({ batch: hash, ...found }, "batch reverted");
  } catch (error) {
    log.error({ batch: hash, error: String(error) }, "batch reverted, and no node tells why");
  }
};
