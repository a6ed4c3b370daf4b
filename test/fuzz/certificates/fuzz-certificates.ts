import { toHex } from "@pdiem/light-client/bytes";
import { mutateBytes } from "../mutate-bytes.js";
import { mutateDer } from "../mutate-der.js";
import { createRandom, type Random } from "../random.js";
import { type Comparison, compare } from "./compare.js";
import type { Sample } from "./corpus.js";
import { mutateValue } from "./mutate-value.js";

export interface CertificateReport {
  /** How many cases ended so. */
  readonly counts: Readonly<Record<Comparison["outcome"], number>>;
  readonly findings: readonly { readonly index: number; readonly what: string; readonly der: string }[];
}

export interface CertificateOptions {
  readonly samples: readonly Sample[];
  readonly seed: number;
  readonly cases: number;
  /** Hears of the number of cases done, now and then. */
  readonly onProgress?: (done: number) => void;
}

const MAX_FINDINGS = 20;
const PROGRESS_CASES = 50_000;

const mutated = (random: Random, der: Uint8Array): Uint8Array => {
  const what = random.below(10);
  if (what === 0) return mutateBytes(random, der);
  return what < 4 ? mutateDer(random, der) : mutateValue(random, der);
};

/**
 * Changes certificates and revocation lists in ways that a seed chooses, and compares what is read
 * of them.
 * @throws Error unless every sample is read the same as it is
 */
export const fuzzCertificates = ({ samples, seed, cases, onProgress }: CertificateOptions): CertificateReport => {
  const [first, ...others] = samples;
  if (first === undefined) throw new Error("expected certificates to change");
  for (const sample of samples) {
    const result = compare(sample);
    if (result.outcome !== "same")
      throw new Error(`expected ${toHex(sample.der)} to be read, ${JSON.stringify(result)}`);
  }
  const counts = { refused: 0, same: 0, partly: 0, wrong: 0 };
  const findings: { index: number; what: string; der: string }[] = [];
  for (let index = 0; index < cases && findings.length < MAX_FINDINGS; index++) {
    const random = createRandom(seed, index);
    const { kind, der } = random.pick([first, ...others]);
    const changed = mutated(random, random.below(4) === 0 ? mutated(random, der) : der);
    const result = compare({ kind, der: changed });
    counts[result.outcome] += 1;
    if (result.outcome === "wrong") findings.push({ index, what: result.what, der: toHex(changed) });
    if ((index + 1) % PROGRESS_CASES === 0) onProgress?.(index + 1);
  }
  return { counts, findings };
};
