/** Real evidence of TEEs: each item of `attestation/manifest.json`, by the list that it is in. */
import { join } from "node:path";
import { z } from "zod";
import { fileCases } from "./attestation/evidence-file.js";
import { nitroCases } from "./attestation/nitro-documents.js";
import { quoteCases } from "./attestation/quotes.js";
import { rootCases } from "./attestation/roots.js";
import { collateralItem, nitroItem, quoteItem, rootItem, snpItem } from "./attestation/schema.js";
import { snpCases } from "./attestation/snp-reports.js";
import { type ConformanceCase, type ConformancePart, unknownCase } from "./conformance-case.js";
import { readText } from "./fixture-files.js";

const FILE = "attestation/manifest.json";

type Cases = (name: string, folder: string, item: unknown) => readonly ConformanceCase[];

/** Reads an item, then has its cases made; an item of another form is one failing case. */
const casesBy =
  <T extends { readonly file: string; readonly sha256?: string | undefined }>(
    schema: z.ZodType<T>,
    make: (name: string, folder: string, item: T) => readonly ConformanceCase[],
  ): Cases =>
  (name, folder, item) => {
    const parsed = schema.safeParse(item);
    if (!parsed.success) return [unknownCase(name, `an item of unknown form: ${z.prettifyError(parsed.error)}`)];
    const full = `${name} ${parsed.data.file}`;
    return [...fileCases(name, folder, parsed.data), ...make(full, folder, parsed.data)];
  };

const LISTS: Readonly<Record<string, Cases>> = {
  roots: casesBy(rootItem, rootCases),
  collateral: casesBy(collateralItem, () => []),
  quotes: casesBy(quoteItem, quoteCases),
  snp: casesBy(snpItem, snpCases),
  nitro: casesBy(nitroItem, nitroCases),
};

export const attestationFixtures: ConformancePart = {
  name: FILE,
  cases: async (folder) => {
    const text = await readText(join(folder, FILE));
    if (text === undefined) return undefined;
    const manifest = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    return Object.entries(manifest).flatMap(([list, items]) => {
      if (!Array.isArray(items)) return [];
      const cases = LISTS[list];
      return items.flatMap((item: unknown, index) => {
        const name = `attestation ${list}[${index}]`;
        return (
          cases?.(name, join(folder, "attestation"), item) ?? [
            unknownCase(name, `an item of the unknown list "${list}"`),
          ]
        );
      });
    });
  },
};
