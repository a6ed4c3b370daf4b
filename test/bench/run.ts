// Measures everything once in this process and prints it as JSON: the other half of main.ts.
import { native } from "@pdiem/light-client/crypto/ed25519";
import { attestationSamples } from "./attestation/inputs.js";
import { depositProofs } from "./deposit-proofs.js";
import { epochChanges } from "./epoch-changes.js";
import { grandpaJustification } from "./justification.js";
import { type Benchmark, measure } from "./measure.js";
import { payoutAfterThousand, payoutAlone } from "./payout.js";
import { readProof } from "./read-proof.js";
import { settlement } from "./settlement.js";

const BUDGET = native === undefined ? 200 : 3000;

const results = [];
for (const create of [
  epochChanges,
  depositProofs,
  grandpaJustification,
  readProof,
  settlement,
  payoutAlone,
  payoutAfterThousand,
  ...(await attestationSamples()).map(
    ({ name, verify }) =>
      (): Benchmark => ({ name, run: verify }),
  ),
]) {
  const benchmark = create();
  process.stderr.write(`  ${benchmark.name}\n`);
  results.push(measure(benchmark, BUDGET));
}
process.stdout.write(JSON.stringify(results));
