/** Checkers of others, where this machine has them. */
import { execFile, spawnSync } from "node:child_process";
import { presentPrometheusTools } from "../../../scripts/prometheus.mjs";
import { REPOSITORY } from "./files.js";

export interface ToolOutput {
  readonly status: number | null;
  /** What it printed, on both streams. */
  readonly text: string;
}

/** Runs a program in the repository's folder. */
export const runTool = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
): ToolOutput => {
  const { status, stdout, stderr } = spawnSync(command, [...args], {
    cwd: REPOSITORY,
    encoding: "utf8",
    env: { ...process.env, ...env },
    input,
    timeout: 60_000,
  });
  return { status, text: `${stdout}${stderr}` };
};

/** Runs a program in the repository's folder, while this process goes on. */
const runToolAsync = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ToolOutput> =>
  new Promise((resolve) => {
    const options = { cwd: REPOSITORY, env: { ...process.env, ...env }, timeout: 60_000 };
    const child = execFile(command, [...args], options, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, text: `${stdout}${stderr}` }),
    );
  });

/** Tells whether a program is there and starts. */
export const isThere = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, [...args], { stdio: "ignore", timeout: 20_000 }).status === 0;

export interface Checkers {
  readonly promtool: (args: readonly string[], input?: string) => ToolOutput;
  readonly promtoolAsync: (args: readonly string[]) => Promise<ToolOutput>;
  readonly amtool: (args: readonly string[]) => ToolOutput;
}

/** Finds promtool and amtool, or says why there are none. */
export const prometheusCheckers = (): Checkers | string => {
  const tools = presentPrometheusTools();
  if (tools === undefined) return "promtool and amtool aren't here, and npm test found no way to unpack them";
  const { promtool, amtool, libraries } = tools;
  const env: Record<string, string> = libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries };
  return {
    promtool: (args, input) => runTool(promtool, args, env, input),
    promtoolAsync: (args) => runToolAsync(promtool, args, env),
    amtool: (args) => runTool(amtool, args, env),
  };
};
