// @ts-check
// Prints `N passed, N failed` as its last line, from Vitest's JSON report; exits 1 without a report or without a test that ran.
import { readFileSync } from "node:fs";

const [, , file = ""] = process.argv;
try {
  const {
    numPassedTests: passed,
    numFailedTests,
    numPendingTests,
    numTodoTests,
    testResults,
  } = JSON.parse(readFileSync(file, "utf8"));
  // A file that fails to load has no failed test of its own, yet it is a failure.
  const broken = testResults.filter(
    (/** @type {any} */ suite) => suite.status === "failed" && suite.assertionResults.length === 0,
  ).length;
  const skipped = numPendingTests + numTodoTests;
  if (skipped > 0) console.log(`${skipped} skipped`);
  console.log(`${passed} passed, ${numFailedTests + broken} failed`);
  process.exitCode = passed > 0 ? 0 : 1;
} catch (error) {
  console.log(`no test report: ${error instanceof Error ? error.message : error}`);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
