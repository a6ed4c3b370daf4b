import { remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { expect, it } from "vitest";
import type { BatchRoom } from "./batch-room.js";
import { atLeast } from "./room-keeper.js";

const NOTHING = { refTime: 0n, proofSize: 0n };

it("takes no node's word that a block has room for fewer than 64 calls", () => {
  const calls = { mint: NOTHING, burn: NOTHING, setTeam: NOTHING, thaw: NOTHING, thawAsset: NOTHING };
  const none: BatchRoom = {
    limit: { ...NOTHING, length: 0 },
    weights: { frame: NOTHING, calls, remarkKib: NOTHING },
    mints: 3,
    takeOf: () => ({ ...NOTHING, length: 0 }),
    fits: () => false,
  };
  const { mints, fits } = atLeast(none);
  const batch = (count: number) => Array.from({ length: count }, () => remark(new Uint8Array(0)));
  expect(mints).toBe(64);
  expect([64, 65].map((count) => fits(batch(count)))).toEqual([true, false]);
  expect(atLeast({ ...none, mints: 500 }).mints).toBe(500);
});
