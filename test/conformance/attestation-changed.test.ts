import { join } from "node:path";
import type { Evidence, VerifiedEvidence } from "@pdiem/bridge-client/attestation/evidence";
import { concat, fromHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { outcome } from "@pdiem/light-client/testing/outcome";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { verdictOf } from "./attestation/expectation.js";
import { type Input, verifyInput } from "./attestation/input.js";
import { nitroInput } from "./attestation/nitro-documents.js";
import { quoteInput } from "./attestation/quotes.js";
import { nitroItem, quoteItem, snpItem } from "./attestation/schema.js";
import { snpInput } from "./attestation/snp-reports.js";
import { fixturesFolder, readText } from "./fixture-files.js";

/** How many changed evidences of each kind are tried; a long run takes more. */
const RUNS = Number(process.env.PDIEM_FUZZ_RUNS ?? 150);
const TIMEOUT_MS = 300_000 + 50 * RUNS;
/**
 * Limit for what takes milliseconds, on a machine that is busy with other tests, too. Only what
 * never ends takes longer.
 */
const LONGEST_MS = 60_000;

const folder = join(fixturesFolder(), "attestation");
const manifest = z
  .object({ quotes: z.array(quoteItem), snp: z.array(snpItem), nitro: z.array(nitroItem) })
  .optional()
  .parse(JSON.parse((await readText(join(folder, "manifest.json"))) ?? "null") ?? undefined);

/** The order of P-384's group, big endian. */
const ORDER = fromHex(
  "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
  48,
);

const isAccepted = ({ expected }: { readonly expected: string }): boolean => verdictOf(expected) === "accept";
const inputs: readonly (readonly [name: string, input: Input])[] =
  manifest === undefined
    ? []
    : [
        ...manifest.quotes.filter(isAccepted).map((item) => [item.file, quoteInput(folder, item)] as const),
        ...manifest.snp.filter(isAccepted).map((item) => [item.file, snpInput(folder, item)] as const),
        ...manifest.nitro.filter(isAccepted).map((item) => [item.file, nitroInput(folder, item)] as const),
      ];

const bytesOf = (evidence: Evidence): Uint8Array => {
  switch (evidence.kind) {
    case "sgx":
    case "tdx":
      return evidence.quote;
    case "sev-snp":
      return evidence.report;
    case "nitro":
      return evidence.document;
    case "simulated":
      return evidence.reportData;
  }
};

const withBytes = (input: Input, bytes: Uint8Array): Input => {
  const { evidence } = input;
  switch (evidence.kind) {
    case "sgx":
    case "tdx":
      return { ...input, evidence: { ...evidence, quote: bytes } };
    case "sev-snp":
      return { ...input, evidence: { ...evidence, report: bytes } };
    case "nitro":
      return { ...input, evidence: { ...evidence, document: bytes } };
    case "simulated":
      return { ...input, evidence: { ...evidence, reportData: bytes } };
  }
};

/**
 * Either a typed refusal, or what the unchanged input gives: a change that says nothing else.
 * Soon, in any case.
 */
const expectNothingElse = (changed: Input, unchanged: VerifiedEvidence): void => {
  const start = performance.now();
  try {
    expect(verifyInput(changed)).toEqual(unchanged);
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    expect(error.code).toMatch(/^evidence\//);
  }
  expect(performance.now() - start).toBeLessThan(LONGEST_MS);
};

const turned = (bytes: Uint8Array, at: number, bit: number): Uint8Array => {
  const changed = new Uint8Array(bytes);
  changed[at % bytes.length] = (changed[at % bytes.length] ?? 0) ^ (1 << bit);
  return changed;
};

/** One change to bytes: a bit turned, bytes taken out, put in or written over. */
const change: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(7)).map(
    ([at, bit]) =>
      (bytes: Uint8Array) =>
        turned(bytes, at, bit),
  ),
  fc.tuple(fc.nat(), fc.nat(64), fc.uint8Array({ maxLength: 64 })).map(([at, out, into]) => (bytes: Uint8Array) => {
    const start = at % bytes.length;
    return concat(bytes.subarray(0, start), into, bytes.subarray(start + out));
  }),
  fc
    .tuple(fc.nat(), fc.constantFrom("ffffffff", "ffff", "00000000", "7fffffff", "80", "9f", "bf"))
    .map(([at, hex]) => (bytes: Uint8Array) => {
      const written = fromHex(hex);
      const changed = new Uint8Array(bytes);
      changed.set(written, at % (bytes.length - written.length));
      return changed;
    }),
);

