import { destroyWorker, type JsCallback, runTask } from "@acala-network/chopsticks-core";
import { fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import {
  approveTransfer,
  batchAll,
  burn,
  cancelApproval,
  mint,
  remark,
  setTeam,
  transferKeepAlive,
} from "@pdiem/light-client/polkadot/extrinsics/call";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/statemine-900";
import { afterAll, describe, expect, it } from "vitest";
import { assetHubGenesis } from "../asset-hub/asset-hub.js";
import { openingCalls } from "../asset-hub/block-author.js";
import { standaloneRelayParent } from "../asset-hub/standalone.js";
import { hex } from "../substrate/json.js";
import { entries } from "../trie/keys.js";
import { type Change, type Trie, valueAt } from "../trie/trie.js";
import { type RuntimeCall, runCalls } from "./run.js";

const ASSET = 1984;
const seed = new Uint8Array(32).fill(3);
const signer = publicKeyOf(seed);
const somebody = new Uint8Array(32).fill(9);
const { runtime, block: first } = assetHubGenesis({
  endowed: [{ account: signer, free: 10n ** 15n }],
  sufficientAssets: [{ id: ASSET, owner: signer, minBalance: 10n }],
});
const code = valueAt(runtime.state, utf8(":code")) ?? new Uint8Array(0);

const CALLS = [
  remark(utf8("a remark")),
  mint(ASSET, somebody, 1_000n),
  mint(ASSET, signer, 500n),
  batchAll([transferKeepAlive(ASSET, somebody, 40n), burn(ASSET, somebody, 20n)]),
  batchAll([approveTransfer(ASSET, somebody, 5n), cancelApproval(ASSET, somebody), approveTransfer(ASSET, signer, 1n)]),
  // Fails, and all of it is undone.
  batchAll([mint(ASSET, somebody, 7n), burn(ASSET + 1, somebody, 7n)]),
  setTeam(ASSET, { issuer: somebody, admin: somebody, freezer: somebody }),
];

const block = (): readonly RuntimeCall[] => {
  const [initialize, ...inherents] = openingCalls({
    runtime,
    parent: first.header,
    parentState: runtime.state,
    timestamp: 1_700_000_000_000,
    relayParent: standaloneRelayParent(runtime.paraId)(),
  });
  const { specVersion, transactionVersion } = STATEMINE_900;
  const common = { birth: { number: 0, hash: first.hash }, genesisHash: first.hash, specVersion, transactionVersion };
  const signed = CALLS.map((call, nonce) =>
    buildExtrinsic(pinnedFormat(STATEMINE_900), { ...common, call, nonce, mortalPeriod: 64 }, seed),
  );
  const apply = [...inherents, ...signed].map((one): RuntimeCall => ["BlockBuilder_apply_extrinsic", one]);
  return [initialize, ...apply, ["BlockBuilder_finalize_block", new Uint8Array(0)]];
};

const hostOf = (state: Trie): JsCallback => ({
  getStorage: async (key) => {
    const value = valueAt(state, fromHex(key));
    return value === undefined ? undefined : hex(value);
  },
  getNextKey: async (prefix, key) => {
    const { value } = entries(state, fromHex(prefix), fromHex(key)).next();
    return value === undefined ? undefined : hex(value[0]);
  },
  offchainGetStorage: async () => undefined,
  offchainTimestamp: async () => 0,
  offchainRandomSeed: async () => hex(new Uint8Array(32)),
  offchainSubmitTransaction: async () => false,
});

const runElsewhere = async (calls: readonly RuntimeCall[]): Promise<readonly string[]> => {
  const task = {
    wasm: hex(code),
    calls: calls.map(([name, args]): [string, `0x${string}`[]] => [name, args.length === 0 ? [] : [hex(args)]]),
    mockSignatureHost: false,
    allowUnresolvedImports: false,
    runtimeLogLevel: 0,
  };
  const response = await runTask(task, hostOf(runtime.state));
  if ("Error" in response) throw new Error(response.Error);
  return response.Call.storageDiff.map(([key, value]) => `${key} ${value ?? "removed"}`).sort();
};

const listed = (changes: readonly Change[]): readonly string[] =>
  changes.map(([key, value]) => `${hex(key)} ${value === undefined ? "removed" : hex(value)}`).sort();

afterAll(destroyWorker);

describe("a runtime", () => {
  it("changes with a block of all kinds of calls what it changes in another executor", async () => {
    const { changes } = runCalls(code, runtime.state, block());
    const issued = changes.filter(([key]) => toHex(key).includes(toHex(somebody)));
    expect(issued.length).toBeGreaterThan(0);
    expect(listed(changes)).toEqual(await runElsewhere(block()));
  });

  it("runs the same each time, in memory that others have used", () => {
    const run = () => runCalls(code, runtime.state, block());
    const [once, again] = [run(), run()];
    expect(again).toEqual(once);
  });

  it("that panics says why, and leaves nothing behind", () => {
    const [initialize] = block();
    const twice: readonly RuntimeCall[] = [initialize, ["BlockBuilder_finalize_block", new Uint8Array(0)]] as never;
    expect(() => runCalls(code, runtime.state, twice)).toThrow(
      expect.objectContaining({ code: "runtime/trap", message: expect.stringContaining("panicked") }),
    );
    expect(runCalls(code, runtime.state, [["Core_version", new Uint8Array(0)]]).changes).toEqual([]);
  });

  it("without the function asked for, or that is no WebAssembly, is refused", () => {
    const trap = expect.objectContaining({ code: "runtime/trap" });
    expect(() => runCalls(code, runtime.state, [["Core_nothing", new Uint8Array(0)]])).toThrow(trap);
    expect(() => runCalls(Uint8Array.of(1, 2, 3), undefined, [["Core_version", new Uint8Array(0)]])).toThrow(trap);
  });
});
