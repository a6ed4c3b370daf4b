import { expect, test } from "vitest";
import { fromHex, toHex } from "../../bytes.js";
import {
  asset,
  assetAccount,
  assetApproval,
  lastRuntimeUpgrade,
  parasHeads,
  storagePrefix,
  systemAccount,
  timestampNow,
} from "./storage-key.js";

const who = new Uint8Array(32).fill(1);

test("keys begin with the hashed names of pallet and item", () => {
  expect(toHex(lastRuntimeUpgrade)).toBe("26aa394eea5630e07c48ae0c9558cef7f9cce9c888469bb1a0dceaa129672ef8");
  expect(toHex(timestampNow)).toBe("f0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb");
  expect(toHex(systemAccount(who))).toMatch(/^26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9/);
  expect(toHex(storagePrefix("Assets", "Approvals"))).toBe(
    "682a59d51ab9e48a8c8cc418ff9708d23c9c1284130706f5aea0c8b3d4c54d89",
  );
  expect(toHex(asset("Assets", 7))).toMatch(/^682a59d51ab9e48a8c8cc418ff9708d2d34371a193a751eea5883e9553457b2e/);
  expect(toHex(assetAccount("Assets", 7, who))).toMatch(
    /^682a59d51ab9e48a8c8cc418ff9708d2b99d880ec681799c0cf30e8886371da9/,
  );
});

test("the key of a parachain's head is its id behind twox64", () => {
  expect(toHex(parasHeads(1000))).toBe(
    "cd710b30bd2eab0352ddcc26417aa1941b3c252fcb29d88eff4f3de5de4476c3b6ff6f7d467b87a9e8030000",
  );
  expect(toHex(parasHeads(2090))).toBe(
    "cd710b30bd2eab0352ddcc26417aa1941b3c252fcb29d88eff4f3de5de4476c3c9b4b4f407d5e7a62a080000",
  );
});

test("map keys hold their parts in full behind 16 bytes of BLAKE2b", () => {
  const delegate = new Uint8Array(32).fill(2);
  const key = assetApproval("Assets", 0x01020304, who, delegate);
  expect(key.length).toBe(32 + (16 + 4) + 2 * (16 + 32));
  expect(key.subarray(48, 52)).toEqual(fromHex("04030201"));
  expect([key.subarray(68, 100), key.subarray(116)]).toEqual([who, delegate]);
  expect(toHex(systemAccount(fromHex("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d")))).toBe(
    "26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9de1e86a9a8c739864cf3cc5ec2bea59fd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d",
  );
});
