import { toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/scale";
import { assetAccount, lastRuntimeUpgrade } from "@pdiem/light-client/polkadot/trie/storage-key";
import { runtimeUpgrade } from "@pdiem/light-client/polkadot/trie/storage-value";
import { openProof } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SubstrateChains, startSubstrate } from "../substrate-chains.js";
import { call, eventually } from "../testing/rpc.js";
import { NO_RUNTIMES, runtimeFiles } from "../testing/runtime-files.js";
import { rootHash } from "../trie/encode.js";
import { readProof } from "../trie/proof.js";
import { valueAt } from "../trie/trie.js";
import type { NewBlock } from "./chain.js";
import { devAccount } from "./dev-accounts.js";
import { connectOperator, type Operator } from "./operator.js";
import { loadRuntime } from "./runtime-file.js";

const ASSET = 7;
const alice = devAccount("//Alice").publicKey;
const files = runtimeFiles();

if (files.length === 0) test.skip(`an Asset Hub that is upgraded ${NO_RUNTIMES}`);

describe.runIf(files.length > 0)("an Asset Hub that is upgraded from statemine 900 to each newer runtime", () => {
  let chains: SubstrateChains;
  let operator: Operator;
  const blocks: NewBlock[] = [];

  const versionIn = ({ state }: NewBlock): number =>
    decode(runtimeUpgrade, valueAt(state, lastRuntimeUpgrade) ?? new Uint8Array()).specVersion;

  beforeAll(async () => {
    chains = await startSubstrate({
      assetHub: {
        endowed: [{ account: alice, free: 10n ** 18n }],
        cadence: { busyInterval: 50, maxDrift: 200_000 },
      },
      relay: { cadence: { busyInterval: 50 } },
    });
    chains.assetHub.onBlock((block) => void blocks.push(block));
    operator = await connectOperator({ url: chains.assetHub.wsUrl });
    await operator.createAsset({
      id: ASSET,
      owner: alice,
      issuer: alice,
      admin: alice,
      freezer: alice,
      minBalance: 1n,
    });
    await operator.mint(ASSET, alice, 1n);
  });
  afterAll(async () => {
    await operator.close();
    await chains.close();
  });

  test("a runtime that isn't there, or of another parachain, is refused", async () => {
    const { url, runtime, upgrade } = chains.assetHub;
    const answer = await fetch(`${url}/-/devnet/runtime`, { method: "POST", body: "{}" });
    expect(answer.ok).toBe(false);
    expect(() => upgrade({ ...runtime, paraId: 2 })).toThrow(RangeError);
  });

  test.each(files)(
    "$name: the code is there a block before it executes one, and assets are as before",
    async (file) => {
      const { assetHub } = chains;
      const runtime = await loadRuntime(file.path);
      assetHub.upgrade(runtime);
      await assetHub.produceBlock();
      const at = blocks.findIndex((one) => one.runtime.name === runtime.name);
      const [before, taken] = blocks.slice(at - 1) as [NewBlock, NewBlock];
      expect(versionIn(taken)).toBe(versionIn(before));
      expect(versionIn(taken)).toBeLessThan(file.specVersion);
      expect(await call(assetHub.url, "state_getRuntimeVersion")).toMatchObject({ specVersion: file.specVersion });
      await assetHub.produceBlock();
      expect(versionIn(blocks.at(-1) as NewBlock)).toBe(file.specVersion);
      const { state } = blocks.at(-1) as NewBlock;
      const { header } = assetHub.head();
      expect(rootHash(state, runtime.stateVersion)).toEqual(header.stateRoot);
      const key = assetAccount("Assets", ASSET, alice);
      const proof = readProof(state, runtime.stateVersion, [key]);
      const balance = openProof(header.stateRoot, proof)(key)?.[0] ?? 0;
      await eventually(() => (assetHub.finalized().header.number >= header.number ? true : undefined));
      // The operator's client has to have noticed before it writes another extrinsic.
      await eventually(() =>
        operator
          .mint(ASSET, alice, 1n)
          .then(() => true)
          .catch(() => undefined),
      );
      const after = blocks.at(-1) as NewBlock;
      expect(valueAt(after.state, key)?.[0]).toBe(balance + 1);
    },
  );

  test("headers link through all upgrades", () => {
    const pairs = blocks.slice(1).map(({ block }, i) => [block, blocks[i]?.block] as const);
    for (const [block, parent] of pairs)
      expect(toHex(block.header.parentHash)).toBe(toHex(parent?.hash ?? new Uint8Array()));
  });
});
