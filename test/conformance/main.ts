/**
 * `npm run conformance -- FOLDER`: a line for each failing case, then the count; exit status 1 if
 * any failed.
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { run } from "./conformance.js";

// npm runs its scripts in the repository; a relative folder is meant from where npm was called.
const argument = process.argv[2];
const folder = argument === undefined ? undefined : resolve(process.env.INIT_CWD ?? ".", argument);
const isFolder = folder !== undefined && (await stat(folder).catch(() => undefined))?.isDirectory() === true;
if (folder === undefined || !isFolder) {
  console.error(`expected a folder of fixtures, got ${folder ?? "nothing"}: npm run conformance -- FOLDER`);
  process.exitCode = 2;
} else {
  let passed = 0;
  let failed = 0;
  for await (const result of run(folder)) {
    if ("skipped" in result) console.log(`skipped: ${result.skipped} isn't in ${folder}`);
    else if (result.ok) passed += 1;
    else {
      failed += 1;
      console.log(`FAILED ${result.name}: expected ${result.expected}, got ${result.got}`);
    }
  }
  if (passed + failed === 0) console.error(`expected fixtures in ${folder}, there is nothing that could be run`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
