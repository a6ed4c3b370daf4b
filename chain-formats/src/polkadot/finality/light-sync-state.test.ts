import { concat, fromHex } from "@pdiem/light-client/bytes";
import { compactU32, encode, u64 } from "@pdiem/light-client/codec/scale";
import { authorityList } from "@pdiem/light-client/polkadot/finality/authority-set";
import { header, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { child, voters } from "@pdiem/light-client/polkadot/testing/chain";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { expect, test } from "vitest";
import { grandpaStateOf, type SetEnd, setIdOf } from "./light-sync-state.js";

const finalized = child(undefined);
const set = voters(3, 2n);
const ENDS: readonly SetEnd[] = [
  [0n, 20],
  [1n, 90],
];

const encodedSet = (ends: readonly SetEnd[], setId = 2n, pending = "00"): Uint8Array =>
  concat(
    encode(authorityList, set.authorities),
    encode(u64, setId),
    fromHex(pending),
    fromHex("0164000000"),
    fromHex("00"),
    encode(compactU32, ends.length),
    ...ends.map(([id, last]) => concat(encode(u64, id), Uint8Array.of(last, 0, 0, 0))),
  );

const start = (authoritySet: Uint8Array) => grandpaStateOf(encode(header, finalized), authoritySet);

test("a checkpoint gives the set that finalizes what comes after its block", () => {
  expect(start(encodedSet(ENDS))).toEqual({
    setId: 2n,
    authorities: set.authorities,
    finalized: { number: 100, hash: headerHash(finalized) },
  });
});

test("a checkpoint with a pending change, of another set or out of order is refused", () => {
  expect(outcome(() => start(encodedSet(ENDS, 2n, "04")))).toBe("proof/pending-change");
  expect(outcome(() => start(encodedSet(ENDS, 3n)))).toBe("proof/set-ends");
  expect(outcome(() => start(encodedSet([...ENDS, [2n, 101]], 3n)))).toBe("proof/set-ends");
  expect(outcome(() => start(encodedSet(ENDS.toReversed())))).toBe("proof/set-ends");
  expect(outcome(() => start(encodedSet([...ENDS, [3n, 95]], 4n)))).toBe("proof/set-ends");
  expect(outcome(() => start(encodedSet([...ENDS, [2n, 90]], 3n)))).toBe("proof/set-ends");
  expect(outcome(() => start(encodedSet(ENDS).subarray(0, -1)))).toMatch(/^decode\//);
});

test("a block belongs to the first set that ended at or after it", () => {
  expect([0, 20, 21, 90, 91].map((block) => setIdOf(ENDS, block))).toEqual([0n, 0n, 1n, 1n, undefined]);
});
