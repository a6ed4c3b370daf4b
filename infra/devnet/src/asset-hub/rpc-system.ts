/** `system_*` and `payment_*`. */
import { concat } from "@pdiem/light-client/bytes";
import { type Reader, readAll } from "@pdiem/light-client/codec/reader";
import { compact, encode, u32 } from "@pdiem/light-client/codec/scale";
import { Keyring } from "@polkadot/api";
import type { Methods } from "../json-rpc/dispatch.js";
import { invalidParams } from "../json-rpc/error.js";
import { hashParam, hexParam, type Params, textParam } from "../json-rpc/params.js";
import { hex } from "../substrate/json.js";
import { openingCalls } from "./block-author.js";
import { blockTimestamp, DEFAULT_CADENCE } from "./cadence.js";
import { accountNonce, callAt, type Node } from "./node.js";
import { runtimeOf, timeOf } from "./producer.js";
import { callRuntime } from "./runtime.js";

/** Substrate's own prefix for addresses of chains without one. */
const SS58_FORMAT = 42;
const DISPATCH_CLASSES = ["normal", "operational", "mandatory"] as const;

const keyring = new Keyring();

const decodeAddress = (text: string): Uint8Array => {
  try {
    return keyring.decodeAddress(text);
  } catch {
    throw invalidParams("expected an SS58 address");
  }
};

/**
 * Applies an extrinsic in a block of its own on top of `at`, which is then thrown away:
 * `ApplyExtrinsicResult`.
 */
const dryRun = async (node: Node, params: Params): Promise<string> => {
  const parent = node.chain.byHash(hashParam(params, 1));
  const { state, runtime } = node.chain.stateOf(parent);
  const { blockPeriod, followsRelaySlots } = runtime;
  const timestamp = blockTimestamp({ ...DEFAULT_CADENCE, blockPeriod }, timeOf(state), Date.now());
  const [initialize, ...inherents] = openingCalls({
    parent: parent.header,
    parentState: state,
    runtime,
    timestamp,
    relayParent: node.relayParent({ parent: parent.header, timestamp, followsRelaySlots, upgrades: false }),
  });
  const extrinsics = [...inherents, hexParam(params, 0)];
  const calls = extrinsics.map((extrinsic) => ["BlockBuilder_apply_extrinsic", extrinsic] as const);
  return hex((await callRuntime(state, [initialize, ...calls])).result);
};

export const systemMethods = (node: Node): Methods => ({
  system_chain: () => runtimeOf(node.chain).name,
  system_chainType: () => "Development",
  system_name: () => "pdiem-devnet",
  system_version: () => "0.1.0",
  system_properties: () => ({ ...runtimeOf(node.chain).properties, ss58Format: SS58_FORMAT }),
  system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
  system_peers: () => [],
  system_nodeRoles: () => ["Authority"],
  system_localListenAddresses: () => [],
  system_syncState: () => {
    const { number } = node.chain.head().header;
    return { startingBlock: 0, currentBlock: number, highestBlock: number };
  },
  system_accountNextIndex: async (params) => {
    const who = decodeAddress(textParam(params, 0));
    return node.pool.nextNonce(who, await accountNonce(node, who));
  },
  system_dryRun: (params) => dryRun(node, params),
});

const paymentCall = (node: Node, params: Params, name: string): Promise<Uint8Array> => {
  const extrinsic = hexParam(params, 0);
  return callAt(node, node.chain.byHash(hashParam(params, 1)), name, concat(extrinsic, encode(u32, extrinsic.length)));
};

/** Computation time; what a proof takes comes after it, where it is counted. */
const weightOf = (node: Node, reader: Reader): number => {
  if (!runtimeOf(node.chain).compactWeights) return Number(reader.u64());
  const [time] = [compact.read(reader), compact.read(reader)];
  return Number(time);
};

export const paymentMethods = (node: Node): Methods => ({
  payment_queryInfo: async (params) =>
    readAll(await paymentCall(node, params, "TransactionPaymentApi_query_info"), (reader) => ({
      weight: weightOf(node, reader),
      class: DISPATCH_CLASSES[reader.u8()],
      partialFee: reader.u128().toString(),
    })),
  payment_queryFeeDetails: async (params) =>
    readAll(await paymentCall(node, params, "TransactionPaymentApi_query_fee_details"), (reader) => ({
      inclusionFee:
        reader.u8() === 0
          ? null
          : {
              baseFee: `0x${reader.u128().toString(16)}`,
              lenFee: `0x${reader.u128().toString(16)}`,
              adjustedWeightFee: `0x${reader.u128().toString(16)}`,
            },
    })),
});
