// Measures how long the status takes to come while the enclave works on the largest requests that
// it takes, and prints it as JSON.
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { NO_DIEM_PROOFS } from "@pdiem/bridge/facts/proof-bundle";
import { ENCLAVE_SEED } from "@pdiem/bridge/testing/config";
import { type RequestOf, type RouteName, routes } from "@pdiem/enclave/routes";
import { activation, askFor, createMachine, sendBytes } from "@pdiem/enclave/testing/machine";
import { encode } from "@pdiem/light-client/codec/bcs";
import { isValidPublicKey } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { MAX_VALIDATORS } from "@pdiem/light-client/diem/epochs/epoch-state";
import { type LedgerInfoWithSignatures, ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { settlementRequests } from "./settlement.js";

/** One request, and the status meanwhile; times in ms. */
export interface DoorLatency {
  readonly name: string;
  readonly bytes: number;
  readonly taken: number;
  readonly statuses: number;
  readonly worst: number;
}

/** Asks for the status again and again, until it is told to say how long that took. */
const ASKER = `
  const { parentPort, workerData } = require("node:worker_threads");
  let stopped = false;
  const times = [];
  parentPort.once("message", () => { stopped = true; });
  (async () => {
    await (await fetch(workerData)).arrayBuffer();
    parentPort.postMessage("ready");
    while (!stopped) {
      const start = performance.now();
      await (await fetch(workerData)).arrayBuffer();
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    parentPort.postMessage(times);
  })();
`;

const nextOf = (worker: Worker): Promise<unknown> => new Promise((resolve) => worker.once("message", resolve));

const measure = async (
  url: string,
  name: string,
  bytes: number,
  request: () => Promise<unknown>,
): Promise<DoorLatency> => {
  process.stderr.write(`  ${name}\n`);
  const asker = new Worker(ASKER, { eval: true, workerData: `${url}${routes.status.path}` });
  await nextOf(asker);
  const start = performance.now();
  await request();
  const taken = performance.now() - start;
  asker.postMessage("stop");
  const times = (await nextOf(asker)) as readonly number[];
  await asker.terminate();
  return { name, bytes, taken, statuses: times.length, worst: Math.max(...times) };
};

const bodyOf = <R extends RouteName>(route: R, request: RequestOf<R>): Uint8Array =>
  encode(routes[route].request, request);

const NO_PARACHAIN = { finality: [], earlier: undefined, headProof: [], storageProof: [] };

const HASH = sha3_256(Uint8Array.of(1));
const EPOCHS = 100;

/** Different keys, all of them points: a hash is one every other time. */
function* newKeys(): Generator<Uint8Array, never> {
  for (let i = 0; ; i++) {
    const key = sha3_256(Uint8Array.of(i, i >> 8, i >> 16));
    if (isValidPublicKey(key)) yield key;
  }
}

/** A page as large as one may be, whose signatures are all bad. */
const largestPage = (): readonly LedgerInfoWithSignatures[] => {
  const keys = newKeys();
  return Array.from({ length: EPOCHS }, (_, at) => {
    const epoch = BigInt(at + 1);
    const addresses = Array.from({ length: MAX_VALIDATORS }, (_, i) => new Uint8Array(16).fill(7).with(0, i));
    const validators = addresses.map(
      (address) => [address, { publicKey: keys.next().value, votingPower: 1n }] as const,
    );
    const total = BigInt(MAX_VALIDATORS);
    const verifier = { validators, quorumVotingPower: (total * 2n) / 3n + 1n, totalVotingPower: total };
    const commitInfo = {
      epoch,
      round: 1n,
      id: HASH,
      executedStateId: HASH,
      version: 1000n * epoch,
      timestampUsecs: epoch,
      nextEpochState: { epoch: epoch + 1n, verifier },
    };
    return {
      ledgerInfo: { commitInfo, consensusDataHash: HASH },
      signatures: addresses.map((address) => [address, new Uint8Array(64).fill(1).with(63, 0)] as const),
    };
  });
};

/** Makes as many trie nodes as a request takes: each is hashed. */
const manyNodes = (): readonly Uint8Array[] =>
  Array.from({ length: 15_000 }, (_, i) => new Uint8Array(1_024).fill(i).with(0, i >> 8));

const program = fileURLToPath(new URL("../../../enclave/dist/main/simulated.js", import.meta.url));

const startEnclave = async (config: BridgeConfig) => {
  const machine = await createMachine();
  await machine.sealKey(config, ENCLAVE_SEED);
  const args = [program, "--data", dirname(machine.sealed), "--tee", "simulated", "--port", "0"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, url } = JSON.parse(line) as { readonly event: string; readonly url?: string };
    if (event !== "listening" || url === undefined) continue;
    child.stdout.resume();
    await askFor({ url }, "activate", activation(config));
    const stop = async (): Promise<void> => {
      child.kill();
      await machine.clear();
    };
    return { url, stop };
  }
  throw new Error("expected the enclave to listen");
};

const { config, requests } = settlementRequests();
const enclave = await startEnclave(config);
const results: DoorLatency[] = [];
// What the machine's other work does to the status by itself.
results.push(await measure(enclave.url, "nothing, for a second", 0, () => setTimeout(1_000)));
const [settlement] = requests;
if (settlement === undefined) throw new Error("expected a settlement");
const page = largestPage();
const [latest] = page;
if (latest === undefined) throw new Error("expected a ledger info");
const diem = {
  ...NO_DIEM_PROOFS,
  epochChanges: encode(epochChangeProof, { ledgerInfos: page, more: true }),
  ledgerInfo: encode(ledgerInfoWithSignatures, latest),
};
const { proofs } = settlement;
for (const [name, route, body] of [
  ["settlement of 500 deposits", "settle", bodyOf("settle", settlement)],
  [
    "a page of 100 epochs, 256 new validators each",
    "advance",
    bodyOf("advance", { proofs: { diem, parachain: NO_PARACHAIN } }),
  ],
  [
    "15 MiB of trie nodes",
    "settle",
    bodyOf("settle", {
      ...settlement,
      proofs: { ...proofs, parachain: { ...proofs.parachain, storageProof: manyNodes() } },
    }),
  ],
  ["16 MiB of nothing", "settle", new Uint8Array(routes.settle.maxRequest).fill(0xff)],
] as const)
  results.push(await measure(enclave.url, name, body.length, () => sendBytes(enclave, route, body)));
await enclave.stop();
process.stdout.write(JSON.stringify(results));
