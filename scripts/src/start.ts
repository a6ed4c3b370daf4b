// `npm start`: a whole bridge on embedded defaults, and one transfer each way. `--once` stops after
// them.
import { Console } from "node:console";
import { createWriteStream, mkdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { freePort } from "@pdiem/devnet/local-bridge/free-port";
import { type LocalBridge, type Stage, startLocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";
import { findRedis } from "../redis.mjs";
import { demonstrate } from "./demo.js";
import { parseHolders } from "./holders-option.js";
import { clearLeftovers, noteProcesses } from "./leftovers.js";
import { createTerminal } from "./terminal.js";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = join(root, ".pdiem", "local");
const STOP_PATIENCE = 20_000;
const INTERRUPTED = 130;

type Told = readonly [title: string, doing: string];

const TOGETHER: Told = ["Enclaves", "pdiem ceremony run: the enclaves make custody's key together"];

const STAGES: Readonly<Record<Stage, Told>> = {
  redis: ["Redis", "starting Redis"],
  chains: ["Chains", "starting a Diem ledger, an Asset Hub and its relay chain"],
  enclave: ["Enclave", "making the custody key inside the enclave"],
  roles: ["Roles", "pdiem custody rotate, pdiem assets create: both become the enclave's"],
  relayer: ["Relayer", "starting the relayer"],
  genesis: ["Genesis", "proving that nothing has a past, and putting the first ledger in force"],
};

const USAGE = `Usage: npm start [-- --once] [--holders K/N]

Brings up a bridge on this machine and shows one transfer each way. ^C stops everything.
  --once         stop after the transfers; exit status 0 if both arrived
  --holders K/N  N enclaves hold the key together, K of which sign: 2/3 by default, or such as 3/5; 1 holds it whole`;

const terminal = createTerminal(process.stdout);
let bridge: LocalBridge | undefined;
let stopping = false;

const stop = async (status: number): Promise<never> => {
  if (!stopping) {
    stopping = true;
    setTimeout(() => process.exit(1), STOP_PATIENCE).unref();
    // Where nothing came about, the reason is the last thing said.
    if (bridge !== undefined || status === INTERRUPTED) {
      terminal.begin("stopping");
      await bridge?.close();
      terminal.line(terminal.dim("Stopped."));
    }
  }
  process.exit(status);
};

const showWayIn = ({ relayerUrl, relayerFile, chains }: LocalBridge): void => {
  const pdiem = "npx pdiem";
  terminal.line();
  terminal.line(`Portal   ${relayerUrl}`);
  terminal.line(`Queues   ${relayerUrl}/queues`);
  terminal.line(`Status   ${pdiem} status --config ${relative(process.cwd(), relayerFile)}`);
  terminal.line(`Faucet   ${chains.diem.faucetUrl}`);
  terminal.line(`Logs     ${relative(process.cwd(), folder)}/*.log`);
  terminal.line();
  terminal.line(terminal.dim("It goes on until you press ^C."));
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { once: { type: "boolean" }, holders: { type: "string", default: "2/3" }, help: { type: "boolean" } },
  });
  if (values.help === true) {
    terminal.line(USAGE);
    return;
  }
  const holders = parseHolders(values.holders);
  const owner = clearLeftovers(folder);
  if (owner !== undefined) throw new Error(`a bridge runs from this folder already: stop process ${owner} first`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Libraries of the chains in this process write to the console: theirs goes to a file, so the
  // screen stays calm.
  globalThis.console = new Console(createWriteStream(join(folder, "chains.log")));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(INTERRUPTED));

  terminal.line(terminal.bold("pDiem"));
  bridge = await startLocalBridge({
    folder,
    redis: findRedis(),
    diem: { port: await freePort(8080), faucetPort: await freePort(8081) },
    substrate: { assetHub: { port: await freePort(9944) }, relay: { port: await freePort(9945) } },
    enclavePort: 8091,
    relayerPort: 8090,
    // XUS is made by `pdiem assets create`, as on a real Asset Hub: it isn't sufficient there.
    assets: [{ id: 1985, minBalance: 10_000n }],
    byCommands: true,
    ...(holders === undefined ? {} : { holders }),
    onStage: (stage, done) => {
      const [title, doing] = stage === "enclave" && holders !== undefined ? TOGETHER : STAGES[stage];
      if (done === undefined) terminal.begin(doing);
      else terminal.done(title, done);
    },
    onProcess: (pids) => noteProcesses(folder, pids),
  });
  const arrived = await demonstrate(bridge, terminal);
  if (values.once === true) await stop(arrived ? 0 : 1);
  showWayIn(bridge);
};

main().catch((error: unknown) => {
  if (stopping) return;
  terminal.fail(error instanceof Error ? error.message : String(error));
  void stop(1);
});
