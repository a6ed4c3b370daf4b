#!/usr/bin/env node
import { captureConsole, createLog } from "../log.js";
import { runCli } from "./cli.js";

// Libraries write to the console what no user asked for; `start` logs it instead.
captureConsole(createLog("silent"));
process.exitCode = await runCli(process.argv.slice(2));
