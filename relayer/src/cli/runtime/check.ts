import { readConfig } from "../../config.js";
import { ConfigError } from "../../error.js";
import { reportRuntime } from "../../runtime/check/runtime-report.js";
import { openSource, type RuntimeSource, type Token } from "../../runtime/runtime-source.js";
import { readVersion } from "../../runtime/runtime-version.js";
import type { Output } from "../output.js";
import { reportLines, reportView } from "./report-text.js";

export interface CheckOptions {
  readonly config?: string;
  readonly against?: string;
  readonly relay?: string;
  readonly assetsPallet: string;
  readonly token?: Token;
  readonly all?: boolean;
  readonly json?: boolean;
}

const opened = async (from: string | undefined): Promise<RuntimeSource | undefined> =>
  from === undefined ? undefined : openSource(from);

const specVersionOf = async (source: RuntimeSource): Promise<number> =>
  readVersion(await source.call("Core_version", new Uint8Array(0))).specVersion;

/**
 * Compares a node's runtime, or a file's, with all that the bridge reads and calls. It says whether
 * the bridge can run on it.
 * @throws ConfigError `runtime/differs` where it can't; RpcError of sources that don't answer
 */
export const checkRuntimeCommand = async (from: string, options: CheckOptions, output: Output): Promise<void> => {
  const config = options.config === undefined ? undefined : readConfig(options.config).bridge;
  const source = await openSource(from);
  const against = await opened(options.against);
  const report = await reportRuntime(source, {
    config,
    assetsPallet: config?.parachain.assetsPallet ?? options.assetsPallet,
    token: options.token,
    against,
    relay: await opened(options.relay),
  });
  const running = against ?? (source.birth === undefined ? undefined : source);
  const context = {
    report,
    limits: config?.batch,
    running: running === undefined ? undefined : await specVersionOf(running),
  };
  output.out(
    options.json === true ? JSON.stringify(reportView(context)) : reportLines(context, options.all === true).join("\n"),
  );
  if (!report.qualifies)
    throw new ConfigError("runtime/differs", "expected a runtime that the bridge can run on: see above");
};
