/**
 * What it takes a relayer, and then its enclave, to get over many authority sets of the relay
 * chain. Each is in a process of its own, beside a node that makes what it is asked for.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createMachine } from "@pdiem/enclave/testing/machine";
import { proveHead } from "@pdiem/relayer/chains/parachain/proven-state";
import { createClients } from "@pdiem/relayer/clients";
import { enclaveAt } from "@pdiem/relayer/enclave-door";
import { syncEnclaveRelay } from "@pdiem/relayer/sync/enclave/enclave-sync";
import { describeCatchUp } from "@pdiem/relayer/sync/light-clients/catch-up";
import { provableConfig } from "../enclave/proofs.js";
import { createLongChain } from "../relay-chain/long-chain.js";
import { startLongChainNode } from "../relay-chain/long-chain-node.js";
import { configFor } from "../relay-chain/served.js";

const NUMBER = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    as: NUMBER,
    sets: { ...NUMBER, default: "1000" },
    authorities: { ...NUMBER, default: "600" },
    // Blocks of sets by turns: Polkadot's median, its 90 % and its 10 % quantile.
    blocks: { ...NUMBER, default: "7164,14358,2390" },
  },
});

const lengths = values.blocks.split(",").map(Number);
const options = {
  sets: Number(values.sets),
  authorities: Number(values.authorities),
  blocks: (place: number) => lengths[place % lengths.length] ?? 1,
  paraId: provableConfig.parachain.paraId,
};

/** What a process has used so far. */
interface Used {
  /** Seconds of processor time. */
  readonly cpu: number;
  /** The most memory, MB. */
  readonly memory: number;
}

const used = (): Used => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpu: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS / 1024 };
};

/** Another process of this script: it says its URL, and when asked what it has used. */
interface Beside {
  readonly process: ChildProcess;
  readonly url: string;
}

const startBeside = async (as: string): Promise<Beside> => {
  const args = ["--as", as, "--sets", values.sets, "--authorities", values.authorities, "--blocks", values.blocks];
  const child = fork(fileURLToPath(import.meta.url), args);
  const [url] = (await once(child, "message")) as [string];
  return { process: child, url };
};

const usedBy = async ({ process: child }: Beside): Promise<Used & { readonly sent: number }> => {
  child.send("used");
  const [told] = (await once(child, "message")) as [Used & { readonly sent: number }];
  return told;
};

const answerAs = (url: string, sent: () => number): void => {
  process.on("message", () => process.send?.({ ...used(), sent: sent() }));
  process.send?.(url);
};

const tell = (who: string, ms: number, { cpu, memory }: Used, sent: number): void => {
  const [minutes, seconds] = [(ms / 60_000).toFixed(1), cpu.toFixed(0)];
  const [most, read] = [memory.toFixed(0), (sent / 1e6).toFixed(0)];
  process.stdout.write(
    `${who}  ${minutes} min, ${seconds} s of CPU, ${most} MB of memory at most, ${read} MB of answers\n`,
  );
};

const relayFrom = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "pdiem-catch-up-"));
  const [node, enclave] = await Promise.all([startBeside("node"), startBeside("enclave")]);
  try {
    const chain = createLongChain(options);
    const config = configFor({ chain, node }, provableConfig, { folder, enclave: enclave.url });
    const clients = { ...createClients(config), enclave: enclaveAt(enclave.url, config) };
    clients.catchUp.listen((way) => process.stderr.write(`${describeCatchUp(way)}\n`));
    const { relay, lightClients } = clients;
    process.stdout.write(
      `${options.sets} sets of ${options.authorities} authorities and ${values.blocks} blocks by turns, on ${process.version}\n`,
    );
    const began = performance.now();
    const { state } = await proveHead(relay, lightClients.get().relay, options.paraId);
    const between = performance.now();
    const { sent, cpu } = await usedBy(node);
    tell("relayer", between - began, used(), sent);
    await syncEnclaveRelay(clients);
    const ended = performance.now();
    const { role } = await clients.enclave.status();
    const setId = role.type === "holder" ? role.value.lightClients.relay.setId : undefined;
    if (state.setId !== chain.setId || setId !== chain.setId)
      throw new Error(`expected both at set ${chain.setId}, got ${state.setId} and ${setId}`);
    tell("enclave", ended - between, await usedBy(enclave), (await usedBy(node)).sent - sent);
    process.stdout.write(`beside the relayer, the node took ${cpu.toFixed(0)} s of CPU to sign and answer\n`);
  } finally {
    node.process.disconnect();
    enclave.process.disconnect();
    rmSync(folder, { recursive: true });
  }
};

if (values.as === "node") {
  const node = await startLongChainNode(createLongChain(options));
  process.once("disconnect", node.close);
  answerAs(node.url, node.sent);
} else if (values.as === "enclave") {
  const machine = await createMachine();
  process.once("disconnect", machine.clear);
  answerAs((await machine.start()).url, () => 0);
} else await relayFrom();
