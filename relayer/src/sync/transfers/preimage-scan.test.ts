import { EXAMPLE_ID, filled } from "@pdiem/bridge/testing/config";
import {
  type WithdrawalPreimage,
  withdrawalAccount,
  withdrawalPreimage,
} from "@pdiem/bridge/withdrawal/withdrawal-account";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { concat } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { batchAll, type Call, remark, transferKeepAlive } from "@pdiem/light-client/polkadot/extrinsics/call";
import { encodeCall } from "@pdiem/light-client/polkadot/extrinsics/encode-call";
import type { ExtrinsicFormat } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { describe, expect, it } from "vitest";
import { preimagesIn } from "./preimage-scan.js";

const plain: WithdrawalPreimage = { payee: filled(16, 1), subaddress: undefined, refundAccount: filled(32, 5) };
const whole: WithdrawalPreimage = { payee: filled(16, 2), subaddress: filled(8, 3), refundAccount: filled(32, 4) };

const transferTo = (preimage: WithdrawalPreimage): Call =>
  transferKeepAlive(1984, withdrawalAccount(EXAMPLE_ID, preimage), 1_000_000n);
const told = (preimage: WithdrawalPreimage): Call => remark(encode(withdrawalPreimage, preimage));
const FORMAT = pinnedFormat(STATEMINE_900);
const extrinsic = (calls: readonly Call[], format: ExtrinsicFormat = FORMAT): Uint8Array =>
  concat(filled(100, 0x84), encodeCall(format, batchAll(calls)), Uint8Array.of(0, 1));

const found = (bytes: Uint8Array) => preimagesIn(EXAMPLE_ID, bytes);

describe("PROTOCOL 3: preimages in a block", () => {
  it("are found next to their transfers, in whatever they are wrapped", () => {
    expect(found(extrinsic([transferTo(plain), told(plain)]))).toEqual([plain]);
    expect(found(extrinsic([told(whole), told(plain), transferTo(plain), transferTo(whole)]))).toEqual([plain, whole]);
  });

  it("are found whatever the runtime's indexes of pallets and calls are", () => {
    const moved = pinnedFormat({ ...STATEMINE_900, calls: { ...STATEMINE_900.calls, remark: [77, 9] } });
    expect(found(extrinsic([transferTo(plain), told(plain)], moved))).toEqual([plain]);
  });

  it("are looked for in 64 places of one extrinsic, and told once each", () => {
    const many = Array.from({ length: 80 }, (_, i) => ({ ...plain, payee: filled(16, i) }));
    const some = found(extrinsic(many.flatMap((one) => [transferTo(one), told(one)])));
    expect(some).toEqual(many.slice(0, some.length));
    expect(some.length).toBeLessThanOrEqual(64);
    // What merely looks like one counts as well: there is little of it.
    expect(some.length).toBeGreaterThan(55);
    expect(found(extrinsic([transferTo(plain), told(plain), told(plain)]))).toEqual([plain]);
  });

  it("aren't believed without a transfer to their account", () => {
    expect(found(extrinsic([told(plain)]))).toEqual([]);
    expect(found(extrinsic([told(whole), transferTo(plain)]))).toEqual([]);
    expect(preimagesIn(filled(32, 0), extrinsic([transferTo(plain), told(plain)]))).toEqual([]);
  });

  it("are looked for in anything, remarks of other things and ends in the middle included", () => {
    const bytes = extrinsic([remark(filled(49, 0)), transferTo(plain), told(plain)]);
    for (let end = 0; end < bytes.length - 2; end++) expect(found(bytes.subarray(0, end))).toEqual([]);
    expect(found(bytes)).toEqual([plain]);
  });
});
