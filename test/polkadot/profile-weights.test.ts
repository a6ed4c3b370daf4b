/** The devnet's runtime itself says what extrinsics weigh: the pinned profile must never say less. */
import { genesis } from "@pdiem/devnet/asset-hub/genesis";
import { callRuntime, stopExecutor } from "@pdiem/devnet/asset-hub/runtime";
import { concat } from "@pdiem/light-client/bytes";
import { createReader } from "@pdiem/light-client/codec/reader";
import { encode, u32 } from "@pdiem/light-client/codec/scale";
import {
  approveTransfer,
  batchAll,
  burn,
  type Call,
  cancelApproval,
  freezeAsset,
  mint,
  remark,
  setTeam,
  thawAsset,
} from "@pdiem/light-client/polkadot/extrinsics/call";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/extrinsic";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { afterAll, expect, test } from "vitest";

const who = new Uint8Array(32).fill(1);
const state = genesis([], []).state;

afterAll(stopExecutor);

/** The dispatch's weight, in refTime: a u64 at the front of the answer. */
const weightOf = async (calls: readonly Call[]): Promise<bigint> => {
  const content = {
    call: batchAll(calls),
    nonce: 0,
    birth: { number: 0, hash: who },
    genesisHash: who,
    specVersion: 900,
  };
  const extrinsic = buildExtrinsic(STATEMINE_900, content, who);
  const query = concat(extrinsic, encode(u32, extrinsic.length));
  const { result } = await callRuntime(state, [["TransactionPaymentApi_query_info", query]]);
  return createReader(result).u64();
};

const { baseWeight, callWeight, remarkByteRefTime } = STATEMINE_900;

test.each([
  ["mint", mint(1, who, 1n)],
  ["burn", burn(1, who, 1n)],
  ["cancelApproval", cancelApproval(1, who)],
  ["approveTransfer", approveTransfer(1, who, 1n)],
  ["setTeam", setTeam(1, { issuer: who, admin: who, freezer: who })],
  ["freezeAsset", freezeAsset(1)],
  ["thawAsset", thawAsset(1)],
  ["remark", remark(new Uint8Array(0))],
] as const)("a %s weighs no more than the profile's bound, nor do a hundred", async (_, call) => {
  const one = await weightOf([call]);
  const hundred = await weightOf(Array.from({ length: 100 }, () => call));
  expect(one).toBeGreaterThan(0n);
  expect(one).toBeLessThanOrEqual(baseWeight.refTime + callWeight.refTime);
  expect(hundred).toBeLessThanOrEqual(baseWeight.refTime + 100n * callWeight.refTime);
});

test("a byte of a remark weighs what the profile says", async () => {
  const weights = await Promise.all([0, 40_960].map((length) => weightOf([remark(new Uint8Array(length))])));
  expect((weights[1] ?? 0n) - (weights[0] ?? 0n)).toBe(40_960n * remarkByteRefTime);
});
