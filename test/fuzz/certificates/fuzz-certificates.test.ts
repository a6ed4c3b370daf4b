import { expect, test } from "vitest";
import { compare } from "./compare.js";
import { allSamples } from "./corpus.js";
import { fuzzCertificates } from "./fuzz-certificates.js";

const samples = await allSamples();

test("certificates and lists of every vendor are read as @peculiar/x509 reads them", () => {
  for (const sample of samples) expect(compare(sample)).toEqual({ outcome: "same" });
  expect(samples.length).toBeGreaterThan(15);
});

test("changed ones are refused, or read the same", () => {
  const { counts, findings } = fuzzCertificates({ samples, seed: 1, cases: 4000 });
  expect(findings).toEqual([]);
  expect(counts.wrong).toBe(0);
  for (const outcome of ["refused", "same", "partly"] as const) expect(counts[outcome]).toBeGreaterThan(50);
});
