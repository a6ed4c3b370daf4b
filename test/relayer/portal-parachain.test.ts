/** What strangers ask of the parachain through a relayer says nothing against its nodes. */
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { type AssetHub, startAssetHub } from "@pdiem/devnet/asset-hub/asset-hub";
import { devAccount } from "@pdiem/devnet/asset-hub/operator";
import { toHex } from "@pdiem/light-client/bytes";
import { formatAccountId, parseAccountId } from "@pdiem/relayer/account-id";
import { parachainRoutes } from "@pdiem/relayer/api/portal/parachain";
import { bareApi } from "@pdiem/relayer/api/testing/bare-api";
import { createSubstrateRpc, type SubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";

const ALICE = devAccount("//Alice");

let node: AssetHub;
let parachain: SubstrateRpc;
let app: FastifyInstance;

beforeAll(async () => {
  node = await startAssetHub();
  parachain = createSubstrateRpc(createEndpoints([node.url]), { timeoutMs: 20_000, maxResponseBytes: 64_000_000 });
  app = bareApi();
  parachainRoutes(app, () => ({ config: exampleConfig, clients: { parachain } }));
});
afterAll(async () => {
  await app.close();
  await node.close();
});

const get = async (url: string): Promise<unknown> => (await app.inject({ method: "GET", url })).json();

it("reads an account however it is written", async () => {
  const account = await get(`/api/v1/parachain/accounts/${toHex(ALICE.publicKey)}`);
  expect(account).toMatchObject({ nonce: 0, assets: [{ code: "XUS" }, { code: "XDX" }] });
  expect(await get(`/api/v1/parachain/accounts/${ALICE.address}`)).toMatchObject({ nonce: 0 });
  expect(parseAccountId(formatAccountId(ALICE.publicKey))).toEqual(ALICE.publicKey);
});

it("refuses what is no extrinsic, and another runtime's metadata, and holds nothing against the node", async () => {
  const submission = { method: "POST", url: "/api/v1/parachain/extrinsics", payload: { extrinsic: "00ff" } } as const;
  expect((await app.inject(submission)).json()).toMatchObject({ code: "extrinsic/refused" });
  expect(await get("/api/v1/parachain/metadata/1")).toMatchObject({ code: "runtime/other" });
  expect(await get("/api/v1/parachain/accounts/nobody")).toMatchObject({ code: "decode/account-id" });
  expect(parachain.endpoints.standings()).toMatchObject([{ standing: { type: "sound" } }]);
});
