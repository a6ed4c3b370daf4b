#!/usr/bin/env node
// Stands in the repository, so that npm can link the command before anything is built.
import { versionFault } from "./node-version.mjs";

const fault = versionFault(process.versions.node);
if (fault === undefined) await import("../dist/cli/main.js");
else {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 2;
}
