#!/usr/bin/env node
import { runCli } from "./cli.js";

// Libraries write to the console what no user asked for; `start` logs it instead.
for (const method of ["log", "info", "warn", "error", "debug"] as const) console[method] = () => undefined;
// Whoever reads the output may have seen enough: `pdiem … | head`.
process.stdout.on("error", (error) => process.exit("code" in error && error.code === "EPIPE" ? 0 : 1));
process.exitCode = await runCli(process.argv.slice(2));
