import { inspect } from "node:util";
import { toHex } from "@pdiem/light-client/bytes";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { expect, it } from "vitest";
import { custodyKeyOf, makeCustodyKey } from "./custody-key.js";

it("signs as the one it shows", () => {
  const key = makeCustodyKey();
  const message = new Uint8Array(10);
  expect(verifyStrict(key.publicKey, message, key.sign([message], [])[0]?.signature ?? new Uint8Array())).toBe(true);
});

it("makes another key every time", () => {
  expect(makeCustodyKey().publicKey).not.toEqual(makeCustodyKey().publicKey);
});

it("shows its secret half in neither JSON nor inspection", () => {
  const seed = new Uint8Array(32).fill(0xab);
  const key = custodyKeyOf(seed);
  for (const text of [JSON.stringify(key), inspect(key, { depth: 10, showHidden: true })])
    expect(text).not.toMatch(/abab|171,\s*171/i);
  expect(toHex(key.publicKey)).not.toBe(toHex(seed));
});

it("wipes its secret half when told to", () => {
  const seed = new Uint8Array(32).fill(7);
  custodyKeyOf(seed).erase();
  expect(seed).toEqual(new Uint8Array(32));
});
