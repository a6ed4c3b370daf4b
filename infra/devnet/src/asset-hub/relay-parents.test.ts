import { expect, test } from "vitest";
import { genesisBlock } from "./block-author.js";
import { createRelayParents } from "./relay-parents.js";
import { standaloneRelayParent } from "./standalone.js";
import { statemine900 } from "./statemine.js";

const PARA = 1_000;
const { header: parent } = genesisBlock(statemine900());
const next = { ...parent, number: 1 };
const SLOT = 6_000;

const relayParents = () => createRelayParents(PARA, standaloneRelayParent(PARA));

test("the relay chain's best block is taken by runtimes that don't tie their slots to it", () => {
  const of = relayParents();
  const block = { parent, followsRelaySlots: false, upgrades: false };
  expect([of({ ...block, timestamp: SLOT }).number, of({ ...block, timestamp: 9 * SLOT }).number]).toEqual([1, 2]);
});

test("blocks of one relay slot share their relay parent, which includes the last one before", () => {
  const of = relayParents();
  const at = (timestamp: number, on = parent) =>
    of({ parent: on, timestamp, followsRelaySlots: true, upgrades: false });
  const [first, second, third] = [at(10 * SLOT), at(10 * SLOT + 4_000, next), at(11 * SLOT, next)];
  expect([first.number, second.number, third.number]).toEqual([10, 10, 11]);
  expect(second.stateRoot).toEqual(first.stateRoot);
  expect(third.stateRoot).not.toEqual(first.stateRoot);
  expect(third.stateRoot).not.toEqual(at(12 * SLOT, parent).stateRoot);
});

test("a relay parent that lets an upgrade through differs in that alone", () => {
  for (const followsRelaySlots of [true, false]) {
    const block = { parent, timestamp: SLOT, followsRelaySlots };
    const plain = relayParents()({ ...block, upgrades: false });
    const signalling = relayParents()({ ...block, upgrades: true });
    expect(signalling.number).toBe(plain.number);
    expect(signalling.stateRoot).not.toEqual(plain.stateRoot);
  }
});
