import { type Command, InvalidArgumentError } from "commander";
import type { Token } from "../../runtime/runtime-source.js";
import { examples } from "../help.js";
import type { Output } from "../output.js";
import type { CheckOptions } from "./check.js";

/** Reads a symbol and its decimals, such as `DOT:10`. */
const tokenOption = (text: string): Token => {
  const [, symbol, decimals] = /^([A-Za-z0-9]{1,12}):([0-9]{1,2})$/.exec(text) ?? [];
  if (symbol === undefined) throw new InvalidArgumentError("Expected a symbol and its decimals, such as DOT:10.");
  return { symbol, decimals: Number(decimals) };
};

/** Adds `pdiem runtime` with its commands. */
export const runtimeCommands = (pdiem: Command, output: Output): void => {
  const runtime = pdiem.command("runtime").description("runtimes of parachains: whether the bridge can run on them");
  runtime
    .command("check")
    .description(
      "compare a runtime with all that the bridge reads and calls, before it comes into force; fails where it can't run on it",
    )
    .argument(
      "<from>",
      "a node's URL, for the runtime in force there; or a runtime's file, WebAssembly, plain or compressed",
    )
    .option("-c, --config <file>", "a relayer's configuration: what it pins and allows is compared, too")
    .option("--against <from>", "the runtime in force now, a URL or a file: what changes is listed")
    .option("--relay <from>", "the relay chain's runtime, a URL or a file, to check that as well")
    .option("--assets-pallet <name>", "the pallet of the wrapped assets, where no configuration names it", "Assets")
    .option("--token <symbol:decimals>", "how a file's own token is written, as the metadata hash has it", tokenOption)
    .option("--all", "tell everything that is as expected, one by one")
    .option("--json", "for scripts: one JSON value")
    .addHelpText(
      "after",
      examples("runtime check wss://node.example -c relayer.json", "runtime check runtime.wasm --token DOT:10"),
    )
    .action(async (from: string, options: CheckOptions) =>
      (await import("./check.js")).checkRuntimeCommand(from, options, output),
    );
};
