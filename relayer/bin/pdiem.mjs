#!/usr/bin/env node
// Stands in the repository, so that npm can link the command before anything is built.
import { versionFault } from "./node-version.mjs";
import { programIn } from "./program.mjs";

const fault = versionFault(process.versions.node);
if (fault === undefined) await import(programIn().href);
else {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 2;
}
