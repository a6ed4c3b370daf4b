// Measures everything once in this process and prints it as JSON: the other half of main.ts.
// Argument: how long each may take, ms.
import { attestationSamples } from "./attestation/inputs.js";
import { depositProofs } from "./deposit-proofs.js";
import { epochChanges } from "./epoch-changes.js";
import { grandpaJustification } from "./justification.js";
import { type Benchmark, measure } from "./measure.js";
import { metadataVerification, provenEncoding } from "./metadata.js";
import { fold, payoutAlone, payoutWindow } from "./payout.js";
import { readProof } from "./read-proof.js";
import { settlement } from "./settlement.js";

const budget = Number(process.argv[2] ?? 200);

const results = [];
for (const create of [
  epochChanges,
  depositProofs,
  grandpaJustification,
  readProof,
  metadataVerification,
  provenEncoding,
  settlement,
  payoutAlone,
  payoutWindow,
  fold,
  ...(await attestationSamples()).map(
    ({ name, verify }) =>
      (): Benchmark => ({ name, run: verify }),
  ),
]) {
  const benchmark = create();
  process.stderr.write(`  ${benchmark.name}\n`);
  results.push(await measure(benchmark, budget));
}
process.stdout.write(JSON.stringify(results));
