/**
 * How much a reader has to open to follow a deposit through the relayer. Counted are files of the
 * relayer and of bridge-client that these steps need to run, all that they import included. What
 * the bridge's rules and the light clients do is counted as the trusted base's.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { REPOSITORY, reachableFrom } from "./imports.js";

/** From the node's answer to the batch that mints. */
const STEPS = [
  // Reads custody's payments from a Diem node, proven.
  "relayer/src/sync/transfers/payment-watch.ts",
  // Gives each a job.
  "relayer/src/jobs/poll/poll-deposits.ts",
  // Chooses what the next batch takes up.
  "relayer/src/jobs/settlement/propose.ts",
  // Simulates it, collects its proofs, has the enclave sign it.
  "relayer/src/jobs/settlement/sign-settlement.ts",
  // Hands it to a parachain node.
  "relayer/src/jobs/settlement/submit-batch.ts",
];

const MOST = 50;

const isRelayers = (path: string): boolean => /^(?:relayer|bridge-client)\//.test(path);

describe("a deposit's way from the node that shows it to the batch that mints it", () => {
  it("leads through few files", () => {
    for (const step of STEPS) expect([step, existsSync(join(REPOSITORY, step))]).toEqual([step, true]);
    const files = [...reachableFrom(STEPS, isRelayers)].sort();
    process.stdout.write(`A deposit's way through the relayer, ${files.length} files:\n  ${files.join("\n  ")}\n`);
    expect(files.length).toBeGreaterThan(STEPS.length);
    expect(files.length).toBeLessThanOrEqual(MOST);
  });
});
