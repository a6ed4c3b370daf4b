import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { expect, test } from "vitest";
import { valueAt } from "../trie/trie.js";
import { assetHubGenesis } from "./asset-hub.js";
import { buildBlock } from "./block-author.js";
import { standaloneRelayParent } from "./standalone.js";

const seed = new Uint8Array(32).fill(3);
const signer = publicKeyOf(seed);
const { runtime, block: genesis } = assetHubGenesis({ endowed: [{ account: signer, free: 10n ** 15n }] });
const relayParent = standaloneRelayParent(runtime.paraId)();

const build = (extrinsics: readonly Uint8Array[]) =>
  buildBlock({
    runtime,
    parent: genesis.header,
    parentState: runtime.state,
    timestamp: 1_700_000_000_000,
    relayParent,
    extrinsics,
  });

const signed = (nonce: number): Uint8Array =>
  buildExtrinsic(
    pinnedFormat(STATEMINE_900),
    {
      call: remark(utf8(`remark ${nonce}`)),
      nonce,
      birth: { number: 0, hash: genesis.hash },
      genesisHash: genesis.hash,
      specVersion: 900,
      transactionVersion: 6,
      mortalPeriod: 64,
    },
    seed,
  );

/** What stands first in `System.Account`. */
const nonceIn = (state: typeof runtime.state): number | undefined => valueAt(state, systemAccount(signer))?.[0];

test("a block holds all that was asked for", async () => {
  const { block, state, rejected } = await build([0, 1, 2].map(signed));
  expect(block.extrinsics.slice(2)).toEqual([0, 1, 2].map(signed));
  expect(rejected).toEqual([]);
  expect(nonceIn(state)).toBe(3);
});

test("what the runtime refuses is left out, and leaves no trace", async () => {
  const clean = await build([0, 1].map(signed));
  const forged = signed(1);
  forged[60] = (forged[60] ?? 0) ^ 1;
  const built = await build([signed(0), forged, signed(5), signed(0), signed(1)]);
  expect(built.block).toEqual(clean.block);
  expect(built.rejected.map(({ invalidity }) => invalidity)).toEqual([
    { reason: "Transaction has a bad signature", retry: false },
    { reason: "Transaction will be valid in the future", retry: true },
    { reason: "Transaction is outdated", retry: false },
  ]);
});

test("a refused extrinsic at the end is left out, too", async () => {
  const built = await build([signed(0), signed(0)]);
  expect([built.block.extrinsics.length, built.rejected.length, nonceIn(built.state)]).toEqual([3, 1, 1]);
});
