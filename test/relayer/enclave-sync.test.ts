import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { createEnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { nodeTransport } from "@pdiem/bridge-client/enclave/node-transport";
import { type RunningDiem, startDiem } from "@pdiem/devnet/diem/start-diem";
import { createMachine, type Machine } from "@pdiem/enclave/testing/machine";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveLedger } from "@pdiem/relayer/chains/diem/proven-ledger";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { syncEnclave } from "@pdiem/relayer/sync/enclave/enclave-sync";
import { keepLightClients } from "@pdiem/relayer/sync/light-clients/light-client-keeper";
import { afterAll, beforeAll, expect, it } from "vitest";
import { provableConfig } from "../enclave/proofs.js";

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
  const lightClients = keepLightClients(initialLightClientState(config));
  const honest = createDiemClient(createEndpoints([diem.url]), BOUNDS);
  const { state } = await honest.run((node) =>
    proveLedger(node, { state: lightClients.get().diem, chainId: diem.chainId }, []),
  );
  lightClients.offer({ diem: state });
  const epoch = state.type === "epochState" ? state.value.epochState.epoch : 0n;
  const liarUrl = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  const both = createDiemClient(createEndpoints([liarUrl, diem.url]), BOUNDS);
  const nobody = createSubstrateRpc(createEndpoints(["http://127.0.0.1:1"]), BOUNDS);
  const enclave = createEnclaveClient(nodeTransport((await machine.start()).url, BOUNDS.timeoutMs));
  await syncEnclave({ config, diem: both, relay: nobody, enclave, lightClients });
  const { role } = await enclave.status();
  expect(role).toMatchObject({ type: "holder", value: { lightClients: { diem: { epoch } } } });
  expect(both.endpoints.health()).toMatchObject([{ failuresInARow: 1 }, { failuresInARow: 0 }]);
});

it("an enclave that lags by hundreds of epochs is brought to the newest, a page of them at a time", async () => {
  const config = {
    ...provableConfig,
    diem: { ...provableConfig.diem, chainId: diem.chainId, waypoint: parseWaypoint(diem.waypoint) },
  };
  const enclave = createEnclaveClient(nodeTransport((await machine.start()).url, BOUNDS.timeoutMs));
  for (let i = 0; i < 250; i++) diem.association.nextEpoch();
  let pages = 0;
  const counted: typeof enclave = {
    ...enclave,
    advance: (request) => {
      pages += 1;
      return enclave.advance(request);
    },
  };
  const node = createDiemClient(createEndpoints([diem.url]), BOUNDS);
  const nobody = createSubstrateRpc(createEndpoints(["http://127.0.0.1:1"]), BOUNDS);
  const lightClients = keepLightClients(initialLightClientState(config));
  const { state } = await node.run((one) =>
    proveLedger(one, { state: lightClients.get().diem, chainId: diem.chainId }, []),
  );
  lightClients.offer({ diem: state });
  await syncEnclave({ config, diem: node, relay: nobody, enclave: counted, lightClients });
  const { role } = await enclave.status();
  const epoch = state.type === "epochState" ? state.value.epochState.epoch : 0n;
  expect(epoch).toBeGreaterThan(250n);
  expect(role).toMatchObject({ type: "holder", value: { lightClients: { diem: { epoch } } } });
  expect(pages).toBeGreaterThanOrEqual(3);
});
