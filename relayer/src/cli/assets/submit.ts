/** Signs and submits one extrinsic, and follows it to a finalized block. */
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { blockHash, blockOf, submitExtrinsic } from "../../chains/parachain/substrate-node.js";
import type { Extrinsic } from "./calls.js";
import { failureOf } from "./extrinsic-failure.js";
import type { HubNode } from "./hub-node.js";
import { toldFinalized } from "./hub-state.js";
import type { KeyPair } from "./sender.js";

/** Blocks in which it can be included: ten minutes or more. */
const ERA_PERIOD = 64;
const POLL_MS = 1_000;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/** Looks for an extrinsic in a block by its bytes. @returns the block's hash if it is there */
const includedIn = async ({ call }: HubNode, height: number, extrinsic: string): Promise<string | undefined> => {
  const hash = await blockHash(call, height);
  const block = hash === undefined ? undefined : await blockOf(call, hash);
  if (hash === undefined || block === undefined) return undefined;
  return block.extrinsics.some((one) => `0x${toHex(one)}` === extrinsic) ? `0x${toHex(hash)}` : undefined;
};

/**
 * Submits a call and waits until a finalized block holds it.
 * @returns the block's number
 * @throws PdiemError `assets/failed` where the chain refuses it; `assets/not-included`, `later`,
 * where it came into no block while it could; RpcError
 */
export const submitCall = async (hub: HubNode, call: Extrinsic, pair: KeyPair): Promise<number> => {
  const { api } = hub;
  const birth = await toldFinalized(hub.call);
  const header = await api.rpc.chain.getHeader(birth.hash);
  const signed = await call.signAsync(pair, {
    nonce: await api.rpc.system.accountNextIndex(pair.address),
    era: api.registry.createType("ExtrinsicEra", { current: birth.number, period: ERA_PERIOD }),
    blockHash: header.hash,
  });
  const bytes = signed.toHex();
  await submitExtrinsic(hub.call, bytes);
  let next = birth.number + 1;
  while (next <= birth.number + ERA_PERIOD) {
    const { number } = await toldFinalized(hub.call);
    for (; next <= number; next++) {
      const block = await includedIn(hub, next, bytes);
      if (block === undefined) continue;
      const failure = await failureOf(api, block, bytes);
      if (failure === undefined) return next;
      throw new PdiemError("assets/failed", `${call.method.section}.${call.method.method} failed: ${failure}`);
    }
    await pause();
  }
  throw new PdiemError(
    "assets/not-included",
    `expected ${call.method.section}.${call.method.method} in one of ${ERA_PERIOD} blocks, it is in none: run this again`,
    "later",
  );
};
