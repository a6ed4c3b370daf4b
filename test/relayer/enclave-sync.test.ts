import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { createMachine, type Machine } from "@pdiem/enclave/testing/machine";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveLedger } from "@pdiem/relayer/chains/diem/proven-ledger";
import { createEnclaveClient } from "@pdiem/relayer/enclave/client";
import { syncEnclave } from "@pdiem/relayer/sync/enclave/enclave-sync";
import { keepHeads } from "@pdiem/relayer/sync/light-clients/light-client-keeper";
import { createWitness } from "@pdiem/relayer/sync/misbehaviour/witness";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { afterAll, beforeAll, expect, it } from "vitest";
import { provableConfig } from "../enclave/evidence.js";

const BOUNDS = { timeoutMs: 20_000, maxResponseBytes: 16_000_000 };

let diem: RunningDiem;
let machine: Machine;
let liar: Server;

/** Changes a digit of each epoch change that it passes on. */
const forge = (answer: string): string =>
  answer.replace(/("epoch_change_proof":"[0-9a-f]{300})([0-9a-f])/g, (_, head: string, digit: string) =>
    head.concat(digit === "0" ? "1" : "0"),
  );

beforeAll(async () => {
  diem = await startDiem({ blockInterval: 20 });
  machine = await createMachine();
  liar = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(diem.url, { method: "POST", headers, body: Buffer.concat(chunks) });
    response.end(forge(await answer.text()));
  });
  await new Promise<void>((resolve) => liar.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  liar.close();
  await machine.clear();
  await diem.close();
});

it("an enclave that lags is brought to the newest epoch, past a node that forges what leads there", async () => {
  const config = {
    ...provableConfig,
    diem: { ...provableConfig.diem, chainId: diem.chainId, waypoint: parseWaypoint(diem.waypoint) },
  };
  for (let i = 0; i < 3; i++) diem.association.nextEpoch();
  const heads = keepHeads(initialHeads(config));
  const honest = createDiemClient(createEndpoints([diem.url]), BOUNDS);
  const { state } = await honest.run((node) =>
    proveLedger(node, { state: heads.get().diem, chainId: diem.chainId }, []),
  );
  heads.offer({ diem: state });
  const epoch = state.type === "epochState" ? state.value.epochState.epoch : 0n;
  const liarUrl = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  const both = createDiemClient(createEndpoints([liarUrl, diem.url]), BOUNDS);
  const nobody = createSubstrateRpc(createEndpoints(["http://127.0.0.1:1"]), BOUNDS);
  const enclave = createEnclaveClient((await machine.start()).url, BOUNDS);
  const bridgeJson = formatBridgeConfig(config);
  const witness = createWitness(config);
  await syncEnclave({ config, bridgeJson, diem: both, parachain: nobody, relay: nobody, enclave, heads, witness });
  expect((await enclave.status()).active?.heads.diem.epoch).toBe(epoch.toString());
  expect(both.endpoints.health()).toMatchObject([{ failuresInARow: 1 }, { failuresInARow: 0 }]);
});