describe.skipIf(manifest === undefined)("real evidence", () => {
  describe.each(inputs)("%s", (_, input) => {
    const bytes = bytesOf(input.evidence);
    const unchanged = verifyInput(input);

    test("gives nothing else when it is changed, and no exception of another kind", { timeout: TIMEOUT_MS }, () => {
      fc.assert(
        fc.property(change, (apply) => expectNothingElse(withBytes(input, apply(bytes)), unchanged)),
        { numRuns: RUNS },
      );
    });

    test("is refused or the same when it is cut short at any place or has a megabyte after it", {
      timeout: TIMEOUT_MS,
    }, () => {
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), (end) =>
          expectNothingElse(withBytes(input, bytes.subarray(0, end)), unchanged),
        ),
        { numRuns: RUNS },
      );
      expectNothingElse(withBytes(input, concat(bytes, new Uint8Array(1024 * 1024))), unchanged);
      expectNothingElse(withBytes(input, new Uint8Array(1024 * 1024)), unchanged);
    });

    test("is refused as evidence of another kind, without its collateral, and by every policy for other TEEs", () => {
      const report = { kind: "sev-snp", report: bytes } as const;
      const document = { kind: "nitro", document: bytes } as const;
      for (const evidence of [report, document])
        if (evidence.kind !== input.evidence.kind)
          expect(outcome(() => verifyInput({ ...input, evidence }))).toMatch(/^evidence\/(?:collateral|policy)-kind$/);
      expect(outcome(() => verifyInput({ ...input, policy: { reportData: "any" } }))).toBe("evidence/policy-kind");
    });

    test("is refused for report data other than its own", () => {
      for (const reportData of [new Uint8Array(64), new Uint8Array(64).fill(1), unchanged.reportData.subarray(1)])
        expect(outcome(() => verifyInput({ ...input, policy: { ...input.policy, reportData } }))).toBe(
          "evidence/policy-report-data",
        );
    });

    test("is refused before and after the time in which it holds, and by a clock that tells none", () => {
      const { from, until } = unchanged.validity;
      expect(outcome(() => verifyInput({ ...input, now: until }))).toBe("accepted");
      for (const now of [from - 1000, until + 1000])
        expect(outcome(() => verifyInput({ ...input, now }))).toMatch(/^evidence\/(?:chain|revocation|collateral)-/);
      for (const now of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
        expect(outcome(() => verifyInput({ ...input, now }))).toBe("evidence/policy-clock");
    });
  });

  const reports = inputs.filter(([, { evidence }]) => evidence.kind === "sev-snp");
  const documents = inputs.filter(([, { evidence }]) => evidence.kind === "nitro");

  test.each([...reports, ...documents])(
    "%s is refused with any bit of it turned",
    { timeout: TIMEOUT_MS },
    (_, input) => {
      const bytes = bytesOf(input.evidence);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
          expect(outcome(() => verifyInput(withBytes(input, turned(bytes, at, bit))))).toMatch(
            /^evidence\/(?:format|chain|binding|signature)-/,
          );
        }),
        { numRuns: RUNS },
      );
    },
  );

  test.each(reports)("%s is refused with a signature of zeros, or r or s as large as the order", (_, input) => {
    for (const [at, written] of [
      [0x2a0, new Uint8Array(144)],
      [0x2a0, ORDER.toReversed()],
      [0x2a0 + 72, ORDER.toReversed()],
    ] as const) {
      const changed = new Uint8Array(bytesOf(input.evidence));
      changed.set(written, at);
      expect(outcome(() => verifyInput(withBytes(input, changed)))).toBe("evidence/signature-report");
    }
  });

  test.each(documents)("%s is refused with a signature of zeros, or r or s as large as the order", (_, input) => {
    const bytes = bytesOf(input.evidence);
    for (const [offset, written] of [
      [96, new Uint8Array(96)],
      [96, ORDER],
      [48, ORDER],
    ] as const) {
      const changed = new Uint8Array(bytes);
      changed.set(written, bytes.length - offset);
      expect(outcome(() => verifyInput(withBytes(input, changed)))).toBe("evidence/signature-document");
    }
  });

  test.each(reports)(
    "%s gives nothing else when its VCEK or its chain is changed",
    { timeout: TIMEOUT_MS },
    (_, input) => {
      const { collateral } = input;
      if (collateral.kind !== "sev-snp") throw new Error("expected collateral of SEV-SNP");
      const unchanged = verifyInput(input);
      fc.assert(
        fc.property(change, fc.boolean(), (apply, isVcek) => {
          const chain = new TextDecoder("latin1").decode(apply(new TextEncoder().encode(collateral.chain)));
          const changed = isVcek ? { ...collateral, vcek: apply(collateral.vcek) } : { ...collateral, chain };
          expectNothingElse({ ...input, collateral: changed }, unchanged);
        }),
        { numRuns: RUNS },
      );
    },
  );

  test("of one chip is refused with the VCEK of another", () => {
    const items = manifest?.snp ?? [];
    for (const item of items)
      for (const other of items.filter(({ vcek }) => vcek.file !== item.vcek.file)) {
        const swapped = snpInput(folder, { ...item, vcek: other.vcek, vcekValidity: other.vcekValidity });
        expect(outcome(() => verifyInput(swapped))).toMatch(/^evidence\/binding-/);
      }
  });
});
