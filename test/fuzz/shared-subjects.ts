import { join } from "node:path";
import { SHARED_ATTESTATION } from "@pdiem/enclave-verifier/testing/shared-evidence";
import { z } from "zod";
import { verdictOf } from "../conformance/attestation/expectation.js";
import { nitroInput } from "../conformance/attestation/nitro-documents.js";
import { quoteInput } from "../conformance/attestation/quotes.js";
import { nitroItem, quoteItem, snpItem } from "../conformance/attestation/schema.js";
import { snpInput } from "../conformance/attestation/snp-reports.js";
import { readText } from "../conformance/fixture-files.js";
import type { Input, Subject } from "./subject.js";

const manifest = z.object({ quotes: z.array(quoteItem), snp: z.array(snpItem), nitro: z.array(nitroItem) });

/** Real evidence; none where the shared folder isn't there. */
export const sharedSubjects = async (): Promise<readonly Subject[]> => {
  const text = await readText(join(SHARED_ATTESTATION, "manifest.json"));
  if (text === undefined) return [];
  const { quotes, snp, nitro } = manifest.parse(JSON.parse(text));
  const subjects = <T extends { readonly file: string; readonly expected: string }>(
    items: readonly T[],
    inputOf: (folder: string, item: T) => Input,
  ): readonly Subject[] =>
    items
      .filter(({ expected }) => verdictOf(expected) === "accept")
      .map((item) => ({ name: item.file, input: inputOf(SHARED_ATTESTATION, item), remakes: [] }));
  return [...subjects(quotes, quoteInput), ...subjects(snp, snpInput), ...subjects(nitro, nitroInput)];
};
