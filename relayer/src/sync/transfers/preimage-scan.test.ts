import { type WithdrawalPreimage, withdrawalAccount, withdrawalPreimage } from "@pdiem/bridge/withdrawal/addresses";
import { concat } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import {
  batchAll,
  type Call,
  encodeCall,
  remark,
  transferKeepAlive,
} from "@pdiem/light-client/polkadot/extrinsics/call";
import { ASSET_HUB, STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { describe, expect, it } from "vitest";
import { preimagesIn } from "./preimage-scan.js";

const bridgeId = new Uint8Array(32).fill(9);
const plain: WithdrawalPreimage = {
  payee: new Uint8Array(16).fill(1),
  subaddress: undefined,
  refundAccount: undefined,
};
const whole: WithdrawalPreimage = {
  payee: new Uint8Array(16).fill(2),
  subaddress: new Uint8Array(8).fill(3),
  refundAccount: new Uint8Array(32).fill(4),
};

const transferTo = (preimage: WithdrawalPreimage): Call =>
  transferKeepAlive(1984, withdrawalAccount(bridgeId, preimage), 1_000_000n);
const told = (preimage: WithdrawalPreimage): Call => remark(encode(withdrawalPreimage, preimage));
const extrinsic = (...calls: readonly Call[]): Uint8Array =>
  concat(new Uint8Array(100).fill(0x84), encodeCall(STATEMINE_900, batchAll(calls)), Uint8Array.of(0, 1));

const found = (bytes: Uint8Array) => preimagesIn(STATEMINE_900, bridgeId, bytes);

describe("preimages in a block", () => {
  it("are found next to their transfers, in whatever they are wrapped", () => {
    expect(found(extrinsic(transferTo(plain), told(plain)))).toEqual([plain]);
    expect(found(extrinsic(told(whole), told(plain), transferTo(plain), transferTo(whole)))).toEqual([whole, plain]);
  });

  it("are found after a runtime upgrade that moves calls, before guardians have told of it", () => {
    const upgraded = { ...STATEMINE_900, calls: ASSET_HUB.calls };
    expect(upgraded.calls.remark).not.toEqual(STATEMINE_900.calls.remark);
    const wrapped = encodeCall(upgraded, batchAll([transferTo(plain), told(whole), transferTo(whole), told(plain)]));
    expect(found(wrapped)).toEqual([whole, plain]);
  });

  it("are as many as 64 of one extrinsic, once each", () => {
    const many = Array.from({ length: 65 }, (_, i) => ({ ...plain, payee: new Uint8Array(16).fill(i) }));
    expect(found(extrinsic(...many.flatMap((one) => [transferTo(one), told(one)])))).toEqual(many.slice(0, 64));
  });

  it("aren't believed without a transfer to their account", () => {
    expect(found(extrinsic(told(plain)))).toEqual([]);
    expect(found(extrinsic(told(whole), transferTo(plain)))).toEqual([]);
    expect(preimagesIn(STATEMINE_900, new Uint8Array(32), extrinsic(transferTo(plain), told(plain)))).toEqual([]);
  });

  it("are looked for in anything, remarks of other things and ends in the middle included", () => {
    const bytes = extrinsic(remark(new Uint8Array(18)), transferTo(plain), told(plain));
    for (let end = 0; end < bytes.length - 2; end++) expect(found(bytes.subarray(0, end)).length).toBeLessThan(2);
    expect(found(bytes)).toEqual([plain]);
  });
});
